import pytest

from deadlines import LONGEST_TEST
from pulsecheck_reference import attempt


@pytest.fixture(autouse=True)
def _no_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the reference's timeouts so long that no test can pass because a timeout expires."""
    monkeypatch.setattr(attempt, "CONNECT_TIMEOUT", 2 * LONGEST_TEST)
    monkeypatch.setattr(attempt, "CLOSE_TIMEOUT", 2 * LONGEST_TEST)
