import json
import signal
from pathlib import Path

import pytest
from msgspec.structs import replace

from command_line import CONFORMING, Captured, CommandLine, printed, record
from pulsecheck.results.records import Outcome
from pulsecheck.runner.run import OnProgress


def test_a_conforming_implementation_is_exit_code_0(
    pulsecheck: CommandLine, capsys: Captured
) -> None:
    assert pulsecheck("check") == 0
    assert printed(capsys)[-1] == "conforming  (1.0 s)"


def test_a_must_that_failed_is_exit_code_1(pulsecheck: CommandLine, capsys: Captured) -> None:
    failed = record(Outcome.FAILED), record(Outcome.PASSED, "STO-9")
    pulsecheck.run = replace(CONFORMING, records=failed)
    assert pulsecheck("check") == 1
    assert printed(capsys)[-1] == "not conforming  (1.0 s)"


def test_a_should_that_failed_counts_only_with_strict(pulsecheck: CommandLine) -> None:
    failed = record(Outcome.PASSED), record(Outcome.FAILED, "STO-9")
    pulsecheck.run = replace(CONFORMING, records=failed)
    assert [pulsecheck("check"), pulsecheck("check", "--strict")] == [0, 1]


def test_a_run_that_failed_is_exit_code_2(pulsecheck: CommandLine, capsys: Captured) -> None:
    pulsecheck.run = replace(CONFORMING, error="no driver\nStart it.")
    assert pulsecheck("check") == 2
    assert printed(capsys)[-2:] == ["  no driver", "  Start it."]


def test_an_interrupted_run_is_reported_with_exit_code_130(
    pulsecheck: CommandLine, capsys: Captured
) -> None:
    pulsecheck.run = replace(
        CONFORMING,
        records=CONFORMING.records[:1],
        error="interrupted",
        interrupted=True,
    )
    assert pulsecheck("check") == 130
    lines = printed(capsys)
    assert "✓ STO-5  must   met            On Stop waits." in lines
    assert lines[-2:] == ["  interrupted", "  1 of 2 scenarios were judged"]


def test_an_interrupt_outside_of_the_run_prints_no_stack_trace(
    pulsecheck: CommandLine, capsys: Captured
) -> None:
    def interrupt(_: OnProgress) -> None:
        raise KeyboardInterrupt

    pulsecheck.meanwhile = interrupt
    assert pulsecheck("check") == 130
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_while_reports_are_written_is_exit_code_130_and_they_are_complete(
    pulsecheck: CommandLine, capsys: Captured, tmp_path: Path
) -> None:
    pulsecheck.meanwhile = lambda _: signal.raise_signal(signal.SIGINT)
    report = tmp_path / "report.json"
    assert pulsecheck("check", "--json", str(report)) == 130
    assert pulsecheck.interrupts.received
    assert report.exists()
    assert "Traceback" not in capsys.readouterr().err


def test_an_invalid_catalogue_is_exit_code_2_and_in_the_report(
    pulsecheck: CommandLine, capsys: Captured, tmp_path: Path
) -> None:
    (pulsecheck.features / "requirements.toml").write_text("")
    report = tmp_path / "report.json"
    assert pulsecheck("check", "--json", str(report)) == 2
    assert "is not a catalogue of requirements" in " ".join(capsys.readouterr().out.split())
    assert json.loads(report.read_text())["verdict"]["conclusion"] == "error"
    assert pulsecheck.options == []
