import pytest

from javascript_client import missing


@pytest.fixture(autouse=True)
def _needs_node() -> None:
    if reason := missing():
        pytest.skip(reason)
