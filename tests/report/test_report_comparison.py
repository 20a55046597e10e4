import io
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.console import Console

from pulsecheck.report import terminal_comparison
from pulsecheck.report.comparison import Comparison, RequirementChange, compare
from pulsecheck.report.conformance import Report
from pulsecheck.results.judgement import judge
from pulsecheck.results.records import Outcome, Run
from pulsecheck.suite.requirements import Catalogue

Make = Callable[..., Report]


@pytest.fixture
def make(catalogue: Catalogue, run: Run) -> Make:
    """Make a report.

    `outcomes`: other outcomes of scenarios, by the scenario's name. `seen`: the observed choice.
    """

    def report(
        outcomes: dict[str, Outcome] | None = None, *, seen: str = "at once", **changes: object
    ) -> Report:
        records = tuple(
            replace(
                record,
                outcome=(outcomes or {}).get(record.name, record.outcome),
                observations=(seen,) if record.observations else (),
            )
            for record in run.records
            if record.outcome is not Outcome.ERRORED
        )
        found = replace(run, records=records, collected=len(records))
        found = replace(found, **changes)
        return Report(verdict=judge(catalogue, found), run=found)

    return report


def compared(*reports: Report) -> Comparison:
    return compare([(Path(f"{number}.json"), report) for number, report in enumerate(reports)])


def summaries(
    changes: tuple[RequirementChange, ...],
) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(found.requirement.id, found.before, found.after, found.scenarios) for found in changes]


FIXED = {"On Stop waits": Outcome.PASSED}
BROKEN = {"The client leaves": Outcome.FAILED}


def test_equal_runs_have_no_changes(make: Make) -> None:
    found = compared(make(), make())
    assert found.changes is not None
    assert (found.changes.broken, found.changes.fixed, found.changes.chosen) == ((), (), ())
    assert found.exit_code == 0
    assert not any(row.differs for row in found.requirements)


def test_a_requirement_that_is_no_longer_met_is_newly_broken(make: Make) -> None:
    found = compared(make(), make(BROKEN))
    assert found.changes is not None
    assert summaries(found.changes.broken) == [("STO-2", "met", "not met", ("The client leaves",))]
    assert found.changes.fixed == ()
    assert found.exit_code == 1


def test_a_requirement_that_was_not_met_before_is_newly_fixed(make: Make) -> None:
    found = compared(make(), make(FIXED))
    assert found.changes is not None
    assert summaries(found.changes.fixed) == [
        ("STO-5", "not met", "met", ("On Stop waits [websocket]",))
    ]
    assert found.exit_code == 0


def test_another_failed_scenario_makes_a_requirement_newly_broken_again(
    make: Make, run: Run
) -> None:
    other = replace(run.records[3], selector="on_stop_waits[polling]", outcome=Outcome.PASSED)
    records = (*run.records[:6], other)
    before = make(records=records, collected=7)
    after = make(records=(*records[:6], replace(other, outcome=Outcome.FAILED)), collected=7)
    changes = compared(before, after).changes
    assert changes is not None
    assert summaries(changes.broken) == [
        ("STO-5", "not met", "not met", ("On Stop waits [polling]",))
    ]


def test_another_choice_is_not_a_regression(make: Make) -> None:
    found = compared(make(), make(seen="later"))
    assert found.changes is not None
    assert summaries(found.changes.chosen) == [("STO-4", "at once", "later", ())]
    assert found.changes.broken == ()
    assert found.exit_code == 0


def test_requirements_outside_a_selection_are_not_regressions(make: Make, run: Run) -> None:
    found = compared(make(), make(records=run.records[2:3], collected=1, partial=True))
    assert found.changes is not None
    assert found.changes.broken == ()
    assert found.exit_code == 0


def test_changes_are_from_the_first_run_to_the_last(make: Make) -> None:
    found = compared(make(), make(BROKEN), make())
    assert found.changes is not None
    assert found.changes.broken == ()


def test_an_incomplete_run_has_no_verdict(make: Make, run: Run) -> None:
    ended = make(records=run.records[:1], error="interrupted", interrupted=True)
    found = compared(make(), ended)
    assert found.changes is not None
    assert found.changes.broken == ()
    assert found.runs[1].problem == (
        "is incomplete and has no verdict: interrupted; 1 of 6 scenarios were judged"
    )
    assert (found.is_complete, found.exit_code) == (False, 2)


def test_a_failure_in_an_incomplete_run_is_a_regression(make: Make) -> None:
    found = compared(make(), make(BROKEN, error="interrupted", interrupted=True))
    assert found.exit_code == 1


def test_a_silent_requirement_does_not_affect_the_exit_code(make: Make, run: Run) -> None:
    silent = replace(run.records[6], outcome=Outcome.PASSED)
    before = make(records=(*run.records[:6], silent), collected=7)
    after = make(records=(*run.records[:6], replace(silent, outcome=Outcome.FAILED)), collected=7)
    found = compared(before, after)
    assert found.changes is not None
    assert summaries(found.changes.broken) == [("STO-12", "met", "not met", ("Stop twice",))]
    assert found.exit_code == 0


def other(report: Report) -> Report:
    """Return the report of the same run for another implementation."""
    assert report.run.initialized is not None
    implementation = replace(report.run.initialized.implementation, name="other", version="3")
    initialized = replace(report.run.initialized, implementation=implementation)
    return replace(report, run=replace(report.run, initialized=initialized))


def test_different_implementations_have_no_changes(make: Make) -> None:
    found = compared(make(), other(make(BROKEN)))
    assert found.changes is None
    assert [row.requirement.id for row in found.requirements if row.differs] == ["STO-2"]
    assert found.exit_code == 0


def printed(found: Comparison) -> list[str]:
    console = Console(file=io.StringIO(), width=110, markup=False, highlight=False)
    terminal_comparison.show(console, found)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_the_terminal_shows_requirements_that_differ(make: Make) -> None:
    lines = printed(compared(other(make()), make(BROKEN)))
    assert lines[0] == f"1  other 3{' ' * 27}0.json  ✗ not conforming"
    assert [line.split()[:6] for line in lines if line.startswith("STO")] == [
        ["STO-2", "must", "✓", "met", "✗", "not"]
    ]
    assert "6 of 7 requirements are the same in all runs" in lines


def test_the_terminal_shows_changes(make: Make) -> None:
    lines = printed(compared(make(FIXED), make(BROKEN, seen="later")))
    start = lines.index("newly broken")
    assert lines[start:] == [
        "newly broken",
        "  STO-2 must: met -> not met",
        "    The client leaves",
        "  STO-5 must: met -> not met",
        "    On Stop waits [websocket]",
        "",
        "changed choice",
        "  STO-4 may: at once -> later",
    ]


def test_the_terminal_says_which_run_is_incomplete(make: Make) -> None:
    lines = printed(compared(make(), make(error="interrupted", interrupted=True)))
    assert lines[-1] == "1.json is incomplete and has no verdict: interrupted"
