from msgspec.structs import replace

from command_line import CONFORMING, Captured, CommandLine, printed, record
from pulsecheck.results.records import Outcome


def failing_output(pulsecheck: CommandLine, capsys: Captured, *words: str) -> str:
    """The command that runs a failed scenario again."""
    failed = record(Outcome.FAILED), record(Outcome.PASSED, "STO-9")
    pulsecheck.run = replace(CONFORMING, records=failed)
    pulsecheck("check", *words)
    found = next(line for line in printed(capsys) if "run it again" in line)
    return found.partition(": ")[2]


def test_a_failure_is_run_again_by_a_short_command(
    pulsecheck: CommandLine, capsys: Captured
) -> None:
    assert failing_output(pulsecheck, capsys) == "pulsecheck check -k on_stop_waits"


def test_a_failure_is_run_again_under_the_same_conditions(
    pulsecheck: CommandLine, capsys: Captured
) -> None:
    words = "--implementation", "node my.js", "--patience", "3", "-m", "must", "--strict"
    assert failing_output(pulsecheck, capsys, *words) == (
        "pulsecheck check --implementation 'node my.js' --patience 3.0 -k on_stop_waits"
    )


def test_a_failure_is_run_again_where_it_was(pulsecheck: CommandLine, capsys: Captured) -> None:
    words = "--listen", "4000", "--server-host", "::1", "--advertise-host", "a.b"
    assert failing_output(pulsecheck, capsys, *words) == (
        "pulsecheck check --implementation tcp-listen://127.0.0.1:4000 --server-host ::1 "
        "--advertise-host a.b -k on_stop_waits"
    )


def test_a_failure_is_run_again_with_variables_whose_values_stay_out_of_reports(
    pulsecheck: CommandLine, capsys: Captured
) -> None:
    words = "--implementation", "small", "--env", "LEVEL=3", "--env", "PATH"
    assert failing_output(pulsecheck, capsys, *words) == (
        "pulsecheck check --implementation small --env LEVEL --env PATH -k on_stop_waits"
    )
