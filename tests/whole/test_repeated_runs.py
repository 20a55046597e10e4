"""Several runs in one process, as with `--repeat`."""

import gc

from pulsecheck.results.records import ScenarioRecord
from pulsecheck.runner.run import Options, run_suite
from pulsecheck.suite import feature_files

MOST_LEAKED = 2_000
"""The number of objects that a run may leave behind. A run creates tens of thousands."""


def no_progress(_record: ScenarioRecord | None, _number: int, _of: int) -> None:
    """Ignore the progress of a run."""


def test_a_run_leaks_no_objects() -> None:
    options = Options(
        implementation="python:pulsecheck_reference:serve",
        features=feature_files.default_features(),
        markers="TBX-1 or SET-1",
    )
    counts = []
    for _ in range(3):
        assert run_suite(options, no_progress, print).records
        counts.append(len(gc.get_objects()))
    assert counts[2] - counts[1] < MOST_LEAKED
