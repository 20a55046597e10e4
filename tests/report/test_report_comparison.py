import io
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.console import Console

from pulsecheck.report import matrix
from pulsecheck.report.comparison import Comparison, RequirementChange, compare
from pulsecheck.report.conformance import Report
from pulsecheck.results.judgement import judge
from pulsecheck.results.records import Outcome, Run
from pulsecheck.suite.requirements import Catalogue

Make = Callable[..., Report]


@pytest.fixture
def make(catalogue: Catalogue, run: Run) -> Make:
    """A report in which scenarios ended otherwise, by their names, or observed otherwise."""

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


def told(changes: tuple[RequirementChange, ...]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(found.requirement.id, found.before, found.after, found.scenarios) for found in changes]


FIXED = {"On Stop waits": Outcome.PASSED}
BROKEN = {"The client leaves": Outcome.FAILED}


def test_nothing_changed_between_alike_runs(make: Make) -> None:
    found = compared(make(), make())
    assert found.changes is not None
    assert (found.changes.broken, found.changes.fixed, found.changes.chosen) == ((), (), ())
    assert found.exit_code == 0
    assert not any(row.differs for row in found.rows)


def test_what_was_met_and_no_longer_is_is_newly_broken(make: Make) -> None:
    found = compared(make(), make(BROKEN))
    assert found.changes is not None
    assert told(found.changes.broken) == [("STO-2", "met", "not met", ("The client leaves",))]
    assert found.changes.fixed == ()
    assert found.exit_code == 1


def test_what_is_met_at_last_is_newly_fixed(make: Make) -> None:
    found = compared(make(), make(FIXED))
    assert found.changes is not None
    assert told(found.changes.fixed) == [
        ("STO-5", "not met", "met", ("On Stop waits [websocket]",))
    ]
    assert found.exit_code == 0


def test_a_further_scenario_of_what_was_not_met_before_is_newly_broken(
    make: Make, run: Run
) -> None:
    other = replace(run.records[3], selector="on_stop_waits[polling]", outcome=Outcome.PASSED)
    records = (*run.records[:6], other)
    before = make(records=records, collected=7)
    after = make(records=(*records[:6], replace(other, outcome=Outcome.FAILED)), collected=7)
    changes = compared(before, after).changes
    assert changes is not None
    assert told(changes.broken) == [("STO-5", "not met", "not met", ("On Stop waits [polling]",))]


def test_another_choice_is_no_fault(make: Make) -> None:
    found = compared(make(), make(seen="later"))
    assert found.changes is not None
    assert told(found.changes.chosen) == [("STO-4", "at once", "later", ())]
    assert found.changes.broken == ()
    assert found.exit_code == 0


def test_what_a_selection_left_out_is_not_broken(make: Make, run: Run) -> None:
    found = compared(make(), make(records=run.records[2:3], collected=1, partial=True))
    assert found.changes is not None
    assert found.changes.broken == ()
    assert found.exit_code == 0


def test_runs_of_the_same_are_compared_from_the_first_to_the_last(make: Make) -> None:
    found = compared(make(), make(BROKEN), make())
    assert found.changes is not None
    assert found.changes.broken == ()


def test_a_run_that_was_not_completed_proves_nothing(make: Make, run: Run) -> None:
    ended = make(records=run.records[:1], error="interrupted", interrupted=True)
    found = compared(make(), ended)
    assert found.changes is not None
    assert found.changes.broken == ()
    assert found.columns[1].problem == (
        "is incomplete and proves nothing: interrupted; 1 of 6 scenarios were judged"
    )
    assert (found.is_complete, found.exit_code) == (False, 2)


def test_what_an_incomplete_run_shows_to_be_broken_is_broken(make: Make) -> None:
    found = compared(make(), make(BROKEN, error="interrupted", interrupted=True))
    assert found.exit_code == 1


def test_what_is_no_part_of_the_verdict_breaks_nothing(make: Make, run: Run) -> None:
    silent = replace(run.records[6], outcome=Outcome.PASSED)
    before = make(records=(*run.records[:6], silent), collected=7)
    after = make(records=(*run.records[:6], replace(silent, outcome=Outcome.FAILED)), collected=7)
    found = compared(before, after)
    assert found.changes is not None
    assert told(found.changes.broken) == [("STO-12", "met", "not met", ("Stop twice",))]
    assert found.exit_code == 0


def other(report: Report) -> Report:
    """The same run of something else."""
    assert report.run.initialized is not None
    implementation = replace(report.run.initialized.implementation, name="other", version="3")
    initialized = replace(report.run.initialized, implementation=implementation)
    return replace(report, run=replace(report.run, initialized=initialized))


def test_several_implementations_are_a_matrix_and_no_change(make: Make) -> None:
    found = compared(make(), other(make(BROKEN)))
    assert found.changes is None
    assert [row.requirement.id for row in found.rows if row.differs] == ["STO-2"]
    assert found.exit_code == 0


def printed(found: Comparison) -> list[str]:
    console = Console(file=io.StringIO(), width=110, markup=False, highlight=False)
    matrix.show(console, found)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_the_terminal_shows_what_differs(make: Make) -> None:
    lines = printed(compared(other(make()), make(BROKEN)))
    assert lines[0] == f"1  other 3{' ' * 27}0.json  ✗ not conforming"
    assert [line.split()[:6] for line in lines if line.startswith("STO")] == [
        ["STO-2", "must", "✓", "met", "✗", "not"]
    ]
    assert "6 of 7 requirements are alike in all" in lines


def test_the_terminal_shows_what_changed(make: Make) -> None:
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
    assert lines[-1] == "1.json is incomplete and proves nothing: interrupted"
