import pytest

from pulsecheck.results.judgement import judge
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Verdict
from pulsecheck.suite.requirements import Catalogue
from sample_run import sample_catalogue, sample_run


@pytest.fixture(autouse=True)
def standard_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make reports independent of the terminal in which the tests run."""
    monkeypatch.setenv("TERM", "xterm")
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def catalogue() -> Catalogue:
    return sample_catalogue()


@pytest.fixture
def run() -> Run:
    return sample_run()


@pytest.fixture
def verdict(catalogue: Catalogue, run: Run) -> Verdict:
    return judge(catalogue, run)
