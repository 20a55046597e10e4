"""Each mistake is found by the row that fits, and by no other."""

from pathlib import Path

import pytest
from checking import Check

from tests.mutants import MUTANTS, messages, studios
from tests.mutants.mutant import Mutant

ROOT = Path(__file__).parents[2]
QUICK = ("--patience", "3", "--dwell", "1", "--strict")
STUDIO = ("-m", "studio or CFG-1 or CFG-2 or STA-1 or STO-1 or SND-3")
ONE_TRANSPORT = "not upgraded and not long_polling"
FEW_BURSTS = f"{ONE_TRANSPORT} and not thousand"
SILENT = {"CFG-4", "SND-6", "STA-9", "STO-12", "STO-13", "SUB-7"}


def scenarios(mutant: Mutant) -> tuple[str, ...]:
    """Options that select what a mistake can show in: the studio's shows nowhere else."""
    if mutant in studios.MUTANTS:
        return STUDIO
    if mutant.elsewhere:
        return ()
    return ("-k", ONE_TRANSPORT if mutant in messages.MUTANTS else FEW_BURSTS)


def test_there_are_many_mutants_and_no_two_have_one_name() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 80


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mistake_is_found_by_the_row_that_fits_and_by_no_other(
    check: Check, mutant: Mutant
) -> None:
    spec = f"python:tests.mutants:{mutant.name}"
    checked = check("--implementation", spec, *QUICK, *scenarios(mutant), folder=ROOT)
    red = checked.requirements("not met") | checked.requirements("warning")
    assert red == {mutant.row}, checked.text
    assert checked.scenarios("errored") == []
    assert checked.code == (0 if mutant.row in SILENT else 1)
