"""Runs that follow each other in one process, as those of `--repeat`."""

import gc

from harness import suite
from harness.records import ScenarioRecord

FEW = 2_000
"""Objects that a run may leave behind, of the tens of thousands that it makes."""


def nobody(_record: ScenarioRecord | None, _number: int, _of: int) -> None:
    """Nobody looks on."""


def test_a_run_leaves_nothing_to_the_next_one() -> None:
    options = suite.Options(
        implementation="python:reference_impl:serve",
        features=suite.default_features(),
        markers="TBX-1 or SET-1",
    )
    counts = []
    for _ in range(3):
        assert suite.run(options, nobody, print).records
        counts.append(len(gc.get_objects()))
    assert counts[2] - counts[1] < FEW
