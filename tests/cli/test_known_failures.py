from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from command_line import CATALOGUE, CONFORMING, Captured, CommandLine, printed, record
from pulsecheck.cli import check as cli
from pulsecheck.results.records import Outcome


@pytest.fixture
def failing(pulsecheck: CommandLine) -> CommandLine:
    """A command line whose run meets one *must* requirement and fails another."""
    usual = CATALOGUE.replace("STO-9", "STO-2").replace('"should"', '"must"')
    (pulsecheck.features / "requirements.toml").write_text(usual)
    failed = record(Outcome.FAILED), record(Outcome.PASSED, "STO-2")
    pulsecheck.run = replace(CONFORMING, records=failed)
    return pulsecheck


def known(folder: Path, *lines: str) -> tuple[str, str]:
    """Write a file with one known failure, and return the option that names this file."""
    path = folder / "known.toml"
    path.write_text("\n".join(("[[known_failure]]", *lines)))
    return "--known-failures", str(path)


def test_a_known_failure_is_exit_code_0(
    failing: CommandLine, capsys: Captured, tmp_path: Path
) -> None:
    assert failing("check", *known(tmp_path, 'requirement = "STO-5"', 'reason = "early"')) == 0
    lines = printed(capsys)
    assert lines[-1] == "conforming but for known failures  (1.0 s)"
    assert "                               early" in lines


def test_progress_distinguishes_known_failures(
    failing: CommandLine, capsys: Captured, tmp_path: Path
) -> None:
    failing.meanwhile = lambda progress: progress(failing.run.records[0], 1, 2)
    failing("check", *known(tmp_path, 'requirement = "STO-5"', 'reason = "early"'))
    assert printed(capsys)[0] == "known failure: STO-5 On Stop waits"


def test_a_stale_entry_is_exit_code_2(
    pulsecheck: CommandLine, capsys: Captured, tmp_path: Path
) -> None:
    words = known(tmp_path, 'scenario = "on_stop_waits"', 'reason = "early"')
    assert pulsecheck("check", *words) == 2
    assert " ".join(" ".join(printed(capsys)).split()).endswith(
        f"{words[1]}: known failure 1 (on_stop_waits): it no longer fails, so it is no longer a "
        "known failure Remove the entry."
    )


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (('requirement = "STO-5"', 'reason = ""'), "(STO-5): has no reason"),
        (('requirement = "STO-5"', 'reason = "r"', "expires = 2026-01-01"), "(STO-5): has expired"),
        (('requirement = "STO-77"', 'reason = "r"'), "(STO-77): there is no such requirement"),
        (('scenario = "on_stop"', 'reason = "r"'), "(on_stop): there is no such scenario"),
    ],
)
def test_an_invalid_entry_is_exit_code_2_and_nothing_runs(
    pulsecheck: CommandLine,
    capsys: Captured,
    tmp_path: Path,
    lines: tuple[str, ...],
    problem: str,
) -> None:
    words = known(tmp_path, *lines)
    assert pulsecheck("check", *words) == 2
    assert f"Error: {words[1]}: known failure 1 {problem}" in capsys.readouterr().err
    assert pulsecheck.options == []


def test_an_entry_is_valid_on_its_last_day(
    failing: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cli, "_today", lambda: date(2020, 2, 29))
    words = known(tmp_path, 'requirement = "STO-5"', 'reason = "r"', "expires = 2020-02-29")
    assert failing("check", *words) == 0


def test_new_known_failures_are_written_with_a_placeholder_for_the_reason(
    failing: CommandLine, capsys: Captured, tmp_path: Path
) -> None:
    new = tmp_path / "new.toml"
    assert failing("check", "--write-known-failures", str(new)) == 1
    assert new.read_text().partition("\n\n")[2] == (
        "# On Stop waits\n"
        "# STO-5 must: On Stop waits.\n"
        "[[known_failure]]\n"
        'reason = "FILL IN: why it fails, and what will be done about it"\n'
        'scenario = "on_stop_waits"\n'
    )
    assert failing("check", "--known-failures", str(new)) == 2
    assert "known failure 1 (on_stop_waits): has no reason" in capsys.readouterr().err
    new.write_text(new.read_text().replace("FILL IN: why it fails", "early, as its library is"))
    assert failing("check", "--known-failures", str(new)) == 0


def test_reasons_of_failures_that_remain_are_kept(failing: CommandLine, tmp_path: Path) -> None:
    first = 'requirement = "STO-5"', 'reason = "early"', "expires = 2999-01-02"
    words = known(tmp_path, *first, "[[known_failure]]", 'scenario = "on_stop_waits"', 'reason="x"')
    both = tuple(replace(found, outcome=Outcome.FAILED) for found in failing.run.records)
    failing.run = replace(CONFORMING, records=both)
    new = tmp_path / "new.toml"
    failing("check", *words, "--write-known-failures", str(new))
    assert new.read_text().partition("\n\n")[2] == (
        '[[known_failure]]\nreason = "early"\nrequirement = "STO-5"\nexpires = 2999-01-02\n\n'
        '[[known_failure]]\nreason = "x"\nscenario = "on_stop_waits"\n\n'
        "# On Stop waits\n# STO-2 must: On Stop follows a lost network.\n"
        '[[known_failure]]\nreason = "FILL IN: why it fails, and what will be done about it"\n'
        'scenario = "on_stop_follows"\n'
    )
