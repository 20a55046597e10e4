"""The mutants that are shipped, what a module of mutants must be, and a mutant that hangs."""

import sys
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from pulsecheck.audit import trials
from pulsecheck.audit.mutants import MutantsError, load
from pulsecheck.shared.timeouts import Timeouts
from pulsecheck.suite import feature_files
from pulsecheck.suite.feature_files import CATALOGUE
from pulsecheck.suite.requirements import Level
from pulsecheck.suite.requirements import load as load_catalogue
from pulsecheck_reference import serve
from pulsecheck_reference.mutants import MUTANTS

FEATURES = feature_files.default_features()
THE_CATALOGUE = load_catalogue(FEATURES / CATALOGUE)


def test_there_are_many_mutants_at_least_one_for_each_row_but_a_may() -> None:
    rows = {found.id for found in THE_CATALOGUE.requirements if found.level is not Level.MAY}
    mutants = load("pulsecheck_reference.mutants", THE_CATALOGUE)
    assert len(mutants) == len(MUTANTS) >= 80
    assert {mutant.row for mutant in mutants} == rows


def mutant(name: str, row: str = "STO-5") -> SimpleNamespace:
    return SimpleNamespace(name=name, row=row, mistake="is wrong")


@pytest.mark.parametrize(
    ("mutants", "message"),
    [
        (
            5,
            "sample_mutants.MUTANTS: is no sequence of mutants: Expected `array`, got `int`\n"
            "  Each has a name, a row and a mistake and, where few scenarios do, keyword or "
            "markers.",
        ),
        (
            (),
            "sample_mutants.MUTANTS: is empty\n"
            "  Without a mutant there is nothing that scenarios could find.",
        ),
        (
            (mutant("one"), mutant("one")),
            "sample_mutants.one: is there twice\n  Give each mutant a name of its own.",
        ),
        (
            (mutant("one", "STO-99"),),
            'sample_mutants.one: breaks "STO-99", which is no requirement of the catalogue\n'
            "  Name the requirement that must turn red.",
        ),
        (
            (mutant("one", "STO-4"),),
            'sample_mutants.one: breaks "STO-4", which is a may: whatever a runtime does there '
            "is right\n"
            "  Name a must, a should or a silent requirement.",
        ),
        (
            (mutant("one"), mutant("two")),
            "sample_mutants.two: is in MUTANTS, and the module has no factory of that name\n"
            "  Write `async def two(reader, writer)` there, which serves one session of the driver "
            "protocol.",
        ),
        (
            (mutant("plain"),),
            "sample_mutants.plain: is no coroutine function\n"
            "  Write `async def plain(reader, writer)` there, which serves one session of the "
            "driver protocol.",
        ),
        (
            (mutant("says it twice"),),
            "sample_mutants.says it twice: is no name of Python\n"
            "  Name the mutant as its factory is named: letters, digits and underscores.",
        ),
    ],
)
def test_mutants_that_do_not_fit_are_refused(
    monkeypatch: pytest.MonkeyPatch, mutants: object, message: str
) -> None:
    sample_mutants = SimpleNamespace(MUTANTS=mutants, one=serve, plain=print)
    monkeypatch.setitem(sys.modules, "sample_mutants", sample_mutants)
    with pytest.raises(MutantsError) as error:
        load("sample_mutants", THE_CATALOGUE)
    assert str(error.value) == message


def test_a_mutant_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "LONGEST_TRIAL", 0.001)
    (first, *_) = load("pulsecheck_reference.mutants", THE_CATALOGUE)
    (trial,) = trials.trials("pulsecheck_reference.mutants", (first,), FEATURES, 1)
    assert trial.problem == "it took longer than 0.001 s"


def test_what_is_not_as_wanted_gets_a_second_look_without_haste(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With no patience at all no answer comes in time, and the harness blames the driver."""
    monkeypatch.setattr(trials, "TRIAL", Timeouts(patience=0.000_001))
    mutants = load("pulsecheck_reference.mutants", THE_CATALOGUE)
    one = next(found for found in mutants if found.row == "TBX-1")
    (trial,) = trials.trials("pulsecheck_reference.mutants", [one], FEATURES, 1)
    assert trial.is_as_wanted, trial


@pytest.mark.parametrize(
    ("selected", "problem"),
    [
        ({"markers": "TBX-2"}, "its keyword and markers leave out every scenario of TBX-1"),
        ({"markers": "TBX-1 and"}, "it could not be checked: what follows -m is no expression: "),
        ({"keyword": "nowhere"}, "it could not be checked: the selection matches no scenario"),
    ],
)
def test_a_mutant_that_meets_no_scenario_of_its_row_has_not_survived(
    selected: dict[str, str], problem: str
) -> None:
    mutants = load("pulsecheck_reference.mutants", THE_CATALOGUE)
    one = next(found for found in mutants if found.row == "TBX-1")
    astray = replace(one, **{"keyword": "", "markers": "", **selected})
    (trial,) = trials.trials("pulsecheck_reference.mutants", [astray], FEATURES, 1)
    assert trial.problem.startswith(problem)
    assert not trial.is_as_wanted
