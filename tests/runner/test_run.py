"""Interrupted runs, and preloaded features."""

import shutil
from pathlib import Path

import pytest

from pulsecheck.results.records import Run, ScenarioRecord
from pulsecheck.runner.interrupts import Interrupts
from pulsecheck.runner.run import OnProgress, Options, preload, run_suite
from pulsecheck.suite import feature_files


def run(interrupts: Interrupts, progress: OnProgress = lambda *_: None) -> Run:
    options = Options(
        implementation="python:pulsecheck_reference:serve",
        features=feature_files.default_features(),
        markers="STA-2",
    )
    return run_suite(options, progress, lambda _: None, interrupts)


def test_an_interrupt_before_the_run_ends_it_before_it_begins() -> None:
    interrupts = Interrupts()
    interrupts.received = True
    ended = run(interrupts)
    assert (ended.interrupted, ended.error, ended.collected) == (True, "interrupted", 0)


def test_a_swallowed_interrupt_ends_the_run_before_the_next_scenario() -> None:
    interrupts = Interrupts()

    def swallow(record: ScenarioRecord | None, _done: int, _total: int) -> None:
        interrupts.received = record is not None

    ended = run(interrupts, swallow)
    assert (ended.interrupted, ended.error) == (True, "interrupted")
    assert 0 < len(ended.records) < ended.collected


def test_an_interrupt_that_pytest_does_not_catch_ends_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pytest, "main", interrupt)
    ended = run(Interrupts())
    assert (ended.interrupted, ended.error) == (True, "interrupted")


def test_preloaded_features_are_not_read_again(tmp_path: Path) -> None:
    features = tmp_path / "features"
    shutil.copytree(feature_files.default_features(), features)
    preload(features)
    for path in features.glob("*.feature"):
        path.write_text("not Gherkin")
    options = Options(
        implementation="python:pulsecheck_reference:serve",
        features=features,
        keyword="no_such_scenario",
    )
    ended = run_suite(options, lambda *_: None, lambda _: None)
    assert "the selection matches no scenario" in ended.error


def test_other_tests_keep_their_stack_traces(pytestconfig: pytest.Config) -> None:
    """The runner's pytest plugin is loaded for these tests, but must not change their output."""
    assert pytestconfig.getoption("tbstyle") != "value"
