from pathlib import Path

import pytest

from covering import Specification


@pytest.fixture
def specification(tmp_path: Path) -> Specification:
    return Specification(tmp_path)
