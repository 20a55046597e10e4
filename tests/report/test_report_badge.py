from xml.etree import ElementTree as Xml

import pytest
from msgspec.structs import replace

from pulsecheck.report.badge import NEUTRAL, PAINTS, render
from pulsecheck.results.judgement import judge
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Verdict
from pulsecheck.suite.requirements import Catalogue

SVG = "{http://www.w3.org/2000/svg}"


def drawn(verdict: Verdict, run: Run) -> tuple[list[str | None], str | None]:
    root = Xml.fromstring(render(verdict, run))  # noqa: S314 - our own output
    rect = root.find(f"{SVG}rect")
    assert rect is not None
    return [text.text for text in root.iter(f"{SVG}text")], rect.get("fill")


def test_the_verdict_is_on_it(verdict: Verdict, run: Run) -> None:
    assert drawn(verdict, run) == (["pulsecheck", "not conforming"], PAINTS["red"])


@pytest.mark.parametrize(
    ("change", "words", "paint"),
    [
        ({"error": "interrupted", "interrupted": True}, "no verdict", PAINTS["red"]),
        ({"partial": True, "collected": 1}, "no verdict", NEUTRAL),
        ({"collected": 1}, "conforming", PAINTS["green"]),
    ],
)
def test_it_says_conforming_of_a_whole_run_alone(
    catalogue: Catalogue, run: Run, change: dict[str, object], words: str, paint: str
) -> None:
    small = Catalogue((catalogue["STO-2"],))
    passed = replace(run, records=run.records[1:2], **change)
    assert drawn(judge(small, passed), passed) == (["pulsecheck", words], paint)


def test_its_title_names_the_implementation(verdict: Verdict, run: Run) -> None:
    title = Xml.fromstring(render(verdict, run)).findtext(f"{SVG}title")  # noqa: S314 - ours
    assert title == "small [red]\\x1b[31m\\x00<&]]> 1.2: not conforming"
