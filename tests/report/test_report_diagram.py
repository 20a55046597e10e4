from xml.etree import ElementTree as Xml

import pytest
from msgspec.structs import replace

from pulsecheck.report.html.diagram import draw
from pulsecheck.report.html.folding import DiagramGap, DiagramRow, fold
from pulsecheck.results.records import Outcome, ScenarioRecord
from pulsecheck.shared.timeline import SENTENCE, Entry
from sample_run import scenario

HELD = {"server": "main", "fault": "hold disconnects", "scope": "all connections"}
EVENTS: tuple[tuple[float, str, str, dict[str, object]], ...] = (
    (0.001, SENTENCE, 'the connection "main" is established', {"kind": "given"}),
    (0.002, "wire", "TCP connection opened", {"server": "main", "tcp": 1}),
    (0.003, "server", "packet sent", {"server": "main", "connection": 1, "packet": "40{}"}),
    (0.004, "server", "fault begins", {**HELD, "connection": None}),
    (0.005, SENTENCE, '"Socket.IO Stop" receives a pulse', {"kind": "when"}),
    (0.006, "driver", "request", {"method": "runtime/pulse", "id": 4, "node": "a"}),
    (0.007, "driver", "answer", {"method": "runtime/pulse", "id": 4, "ok": True, "result": "{}"}),
    (0.008, "node", "pulsed", {"node": "Socket.IO Stop"}),
    (0.008, "node", "pulsed", {"node": "On Socket.IO Stop"}),
    (0.009, "server", "packet received", {"server": "main", "connection": 1, "packet": "41"}),
    (0.010, "server", "fault applied", {**HELD, "connection": 1}),
    (2.011, SENTENCE, '"On Socket.IO Stop" does not pulse', {"kind": "then"}),
    (2.012, "server", "fault ends", {**HELD, "connection": None}),
    (2.013, "wire", "TCP connection ended", {"server": "main", "tcp": 1, "how": "FIN"}),
)


def entries(*events: tuple[float, str, str, dict[str, object]]) -> tuple[Entry, ...]:
    return tuple(
        Entry(number=number, at=at, source=source, what=what, details=details)
        for number, (at, source, what, details) in enumerate(events)
    )


@pytest.fixture
def record() -> ScenarioRecord:
    return scenario(
        "STO-5",
        "On Stop waits",
        Outcome.FAILED,
        "expected: …",
        expected='"On Socket.IO Stop" pulses once the connection is terminated',
        seen="it pulsed at 0.008 s, when it was not yet terminated",
        evidence=(8,),
        timeline=entries(*EVENTS),
    )


@pytest.fixture
def drawing(record: ScenarioRecord) -> Xml.Element:
    """The drawing without its legend."""
    found = drawn(record)
    legend = next(part for part in found if part.get("class") == "legend")
    found.remove(legend)
    return found


def drawn(record: ScenarioRecord) -> Xml.Element:
    return Xml.fromstring(draw(record, "d1"))  # noqa: S314 - our own output


def texts(drawing: Xml.Element, style: str) -> list[str | None]:
    return [found.text for found in drawing.iter("text") if found.get("class") == style]


def test_each_party_has_a_lane(drawing: Xml.Element) -> None:
    assert texts(drawing, "party") == ["harness", "nodes", "wire", "server"]


def test_sentences_pulses_frames_and_messages_are_drawn(drawing: Xml.Element) -> None:
    assert texts(drawing, "sentence") == [
        'Given the connection "main" is established',
        'When "Socket.IO Stop" receives a pulse',
        'Then "On Socket.IO Stop" does not pulse',
    ]
    assert texts(drawing, "pulsed") == ["Socket.IO Stop", "On Socket.IO Stop"]
    assert texts(drawing, "label") == ["40{}", 'runtime/pulse "a"', "41"]
    assert len([path for path in drawing.iter("path") if path.get("class") == "pulse"]) == 2


def test_a_frame_points_at_who_receives_it(drawing: Xml.Element) -> None:
    ways = [path.get("d", "") for path in drawing.iter("path") if "frame" in path.get("class", "")]
    assert [way.split("M")[1].split("H") for way in ways] == [
        [f"700 {34 + 20 * 3 + 2}", "316"],
        [f"316 {34 + 20 * 10 + 2}", "700"],
    ]


def test_a_fault_is_a_bar_from_where_it_begins_and_one_from_where_it_bites(
    drawing: Xml.Element,
) -> None:
    bars = {found.get("class"): found for found in drawing.iter("rect")}
    titles = {kind: found.findtext("title") for kind, found in bars.items() if kind != "band"}
    assert titles == {
        "life": "TCP connection opened, from 0.0020 s to 2.0130 s",
        "fault": "hold disconnects, from 0.0040 s to 2.0120 s",
        "held": "hold disconnects, from 0.0100 s to 2.0120 s",
    }
    ends = {
        kind: int(bars[kind].get("y", 0)) + int(bars[kind].get("height", 0))
        for kind in ("fault", "held")
    }
    assert ends["fault"] == ends["held"]


def test_what_went_wrong_is_marked_and_nothing_else(drawing: Xml.Element) -> None:
    wrong = [found.findtext("title") for found in drawing.iter("g") if found.get("class")]
    assert list(filter(None, wrong)) == [
        "0.0080 s node pulsed node=On Socket.IO Stop",
        '2.0110 s scenario "On Socket.IO Stop" does not pulse kind=then',
    ]


def test_what_was_expected_and_seen_is_told_where_it_was(drawing: Xml.Element) -> None:
    assert texts(drawing, "remark") == [
        "seen: it pulsed at 0.008 s, when it was not yet terminated",
        'expected: "On Socket.IO Stop" pulses once the connection is terminated',
    ]
    parts = [found.text for found in drawing.iter("text") if found.get("class") != "time"]
    assert parts.index("On Socket.IO Stop") + 1 == parts.index(texts(drawing, "remark")[0])


def test_what_was_seen_after_the_sentence_is_told_there_alone(record: ScenarioRecord) -> None:
    *before, sentence, end, closed = EVENTS
    late: tuple[float, str, str, dict[str, object]] = (2.0115, "node", "pulsed", dict(before[8][3]))
    events = entries(*before[:8], *before[9:], sentence, late, end, closed)
    found = drawn(replace(record, seen="it pulsed at 2.012 s", evidence=(12,), timeline=events))
    assert texts(found, "remark") == [
        'expected: "On Socket.IO Stop" pulses once the connection is terminated',
        "seen: it pulsed at 2.012 s",
    ]


def test_what_was_seen_nowhere_is_told_behind_the_sentence(record: ScenarioRecord) -> None:
    silent = replace(record, seen="it did not pulse within 2 s", evidence=())
    assert texts(drawn(silent), "remark") == [
        'expected: "On Socket.IO Stop" pulses once the connection is terminated',
        "seen: it did not pulse within 2 s",
    ]


def test_the_end_of_a_connection_is_set_apart(record: ScenarioRecord) -> None:
    end: tuple[float, str, str, dict[str, object]] = (
        2.1,
        "server",
        "connection terminated",
        {"server": "main", "connection": 1},
    )
    found = drawn(replace(record, timeline=entries(*EVENTS, end)))
    assert texts(found, "ended") == ["connection terminated"]
    assert len([path for path in found.iter("path") if path.get("class") == "end"]) == 1


def test_a_legend_says_what_the_marks_are(record: ScenarioRecord) -> None:
    legend = next(part for part in drawn(record) if part.get("class") == "legend")
    assert legend.get("aria-hidden") == "true"
    assert texts(legend, "note") == [
        "pulse",
        "frame",
        "connection",
        "fault in place",
        "at work: what is held, until released",
    ]


def test_nothing_is_marked_where_nothing_went_wrong(record: ScenarioRecord) -> None:
    passed = replace(record, outcome=Outcome.PASSED, reason="", expected="", seen="", evidence=())
    assert 'class="wrong"' not in draw(passed, "d1")


def test_the_drawing_is_named_and_described(drawing: Xml.Element) -> None:
    assert drawing.get("aria-labelledby") == drawing[0].get("id") == "d1-t"
    assert drawing.get("aria-describedby") == drawing[1].get("id") == "d1-d"
    assert drawing[1].text is not None
    assert drawing[1].text.startswith(
        "14 entries in 2.013 s, in lanes for harness, nodes, wire, server. "
        "It went wrong at 0.0080 s: node pulsed node=On Socket.IO Stop; at 2.0110 s: scenario"
    )


def test_a_scenario_without_a_timeline_has_no_drawing(record: ScenarioRecord) -> None:
    assert draw(replace(record, timeline=()), "d1") == ""


def test_time_in_which_nothing_happens_is_told(drawing: Xml.Element) -> None:
    assert texts(drawing, "gap") == ["… 2.0 s pass"]


# --- folding ----------------------------------------------------------------------------------


def long(count: int) -> tuple[Entry, ...]:
    events: list[tuple[float, str, str, dict[str, object]]] = [
        (number / 1000, "node", "pulsed", {"node": "a"}) for number in range(count)
    ]
    events[0] = (0.0, SENTENCE, "first", {})
    events[count // 2] = (count / 2000, SENTENCE, "last", {})
    return entries(*events)


def test_a_short_timeline_is_drawn_whole() -> None:
    assert len(fold(long(90), frozenset())) == 90


def test_a_long_timeline_is_folded_but_for_what_is_around_sentences_and_the_evidence() -> None:
    rows = fold(long(1000), frozenset({300}))
    assert [str(row) for row in rows if isinstance(row, DiagramGap)] == [
        "… 269 more, in 0.270 s",
        "… 169 more, in 0.170 s",
    ]
    kept = [row.entry.number for row in rows if isinstance(row, DiagramRow)]
    assert kept == [*range(19), *range(288, 319), *range(488, 519)]


def test_what_the_timeline_itself_left_out_is_told() -> None:
    first, *_, last = long(90)
    assert [str(row) for row in fold((first, last), frozenset())][1] == "… 88 more, in 0.089 s"


def test_a_request_that_is_answered_at_once_is_one_row() -> None:
    request, answer = entries(EVENTS[5], EVENTS[6])
    assert [(row.first, row.last) for row in fold((request, answer), frozenset())] == [(0, 1)]
    refused = replace(answer, details={**answer.details, "ok": False})
    assert len(fold((request, refused), frozenset())) == 2
