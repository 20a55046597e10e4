import io
import json
import signal
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from harness import cli, suite
from harness.deadlines import Deadlines
from harness.driver.protocol import Capability, Implementation, Initialized
from harness.driver.tcp import Announce
from harness.interrupts import Interrupts
from harness.records import Outcome, Run, ScenarioRecord
from harness.suite import Options, Progress

CATALOGUE = """
[[requirement]]
id = "STO-5"
level = "must"
fact = "On Stop waits."
page = "events/onsocketiostop"
capabilities = ["runtime"]

[[requirement]]
id = "STO-9"
level = "should"
fact = "On Stop follows a lost network."
page = "events/onsocketiostop"
capabilities = ["runtime"]
"""
FEATURE = """\
Feature: Stop
  @must @STO-5
  Scenario: On Stop waits
    Given a connection
"""


def record(outcome: Outcome, requirement: str = "STO-5") -> ScenarioRecord:
    return ScenarioRecord(
        selector="on_stop_waits" if requirement == "STO-5" else "on_stop_follows",
        name="On Stop waits",
        feature="stop.feature",
        line=3,
        requirements=(requirement,),
        transport=None,
        outcome=outcome,
        seconds=0.1,
    )


CONFORMING = Run(
    initialized=Initialized(
        protocol_version=1,
        implementation=Implementation(name="small", version="1", language="Python"),
        capabilities=(Capability.RUNTIME,),
    ),
    records=(record(Outcome.PASSED), record(Outcome.PASSED, "STO-9")),
    collected=2,
    partial=False,
    seconds=1.0,
)


class CommandLine:
    """pulsecheck, with a run that somebody else has made."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, features: Path) -> None:
        self._monkeypatch = monkeypatch
        self.features = features
        self.run = CONFORMING
        self.options: list[Options] = []
        self.meanwhile: Callable[[Progress], object] = lambda progress: progress(None, 0, 2)
        monkeypatch.setattr(suite, "run", self._run)
        monkeypatch.setattr(suite, "default_features", lambda: features)

    def _run(
        self, options: Options, progress: Progress, announce: Announce, interrupts: Interrupts
    ) -> Run:
        self.interrupts = interrupts
        self.options.append(options)
        self.announce = announce
        self.meanwhile(progress)
        return self.run

    def __call__(self, *words: str) -> int:
        """Run the command line; give its exit code."""
        self._monkeypatch.setattr(sys, "argv", ["pulsecheck", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        code = ended.value.code or 0
        assert isinstance(code, int)
        return code


@pytest.fixture
def pulsecheck(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CommandLine:
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "requirements.toml").write_text(CATALOGUE)
    (tmp_path / "stop.feature").write_text(FEATURE)
    return CommandLine(monkeypatch, tmp_path)


Captured = pytest.CaptureFixture[str]


def printed(capsys: Captured) -> list[str]:
    """The lines that were printed, without the blanks that end them."""
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


# --- what is run ------------------------------------------------------------------------------


def test_the_reference_is_checked_by_default(pulsecheck: CommandLine) -> None:
    pulsecheck("check")
    assert pulsecheck.options == [
        Options(implementation="python:reference_impl:serve", features=pulsecheck.features)
    ]


def test_every_option_reaches_the_run(pulsecheck: CommandLine, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "requirements.toml").write_text(CATALOGUE)
    words = "check --implementation small -k stop -m must --patience 3 --dwell 0 --features"
    hosts = "--server-host ::1 --advertise-host device.local --env LEVEL=3 --env PATH"
    pulsecheck(*words.split(), str(other), *hosts.split())
    assert pulsecheck.options == [
        Options(
            implementation="small",
            features=other,
            keyword="stop",
            markers="must",
            env=("LEVEL=3", "PATH"),
            server_host="::1",
            advertise_host="device.local",
            deadlines=Deadlines(patience=3.0, dwell=0.0),
        )
    ]


@pytest.mark.parametrize(
    ("address", "spec"),
    [
        ("4000", "tcp-listen://127.0.0.1:4000"),
        ("0", "tcp-listen://127.0.0.1:0"),
        ("0.0.0.0:4000", "tcp-listen://0.0.0.0:4000"),
        ("[::1]:4000", "tcp-listen://[::1]:4000"),
    ],
)
def test_a_driver_is_waited_for_on_loopback_unless_a_host_is_given(
    pulsecheck: CommandLine, capsys: Captured, address: str, spec: str
) -> None:
    pulsecheck.meanwhile = lambda _: pulsecheck.announce("127.0.0.1:4000")
    assert pulsecheck("check", "--listen", address) == 0
    assert [options.implementation for options in pulsecheck.options] == [spec]
    assert printed(capsys)[0] == "waiting for a driver on 127.0.0.1:4000"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("--patience 0", "Invalid value for '--patience': 0.0 is not in the range x>0."),
        ("--patience nan", "Invalid value for '--patience': nan is not a finite number of seconds"),
        ("--dwell -1", "Invalid value for '--dwell': -1.0 is not in the range x>=0."),
        ("--dwell inf", "Invalid value for '--dwell': inf is not a finite number of seconds."),
        ("--jobs x", "Invalid value for '--jobs': a whole number from 1 to 64 is wanted, not “x”."),
        ("--jobs 65", "Invalid value for '--jobs': a whole number from 1 to 64 is wanted, not “65"),
        ("--repeat x", "'--repeat': a whole number of at least 1 is wanted, not “x”."),
        ("--repeat 1.5", "'--repeat': a whole number of at least 1 is wanted, not “1.5”."),
        ("--repeat 0", "'--repeat': a whole number of at least 1 is wanted, not “0”."),
        (
            "--listen 4000 --jobs 2",
            "--jobs 2 wants as many drivers, and --listen 4000 is one device; leave --jobs out.",
        ),
        (
            "--implementation tcp://a:1 --jobs 2",
            "--jobs 2 wants as many drivers, and tcp://a:1 is one device; leave --jobs out.",
        ),
        ("--listen x", "Invalid value for '--listen': “x” is not [HOST:]PORT: port could not"),
        ("--listen 65536", "“65536” is not [HOST:]PORT: port out of range"),
        ("--listen 1 --implementation x", "--listen and --implementation are two ways to a driver"),
        (
            "--server-host 192.0.2.1",
            "Invalid value for '--server-host': cannot listen on 192.0.2.1",
        ),
        ("--server-host ::", "Invalid value for '--server-host': :: stands for all addresses"),
        ("--env NO_SUCH_NAME", "Invalid value for '--env': NO_SUCH_NAME is not set here"),
        ("--env =x", "Invalid value for '--env': “=x” is not NAME or NAME=VALUE."),
        ("--features nowhere", "Invalid value for '--features': Directory 'nowhere' does not exi"),
        ("--json /", "Invalid value for '--json': File '/' is a directory."),
        ("--json nowhere/x", "Invalid value for '--json': 'nowhere/x' cannot be written. Name a"),
        ("--html nowhere/x", "Invalid value for '--html': 'nowhere/x' cannot be written. Name a"),
        ("--junitxml nowhere/x", "Invalid value for '--junitxml': 'nowhere/x' cannot be written."),
        ("--known-failures nowhere", "Invalid value for '--known-failures': File 'nowhere' does"),
        ("--write-known-failures nowhere/x", "'nowhere/x' cannot be written. Name a file in a"),
        (f"--write-known-failures {__file__}", f"'{__file__}' is there already. Name a file that"),
        ("--jsom x", "No such option"),
    ],
)
def test_a_wrong_option_is_a_usage_error(
    pulsecheck: CommandLine, capsys: Captured, words: str, problem: str
) -> None:
    assert pulsecheck("check", *words.split()) == 2
    assert problem in capsys.readouterr().err
    assert pulsecheck.options == []


# --- exit codes -------------------------------------------------------------------------------


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
    pulsecheck.run = replace(CONFORMING, error="no driver\nMend it.")
    assert pulsecheck("check") == 2
    assert printed(capsys)[-2:] == ["  no driver", "  Mend it."]


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


def test_an_interrupt_outside_of_the_run_ends_without_a_traceback(
    pulsecheck: CommandLine, capsys: Captured
) -> None:
    def interrupt(_: Progress) -> None:
        raise KeyboardInterrupt

    pulsecheck.meanwhile = interrupt
    assert pulsecheck("check") == 130
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_while_all_is_written_is_exit_code_130_and_all_is_written(
    pulsecheck: CommandLine, capsys: Captured, tmp_path: Path
) -> None:
    pulsecheck.meanwhile = lambda _: signal.raise_signal(signal.SIGINT)
    report = tmp_path / "report.json"
    assert pulsecheck("check", "--json", str(report)) == 130
    assert pulsecheck.interrupts.came
    assert report.exists()
    assert "Traceback" not in capsys.readouterr().err


def test_a_catalogue_that_cannot_be_used_is_exit_code_2_and_reported(
    pulsecheck: CommandLine, capsys: Captured, tmp_path: Path
) -> None:
    (pulsecheck.features / "requirements.toml").write_text("")
    report = tmp_path / "report.json"
    assert pulsecheck("check", "--json", str(report)) == 2
    assert "is no catalogue of requirements" in " ".join(capsys.readouterr().out.split())
    assert json.loads(report.read_text())["verdict"]["conclusion"] == "error"
    assert pulsecheck.options == []


# --- reports ----------------------------------------------------------------------------------


def test_progress_is_shown_before_the_report(pulsecheck: CommandLine, capsys: Captured) -> None:
    pulsecheck.meanwhile = lambda progress: progress(record(Outcome.PASSED), 2, 2)
    pulsecheck("check")
    assert printed(capsys)[:2] == ["2 of 2 scenarios", ""]


def test_a_mark_that_the_output_cannot_encode_is_escaped(
    pulsecheck: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    output = io.TextIOWrapper(raw, encoding="ascii")
    monkeypatch.setattr(sys, "stdout", output)
    assert pulsecheck("check") == 0
    output.flush()
    assert b"\\u2713 STO-5  must" in raw.getvalue()


def test_reports_are_written(pulsecheck: CommandLine, capsys: Captured, tmp_path: Path) -> None:
    as_json, as_xml = tmp_path / "report.json", tmp_path / "report.xml"
    as_page = tmp_path / "report.html"
    files = "--json", str(as_json), "--junitxml", str(as_xml), "--html", str(as_page)
    assert pulsecheck("check", *files) == 0
    assert json.loads(as_json.read_text())["verdict"]["conclusion"] == "conforming"
    assert as_xml.read_text().startswith('<?xml version="1.0" encoding="UTF-8"?>')
    assert "<title>conforming: " in as_page.read_text()
    assert printed(capsys)[-4:] == [
        "conforming  (1.0 s)",
        f"the JSON report is in {as_json}",
        f"the JUnit XML report is in {as_xml}",
        f"the HTML report is in {as_page}",
    ]


def test_the_name_of_a_report_is_on_one_line(
    pulsecheck: CommandLine, capsys: Captured, tmp_path: Path
) -> None:
    folder = tmp_path / ("a " * 60)
    folder.mkdir()
    pulsecheck("check", "--json", str(folder / "[b]x.json"))
    assert printed(capsys)[-1] == f"the JSON report is in {folder}/[b]x.json"


def test_a_report_that_can_be_written_no_more_is_exit_code_2_and_the_other_is_written(
    pulsecheck: CommandLine, capsys: Captured, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    pulsecheck.meanwhile = lambda _: gone.rmdir()
    as_json, as_xml = gone / "report.json", tmp_path / "report.xml"
    assert pulsecheck("check", "--json", str(as_json), "--junitxml", str(as_xml)) == 2
    told = capsys.readouterr()
    assert told.err == (
        f"cannot write the report {as_json}: No such file or directory\n"
        "  Name a file in a folder that is there and can be written to.\n"
    )
    assert as_xml.exists()
    assert str(as_json) not in told.out
    assert f"the JUnit XML report is in {as_xml}" in told.out


def test_no_line_of_a_log_ends_with_blanks(pulsecheck: CommandLine, capsys: Captured) -> None:
    failed = record(Outcome.FAILED), record(Outcome.PASSED, "STO-9")
    pulsecheck.run = replace(CONFORMING, records=failed)
    pulsecheck("check")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 10
    assert lines == [line.rstrip() for line in lines]


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


# --- known failures ---------------------------------------------------------------------------


@pytest.fixture
def failing(pulsecheck: CommandLine) -> CommandLine:
    """One must is met, another failed."""
    usual = CATALOGUE.replace("STO-9", "STO-2").replace('"should"', '"must"')
    (pulsecheck.features / "requirements.toml").write_text(usual)
    failed = record(Outcome.FAILED), record(Outcome.PASSED, "STO-2")
    pulsecheck.run = replace(CONFORMING, records=failed)
    return pulsecheck


def known(folder: Path, *lines: str) -> tuple[str, str]:
    """The option that names a file with one entry."""
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


def test_progress_does_not_call_a_known_failure_a_failure(
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
        f"{words[1]}: known failure 1 (on_stop_waits): it passes: it is no known failure any more "
        "Take the entry out of the file."
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
def test_a_wrong_entry_is_exit_code_2_before_anything_runs(
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


def test_an_entry_is_good_on_its_last_day(
    failing: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cli, "_today", lambda: date(2020, 2, 29))
    words = known(tmp_path, 'requirement = "STO-5"', 'reason = "r"', "expires = 2020-02-29")
    assert failing("check", *words) == 0


def test_failures_are_written_for_somebody_to_say_the_reasons(
    failing: CommandLine, capsys: Captured, tmp_path: Path
) -> None:
    new = tmp_path / "new.toml"
    assert failing("check", "--write-known-failures", str(new)) == 1
    assert new.read_text().partition("\n\n")[2] == (
        "# On Stop waits\n"
        "# STO-5 must: On Stop waits.\n"
        "[[known_failure]]\n"
        'reason = "FILL IN: why it fails, and what becomes of it"\n'
        'scenario = "on_stop_waits"\n'
    )
    assert failing("check", "--known-failures", str(new)) == 2
    assert "known failure 1 (on_stop_waits): has no reason" in capsys.readouterr().err
    new.write_text(new.read_text().replace("FILL IN: why it fails", "early, as its library is"))
    assert failing("check", "--known-failures", str(new)) == 0


def test_reasons_that_still_hold_are_written_again(failing: CommandLine, tmp_path: Path) -> None:
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
        '[[known_failure]]\nreason = "FILL IN: why it fails, and what becomes of it"\n'
        'scenario = "on_stop_follows"\n'
    )


# --- the other commands -----------------------------------------------------------------------


def test_list_shows_requirements_with_their_scenarios(
    pulsecheck: CommandLine, capsys: Captured
) -> None:
    assert pulsecheck("list") == 0
    lines = printed(capsys)
    assert lines[2] == "STO-5  must   On Stop waits."
    assert lines[4] == "              - On Stop waits"


def test_list_says_what_is_wrong_with_a_catalogue(
    pulsecheck: CommandLine, capsys: Captured
) -> None:
    place = pulsecheck.features / "requirements.toml"
    place.unlink()
    assert pulsecheck("list") == 2
    assert capsys.readouterr().err == (
        f"Error: {place}: cannot be read: No such file or directory\n"
        "  Name a folder that holds a readable requirements.toml.\n"
    )


def test_list_says_what_is_wrong_with_a_feature(pulsecheck: CommandLine, capsys: Captured) -> None:
    (pulsecheck.features / "stop.feature").write_text("Nonsense\n")
    assert pulsecheck("list") == 2
    assert f"Error: {pulsecheck.features}/stop.feature: is not Gherkin" in capsys.readouterr().err


def test_the_version_is_told(pulsecheck: CommandLine, capsys: Captured) -> None:
    assert pulsecheck("--version") == 0
    assert capsys.readouterr().out.startswith("pulsecheck, version ")


def test_the_exit_codes_are_explained(pulsecheck: CommandLine, capsys: Captured) -> None:
    assert pulsecheck("check", "--help") == 0
    assert "2 the harness or the driver failed" in " ".join(capsys.readouterr().out.split())
