import io

import pytest
from msgspec.structs import replace
from rich.console import Console

from pulsecheck.report.progress import Progress
from pulsecheck.results.records import Outcome, Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus


def status(record: ScenarioRecord) -> ScenarioStatus:
    """Make failures of STO-9 known failures."""
    if record.requirements == ("STO-9",):
        return ScenarioStatus.KNOWN_FAILURE
    return ScenarioStatus(record.outcome)


def log(run: Run, total: int) -> list[str]:
    """Return the log of `total` scenarios: the run's records, repeated as necessary."""
    file = io.StringIO()
    with Progress(Console(file=file, width=80, force_terminal=False), status) as progress:
        progress(None, 0, total)
        for place in range(total):
            progress(run.records[place % len(run.records)], place + 1, total)
    return file.getvalue().splitlines()


def live(run: Run, width: int = 80) -> str:
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=True, color_system=None)
    with Progress(console, status) as progress:
        for place, record in enumerate(run.records):
            progress(record, place + 1, len(run.records))
    return file.getvalue()


def test_a_log_has_four_progress_lines(run: Run) -> None:
    quiet = replace(run, records=run.records[1:2])
    assert log(quiet, 100) == [f"{done} of 100 scenarios" for done in (25, 50, 75, 100)]


def test_a_log_shows_each_scenario_that_did_not_pass(run: Run) -> None:
    assert [line for line in log(run, 7) if ":" in line] == [
        "failed: STO-5 On Stop waits [websocket]",
        "known failure: STO-9 A lost network",
        "errored: STO-12 Stop twice",
    ]


def test_a_terminal_that_cannot_overwrite_a_line_gets_a_log(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert live(run).splitlines()[-1] == "7 of 7 scenarios"


def test_a_run_without_scenarios_prints_nothing(run: Run) -> None:
    assert log(run, 0) == []


def test_a_terminal_shows_progress_on_one_line(run: Run) -> None:
    assert "5 of 7 scenarios  1 not passed  A restart" in live(run)
    assert live(run).count("\n") == 1


def test_the_line_is_erased_at_the_end(run: Run) -> None:
    assert live(run).endswith("\x1b[2K")


def test_the_line_is_cut_to_a_narrow_terminal(run: Run) -> None:
    assert "7 of 7 scenarios  2…" in live(run, width=20)


def test_the_cursor_is_shown_again_after_an_interrupt() -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True)
    with pytest.raises(KeyboardInterrupt), Progress(console, status):
        raise KeyboardInterrupt
    assert file.getvalue().count("\x1b[?25l") == file.getvalue().count("\x1b[?25h") == 1


def test_a_scenario_that_is_run_again_is_counted_once(run: Run) -> None:
    failed = run.records[3]
    unstable = replace(failed, outcome=Outcome.UNSTABLE)
    rerun = replace(run, records=(failed, unstable))
    assert "  1 not passed" in live(rerun)
    assert "2 not passed" not in live(rerun)
    file = io.StringIO()
    with Progress(Console(file=file, width=80, force_terminal=False), status) as progress:
        progress(failed, 1, 1)
        progress(unstable, 1, 1)
    assert file.getvalue().splitlines() == [
        "failed: STO-5 On Stop waits [websocket]",
        "1 of 1 scenarios",
        "unstable: STO-5 On Stop waits [websocket]",
    ]
