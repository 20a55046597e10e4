from msgspec.structs import replace

from command_line import CONFORMING, Captured, CommandLine, printed, record
from pulsecheck.results.records import Outcome


def printed_command(pulsecheck: CommandLine, capsys: Captured, *words: str) -> str:
    """Check an implementation that fails. Returns the printed command that repeats the failure."""
    failed = record(Outcome.FAILED), record(Outcome.PASSED, "STO-9")
    pulsecheck.run = replace(CONFORMING, records=failed)
    pulsecheck("check", *words)
    found = next(line for line in printed(capsys) if "run it again" in line)
    return found.partition(": ")[2]


def test_default_options_are_left_out(pulsecheck: CommandLine, capsys: Captured) -> None:
    assert printed_command(pulsecheck, capsys) == "pulsecheck check -k on_stop_waits"


def test_options_of_the_implementation_and_timeouts_are_repeated(
    pulsecheck: CommandLine, capsys: Captured
) -> None:
    words = "--implementation", "node my.js", "--patience", "3", "-m", "must", "--strict"
    assert printed_command(pulsecheck, capsys, *words) == (
        "pulsecheck check --implementation 'node my.js' --patience 3.0 -k on_stop_waits"
    )


def test_addresses_are_repeated(pulsecheck: CommandLine, capsys: Captured) -> None:
    words = "--listen", "4000", "--server-host", "::1", "--advertise-host", "a.b"
    assert printed_command(pulsecheck, capsys, *words) == (
        "pulsecheck check --implementation tcp-listen://127.0.0.1:4000 --server-host ::1 "
        "--advertise-host a.b -k on_stop_waits"
    )


def test_names_of_variables_are_repeated_without_their_values(
    pulsecheck: CommandLine, capsys: Captured
) -> None:
    words = "--implementation", "small", "--env", "LEVEL=3", "--env", "PATH"
    assert printed_command(pulsecheck, capsys, *words) == (
        "pulsecheck check --implementation small --env LEVEL --env PATH -k on_stop_waits"
    )
