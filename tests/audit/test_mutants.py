"""The shipped mutants, errors in a module of mutants, and trials of single mutants."""

import sys
from functools import partial
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from pulsecheck.audit import trials
from pulsecheck.audit.mutants import Mutant, MutantsError, load
from pulsecheck.shared.timeouts import Timeouts
from pulsecheck.suite import feature_files
from pulsecheck.suite.feature_files import CATALOGUE
from pulsecheck.suite.requirements import Level
from pulsecheck.suite.requirements import load as load_catalogue
from pulsecheck_reference import serve
from pulsecheck_reference.mutants import MUTANTS

FEATURES = feature_files.default_features()
THE_CATALOGUE = load_catalogue(FEATURES / CATALOGUE)


def test_each_requirement_except_a_may_has_a_mutant() -> None:
    binding = {found.id for found in THE_CATALOGUE.requirements if found.level is not Level.MAY}
    mutants = load("pulsecheck_reference.mutants", THE_CATALOGUE)
    assert len(mutants) == len(MUTANTS) >= 80
    assert {mutant.requirement for mutant in mutants} == binding


def mutant(name: str, requirement: str = "STO-5") -> SimpleNamespace:
    return SimpleNamespace(name=name, requirement=requirement, mistake="is wrong")


@pytest.mark.parametrize(
    ("mutants", "message"),
    [
        (
            5,
            "sample_mutants.MUTANTS: is not a sequence of mutants: Expected `array`, got `int`\n"
            "  Give each mutant a name, a requirement and a mistake. To run fewer scenarios, give "
            "it a keyword or markers.",
        ),
        ((), "sample_mutants.MUTANTS: is empty\n  Add at least one mutant."),
        (
            (mutant("one"), mutant("one")),
            "sample_mutants.one: two mutants have this name\n  Give each mutant its own name.",
        ),
        (
            (mutant("one", "STO-99"),),
            'sample_mutants.one: breaks "STO-99", which is not a requirement of the catalogue\n'
            "  Name a requirement that `pulsecheck list` shows.",
        ),
        (
            (mutant("one", "STO-4"),),
            'sample_mutants.one: breaks "STO-4", whose level is may, so every behaviour '
            "is allowed\n"
            "  Name a requirement whose level is must, should or silent.",
        ),
        (
            (mutant("one"), mutant("two")),
            "sample_mutants.two: is in MUTANTS, but the module has no factory of this name\n"
            "  Write `async def two(reader, writer)` in the module. It serves one session of the "
            "driver protocol.",
        ),
        (
            (mutant("plain"),),
            "sample_mutants.plain: is not a coroutine function\n"
            "  Write `async def plain(reader, writer)` in the module. It serves one session of the "
            "driver protocol.",
        ),
        (
            (mutant("says it twice"),),
            "sample_mutants.says it twice: is not a valid Python identifier\n"
            "  Give the mutant the name of its factory: letters, digits and underscores.",
        ),
    ],
)
def test_invalid_mutants_are_rejected(
    monkeypatch: pytest.MonkeyPatch, mutants: object, message: str
) -> None:
    sample_mutants = SimpleNamespace(MUTANTS=mutants, one=serve, plain=print)
    monkeypatch.setitem(sys.modules, "sample_mutants", sample_mutants)
    with pytest.raises(MutantsError) as error:
        load("sample_mutants", THE_CATALOGUE)
    assert str(error.value) == message


def test_a_hanging_mutant_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "LONGEST_TRIAL", 0.001)
    (first, *_) = load("pulsecheck_reference.mutants", THE_CATALOGUE)
    (trial,) = trials.trials("pulsecheck_reference.mutants", (first,), FEATURES, 1)
    assert trial.problem == "it took longer than 0.001 s"


def test_an_unexpected_result_is_tried_again_with_default_timeouts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a timeout of almost zero, every request times out. So the first result is an error."""
    monkeypatch.setattr(trials, "TRIAL", Timeouts(patience=0.000_001))
    mutants = load("pulsecheck_reference.mutants", THE_CATALOGUE)
    one = next(found for found in mutants if found.requirement == "TBX-1")
    (trial,) = trials.trials("pulsecheck_reference.mutants", [one], FEATURES, 1)
    assert trial.is_as_expected, trial


@pytest.mark.parametrize(
    ("selected", "problem"),
    [
        ({"markers": "TBX-2"}, "its keyword and markers select no scenario of TBX-1"),
        (
            {"markers": "TBX-1 and"},
            "it could not be checked: invalid expression after -m, at column ",
        ),
        ({"keyword": "nowhere"}, "it could not be checked: the selection matches no scenario"),
    ],
)
def test_a_mutant_that_runs_no_scenario_of_its_requirement_errors(
    selected: dict[str, str], problem: str
) -> None:
    mutants = load("pulsecheck_reference.mutants", THE_CATALOGUE)
    one = next(found for found in mutants if found.requirement == "TBX-1")
    misdirected = replace(one, **{"keyword": "", "markers": "", **selected})
    (trial,) = trials.trials("pulsecheck_reference.mutants", [misdirected], FEATURES, 1)
    assert trial.problem.startswith(problem)
    assert not trial.is_as_expected


@pytest.mark.parametrize(
    ("markers", "selected"), [("", "STO-5"), ("studio or STO-6", "(studio or STO-6) and STO-5")]
)
def test_the_scenarios_of_its_requirement_are_selected_among_those_of_a_mutant(
    markers: str, selected: str
) -> None:
    one = Mutant(name="one", requirement="STO-5", mistake="is wrong", markers=markers)
    choose = partial(trials.options_of, "sample_mutants", FEATURES, one, Timeouts())
    assert choose(own_requirement=True).markers == selected
    assert choose(own_requirement=False).markers == markers
