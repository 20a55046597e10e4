from typing import Any

import pytest
from msgspec.structs import replace

from pulsecheck.report.text import (
    CONTEXT,
    LONGEST_DETAILS,
    MOST_EVIDENCE,
    Omission,
    details,
    excerpt,
    log,
    title,
)
from pulsecheck.results.records import Run, ScenarioRecord
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
def test_control_characters_and_invisible_characters_are_escaped(text: str, shown: str) -> None:
    assert escape_unprintable(text) == shown


def test_a_title_names_the_example(run: Run) -> None:
    assert [title(record) for record in run.records[2:4]] == [
        "Whether it waits",
        "On Stop waits [websocket]",
    ]


# --- details ----------------------------------------------------------------------------------


def entry(**more: Any) -> Entry:
    return Entry(number=0, at=0.0, source="node", what="pulsed", details=more)


def test_details_are_one_line() -> None:
    assert details(entry(node="a\nb\x07", count=2)) == "node=a\\nb\\x07 count=2"


def test_long_details_are_cut() -> None:
    assert details(entry(node="x" * 5000)) == "node=" + "x" * (LONGEST_DETAILS - 5) + "…"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (
            {"values": {"Message": 'say "hi"', "On": True}},
            'values={"Message":"say \\"hi\\"","On":true}',
        ),
        ({"arguments": ["ä", None]}, 'arguments=["ä",null]'),
        ({"ok": False, "id": 7, "message": ""}, "ok=false id=7 message="),
        ({"arguments": [], "count": 0}, "arguments=[] count=0"),
    ],
)
def test_structured_details_are_compact_json(given: dict[str, Any], shown: str) -> None:
    assert details(entry(**given)) == shown


@pytest.mark.parametrize(
    "nothing",
    [{"values": {}}, {"params": {}}, {"connection": None}, {"result": "{}"}],
)
def test_empty_details_are_left_out(nothing: dict[str, Any]) -> None:
    assert details(entry(id=7, **nothing)) == "id=7"


def test_an_event_with_an_empty_object_as_its_name_is_shown() -> None:
    assert details(entry(event="{}")) == "event={}"


def test_a_node_type_is_shown_only_if_the_node_has_another_name() -> None:
    assert details(entry(node="Socket.IO Stop", type="Socket.IO Stop")) == "node=Socket.IO Stop"
    assert details(entry(node="other", type="Socket.IO Stop")) == "node=other type=Socket.IO Stop"


# --- excerpts ---------------------------------------------------------------------------------


def numbers(record: ScenarioRecord) -> list[int]:
    return [part.number for part in excerpt(record) if isinstance(part, Entry)]


def omissions(record: ScenarioRecord) -> list[tuple[int, Omission]]:
    """Each omission with its place in the excerpt."""
    parts = enumerate(excerpt(record))
    return [(place, part) for place, part in parts if isinstance(part, Omission)]


@pytest.fixture
def failed(run: Run) -> ScenarioRecord:
    """A failed scenario with 25 entries. Entry 12 is the only sentence."""
    return run.records[3]


@pytest.fixture
def long(failed: ScenarioRecord) -> ScenarioRecord:
    """A failed scenario with 1001 entries. Entry 500 is the only sentence."""
    sentence = failed.timeline[12]
    entries = [
        Entry(number=number, at=number / 10, source="node", what=f"entry {number}", details={})
        for number in range(1001)
    ]
    entries[500] = replace(sentence, number=500, at=50.0)
    return replace(failed, timeline=tuple(entries))


def test_an_excerpt_has_the_entries_around_the_last_sentence(failed: ScenarioRecord) -> None:
    assert numbers(failed) == list(range(12 - CONTEXT, 12 + CONTEXT + 1))


def test_an_excerpt_counts_the_entries_left_out(failed: ScenarioRecord) -> None:
    assert omissions(failed) == [
        (0, Omission(12 - CONTEXT)),
        (2 * CONTEXT + 2, Omission(12 - CONTEXT)),
    ]


def test_an_excerpt_has_the_evidence_with_the_entries_left_out_between(
    long: ScenarioRecord,
) -> None:
    found = replace(long, evidence=(700, 3, 701))
    around = range(500 - CONTEXT, 500 + CONTEXT + 1)
    assert numbers(found) == [3, *around, 700, 701]
    assert [omission for _, omission in omissions(found)] == [
        Omission(3),
        Omission(500 - CONTEXT - 4),
        Omission(700 - around.stop),
        Omission(1000 - 701),
    ]


def test_evidence_that_is_near_the_sentence_is_shown_once(failed: ScenarioRecord) -> None:
    assert numbers(replace(failed, evidence=(11, 12))) == numbers(failed)


def test_an_excerpt_has_the_first_entries_of_a_flood_of_evidence(long: ScenarioRecord) -> None:
    flood = replace(long, evidence=tuple(reversed(range(600, 1000))))
    assert numbers(flood)[2 * CONTEXT + 1 :] == list(range(600, 600 + MOST_EVIDENCE))


def test_entries_that_the_record_lacks_count_as_left_out(long: ScenarioRecord) -> None:
    timeline = (*long.timeline[:250], *long.timeline[490:])
    found = replace(long, evidence=(249,), timeline=timeline)
    assert omissions(found)[1] == (2, Omission(500 - CONTEXT - 250))


def test_a_short_timeline_is_shown_in_full(failed: ScenarioRecord) -> None:
    short = failed.timeline[:5]
    assert list(excerpt(replace(failed, timeline=short))) == list(short)


def test_an_empty_timeline_has_an_empty_excerpt(failed: ScenarioRecord) -> None:
    assert list(excerpt(replace(failed, timeline=()))) == []


def test_a_log_marks_the_evidence_and_says_how_much_is_left_out(
    long: ScenarioRecord, run: Run
) -> None:
    lines = log(replace(long, evidence=(3, 999)), run).splitlines()
    assert lines[:3] == [
        "        …  3 entries left out (see the JSON report)",
        " ✗ 0.3000  node      entry 3",
        "        …  488 entries left out (see the JSON report)",
    ]
    assert lines[3].startswith("  49.2000  node      entry 492")
    assert lines[-4:-1] == [
        "        …  490 entries left out (see the JSON report)",
        "✗ 99.9000  node      entry 999",
        "        …  1 entry left out (see the JSON report)",
    ]
