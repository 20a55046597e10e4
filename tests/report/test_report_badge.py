from xml.etree import ElementTree as Xml

import pytest
from msgspec.structs import replace

from pulsecheck.report.badge import FILLS, NEUTRAL, render
from pulsecheck.results.judgement import judge
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Verdict
from pulsecheck.suite.requirements import Catalogue

SVG = "{http://www.w3.org/2000/svg}"


def texts_and_fill(verdict: Verdict, run: Run) -> tuple[list[str | None], str | None]:
    root = Xml.fromstring(render(verdict, run))  # noqa: S314 - our own output
    rect = root.find(f"{SVG}rect")
    assert rect is not None
    return [text.text for text in root.iter(f"{SVG}text")], rect.get("fill")


def test_a_badge_shows_the_verdict(verdict: Verdict, run: Run) -> None:
    assert texts_and_fill(verdict, run) == (["pulsecheck", "not conforming"], FILLS["red"])


@pytest.mark.parametrize(
    ("change", "words", "fill"),
    [
        ({"error": "interrupted", "interrupted": True}, "no verdict", FILLS["red"]),
        ({"partial": True, "collected": 1}, "no verdict", NEUTRAL),
        ({"collected": 1}, "conforming", FILLS["green"]),
    ],
)
def test_only_a_complete_run_is_conforming(
    catalogue: Catalogue, run: Run, change: dict[str, object], words: str, fill: str
) -> None:
    small = Catalogue((catalogue["STO-2"],))
    passed = replace(run, records=run.records[1:2], **change)
    assert texts_and_fill(judge(small, passed), passed) == (["pulsecheck", words], fill)


def test_the_title_of_a_badge_names_the_implementation(verdict: Verdict, run: Run) -> None:
    title = Xml.fromstring(render(verdict, run)).findtext(f"{SVG}title")  # noqa: S314 - our own output
    assert title == "small [red]\\x1b[31m\\x00<&]]> 1.2: not conforming"
