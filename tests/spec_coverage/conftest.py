from pathlib import Path

import pytest

from sample_specification import Specification


@pytest.fixture
def specification(tmp_path: Path) -> Specification:
    return Specification(tmp_path)
