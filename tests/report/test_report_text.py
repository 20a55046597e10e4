import pytest

from pulsecheck.report.text import AROUND, LONGEST, details, excerpt, title
from pulsecheck.results.records import Run
from pulsecheck.shared.escaping import escape_unprintable
from pulsecheck.shared.timeline import Entry


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ümläut, 漢字 and ✓", "plain, ümläut, 漢字 and ✓"),
        ("two\nlines", "two\nlines"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\r\t\x00", "\\r\\t\\x00"),
        ("\u202eright to left", "\\u202eright to left"),
        ("\ud800", "\\ud800"),
        ("\ufffe", "\\ufffe"),
    ],
)
def test_what_an_eye_misses_or_a_terminal_obeys_is_made_visible(text: str, shown: str) -> None:
    assert escape_unprintable(text) == shown


def test_a_title_names_the_example(run: Run) -> None:
    assert [title(record) for record in run.records[2:4]] == [
        "Whether it waits",
        "On Stop waits [websocket]",
    ]


def entry(**more: str | int) -> Entry:
    return Entry(number=0, at=0.0, source="node", what="pulsed", details=more)


def test_details_are_one_line() -> None:
    assert details(entry(node="a\nb\x07", count=2)) == "node=a\\nb\\x07 count=2"


def test_long_details_are_cut() -> None:
    assert details(entry(node="x" * 5000)) == "node=" + "x" * (LONGEST - 5) + "…"


def test_an_excerpt_is_what_stands_around_the_last_sentence(run: Run) -> None:
    found = excerpt(run.records[3].timeline)
    assert [shown.number for shown in found.entries] == list(range(12 - AROUND, 12 + AROUND + 1))


def test_an_excerpt_counts_what_it_leaves_out(run: Run) -> None:
    found = excerpt(run.records[3].timeline)
    assert (found.earlier, found.later) == (12 - AROUND, 12 - AROUND)


def test_a_short_timeline_is_its_own_excerpt(run: Run) -> None:
    short = run.records[3].timeline[11:14]
    found = excerpt(short)
    assert (found.earlier, found.entries, found.later) == (0, short, 0)


def test_an_empty_timeline_has_an_empty_excerpt() -> None:
    found = excerpt(())
    assert (found.earlier, found.entries, found.later) == (0, (), 0)
