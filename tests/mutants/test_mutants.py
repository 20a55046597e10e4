"""Each mistake is found by the row that fits, and by no other."""

from pathlib import Path

import pytest
from checking import Check

from tests.mutants import MUTANTS
from tests.mutants.mutant import Mutant

TESTS = Path(__file__).parents[1]
QUICK = ("--patience", "2", "--dwell", "0.5", "--strict")
ONE_TRANSPORT = ("-k", "not upgraded and not long_polling")
SILENT = {"CFG-4", "SND-6", "STA-9", "STO-12", "STO-13", "SUB-7"}


def test_no_two_mutants_have_one_name() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 80


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mistake_is_found_by_the_row_that_fits_and_by_no_other(
    check: Check, mutant: Mutant
) -> None:
    options = QUICK if mutant.elsewhere else (*QUICK, *ONE_TRANSPORT)
    checked = check("--implementation", f"python:mutants:{mutant.name}", *options, folder=TESTS)
    red = checked.requirements("not met") | checked.requirements("warning")
    assert red == {mutant.row}, checked.text
    assert checked.scenarios("errored") == []
    assert checked.code == (0 if mutant.row in SILENT else 1)
