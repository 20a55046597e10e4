"""The pulsecheck command line, which returns a prepared run instead of running scenarios."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pulsecheck.cli import app, check
from pulsecheck.driver.protocol import Implementation, Initialized, NodeName, TransportUse
from pulsecheck.driver.tcp import Announce
from pulsecheck.results.records import Outcome, Run, ScenarioRecord
from pulsecheck.runner.interrupts import Interrupts
from pulsecheck.runner.run import OnProgress, Options
from pulsecheck.suite import feature_files

CATALOGUE = """
[[requirement]]
id = "STO-5"
level = "must"
fact = "On Stop waits."
page = "events/onsocketiostop"

[[requirement]]
id = "STO-9"
level = "should"
fact = "On Stop follows a lost network."
page = "events/onsocketiostop"
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
        nodes=(NodeName.START,),
        transports=(TransportUse.WEBSOCKET,),
    ),
    records=(record(Outcome.PASSED), record(Outcome.PASSED, "STO-9")),
    collected=2,
    partial=False,
    seconds=1.0,
)


class CommandLine:
    """Runs the command line. A check runs no scenario, but calls `meanwhile` and returns `run`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, features: Path) -> None:
        self._monkeypatch = monkeypatch
        self.features = features
        self.run = CONFORMING
        self.options: list[Options] = []
        self.meanwhile: Callable[[OnProgress], object] = lambda progress: progress(None, 0, 2)
        monkeypatch.setattr(check, "run_suite", self._run)
        monkeypatch.setattr(feature_files, "default_features", lambda: features)

    def _run(
        self, options: Options, progress: OnProgress, announce: Announce, interrupts: Interrupts
    ) -> Run:
        self.interrupts = interrupts
        self.options.append(options)
        self.announce = announce
        self.meanwhile(progress)
        return self.run

    def __call__(self, *words: str) -> int:
        """Run the command line and return its exit code."""
        self._monkeypatch.setattr(sys, "argv", ["pulsecheck", *words])
        with pytest.raises(SystemExit) as ended:
            app.main()
        code = ended.value.code or 0
        assert isinstance(code, int)
        return code


Captured = pytest.CaptureFixture[str]


def printed(capsys: Captured) -> list[str]:
    """Return the printed lines without trailing spaces."""
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]
