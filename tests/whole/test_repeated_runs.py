"""Runs that follow each other in one process, as those of `--repeat`."""

import gc

from pulsecheck.results.records import ScenarioRecord
from pulsecheck.runner.run import Options, run_suite
from pulsecheck.suite import feature_files

FEW = 2_000
"""Objects that a run may leave behind, of the tens of thousands that it makes."""


def nobody(_record: ScenarioRecord | None, _number: int, _of: int) -> None:
    """Nobody looks on."""


def test_a_run_leaves_nothing_to_the_next_one() -> None:
    options = Options(
        implementation="python:pulsecheck_reference:serve",
        features=feature_files.default_features(),
        markers="TBX-1 or SET-1",
    )
    counts = []
    for _ in range(3):
        assert run_suite(options, nobody, print).records
        counts.append(len(gc.get_objects()))
    assert counts[2] - counts[1] < FEW
