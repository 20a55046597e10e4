import io
from pathlib import Path

import pytest
from rich.console import Console

from pulsecheck.report.listing import show
from pulsecheck.suite.feature_files import ScenarioSource
from pulsecheck.suite.requirements import Catalogue


def source(name: str, requirement: str, **example: str) -> ScenarioSource:
    return ScenarioSource(
        selector=name,
        name=name,
        path=Path("stop.feature"),
        line=3,
        tags=(requirement,),
        example=example,
        steps=(),
    )


@pytest.fixture
def lines(catalogue: Catalogue) -> list[str]:
    scenarios = (
        source("On Stop waits", "STO-5", transport="WebSocket"),
        source("On Stop waits", "STO-5", transport="upgraded", loss="reset"),
        source("The client leaves", "STO-2"),
    )
    file = io.StringIO()
    show(Console(file=file, width=80), catalogue, scenarios)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_requirements_are_listed_by_area_with_level_fact_and_page(lines: list[str]) -> None:
    assert lines[:9] == [
        "NOD",
        "",
        "NOD-2  must   Enabled off ends the branch.",
        "              toolbox/communication/socketio",
        "",
        "Socket.IO Stop",
        "",
        "STO-2  must   Stop stops the connection.",
        "              toolbox/communication/socketio",
    ]


def test_a_scenario_is_listed_under_its_requirement(lines: list[str]) -> None:
    assert lines[9] == "              - The client leaves"


def test_a_scenario_is_listed_once_with_all_its_examples(lines: list[str]) -> None:
    assert [line.strip() for line in lines if "On Stop waits " in line] == [
        "- On Stop waits [WebSocket, upgraded reset]"
    ]


def test_the_list_ends_with_the_options_for_a_selection(lines: list[str]) -> None:
    assert lines[-1] == (
        "Run a selection: pulsecheck check -m STO-5, or -k with words from a title."
    )
