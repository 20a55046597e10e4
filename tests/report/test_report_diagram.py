from xml.etree import ElementTree as Xml

import pytest
from msgspec.structs import replace

from pulsecheck.report.html.diagram import MOST_NOTE_LINES, draw
from pulsecheck.report.html.diagram_rows import AFTER, DiagramGap, DiagramRow, diagram_rows
from pulsecheck.report.text import MOST_EVIDENCE
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
        expected='"On Socket.IO Stop" pulses after the connection is terminated',
        seen="it pulsed at 0.008 s, when it was not yet terminated",
        evidence=(8,),
        timeline=entries(*EVENTS),
    )


@pytest.fixture
def diagram(record: ScenarioRecord) -> Xml.Element:
    """The record's diagram, without the legend."""
    found = drawn(record)
    legend = next(part for part in found if part.get("class") == "legend")
    found.remove(legend)
    return found


def drawn(record: ScenarioRecord) -> Xml.Element:
    return Xml.fromstring(draw(record, "d1"))  # noqa: S314 - our own output


def texts(diagram: Xml.Element, style: str) -> list[str | None]:
    return [found.text for found in diagram.iter("text") if found.get("class") == style]


def test_each_party_has_a_lane(diagram: Xml.Element) -> None:
    assert texts(diagram, "party") == ["harness", "nodes", "wire", "server"]


def test_sentences_pulses_frames_and_requests_are_drawn(diagram: Xml.Element) -> None:
    assert texts(diagram, "sentence") == [
        'Given the connection "main" is established',
        'When "Socket.IO Stop" receives a pulse',
        'Then "On Socket.IO Stop" does not pulse',
    ]
    assert texts(diagram, "pulsed") == ["Socket.IO Stop", "On Socket.IO Stop"]
    assert texts(diagram, "label") == ["40{}", 'runtime/pulse "a"', "41"]
    assert len([path for path in diagram.iter("path") if path.get("class") == "pulse"]) == 2


def test_a_frame_points_at_its_receiver(diagram: Xml.Element) -> None:
    ways = [path.get("d", "") for path in diagram.iter("path") if "frame" in path.get("class", "")]
    assert [way.split("M")[1].split("H") for way in ways] == [
        [f"700 {34 + 20 * 3 + 2}", "316"],
        [f"316 {34 + 20 * 10 + 2}", "700"],
    ]


def test_a_fault_has_a_bar_from_its_beginning_and_one_from_its_effect(
    diagram: Xml.Element,
) -> None:
    bars = {found.get("class"): found for found in diagram.iter("rect")}
    titles = {kind: found.findtext("title") for kind, found in bars.items() if kind != "band"}
    assert titles == {
        "connection": "TCP connection opened, from 0.0020 s to 2.0130 s",
        "fault": "hold disconnects, from 0.0040 s to 2.0120 s",
        "effect": "hold disconnects, from 0.0100 s to 2.0120 s",
    }
    ends = {
        kind: int(bars[kind].get("y", 0)) + int(bars[kind].get("height", 0))
        for kind in ("fault", "effect")
    }
    assert ends["fault"] == ends["effect"]


def test_only_the_evidence_and_the_failed_sentence_are_marked(diagram: Xml.Element) -> None:
    wrong = [found.findtext("title") for found in diagram.iter("g") if found.get("class")]
    assert list(filter(None, wrong)) == [
        "0.0080 s node pulsed node=On Socket.IO Stop",
        '2.0110 s scenario "On Socket.IO Stop" does not pulse kind=then',
    ]


def test_what_was_expected_and_seen_is_below_the_marked_rows(diagram: Xml.Element) -> None:
    assert texts(diagram, "remark") == [
        "seen: it pulsed at 0.008 s, when it was not yet terminated",
        'expected: "On Socket.IO Stop" pulses after the connection is terminated',
    ]
    parts = [found.text for found in diagram.iter("text") if found.get("class") != "time"]
    assert parts.index("On Socket.IO Stop") + 1 == parts.index(texts(diagram, "remark")[0])


def test_a_long_note_has_several_lines(record: ScenarioRecord) -> None:
    long_note = replace(
        record, seen="it pulsed at 0.008 s, when the connection was not yet terminated"
    )
    assert texts(drawn(long_note), "remark")[:2] == [
        "seen: it pulsed at 0.008 s, when the connection was not yet",
        "terminated",
    ]


def test_the_number_of_lines_of_a_note_is_limited(record: ScenarioRecord) -> None:
    found = texts(drawn(replace(record, seen="words " * 100)), "remark")
    assert len(found) == MOST_NOTE_LINES + 1
    assert str(found[MOST_NOTE_LINES - 1]).endswith("…")


def test_what_was_seen_is_noted_only_below_evidence_after_the_sentence(
    record: ScenarioRecord,
) -> None:
    *before, sentence, end, closed = EVENTS
    late: tuple[float, str, str, dict[str, object]] = (2.0115, "node", "pulsed", dict(before[8][3]))
    events = entries(*before[:8], *before[9:], sentence, late, end, closed)
    found = drawn(replace(record, seen="it pulsed at 2.012 s", evidence=(12,), timeline=events))
    assert texts(found, "remark") == [
        'expected: "On Socket.IO Stop" pulses after the connection is terminated',
        "seen: it pulsed at 2.012 s",
    ]


def test_without_evidence_both_notes_are_below_the_sentence(record: ScenarioRecord) -> None:
    silent = replace(record, seen="it did not pulse within 2 s", evidence=())
    assert texts(drawn(silent), "remark") == [
        'expected: "On Socket.IO Stop" pulses after the connection is terminated',
        "seen: it did not pulse within 2 s",
    ]


def test_the_termination_of_a_connection_has_a_mark_of_its_own(record: ScenarioRecord) -> None:
    end: tuple[float, str, str, dict[str, object]] = (
        2.1,
        "server",
        "connection terminated",
        {"server": "main", "connection": 1},
    )
    found = drawn(replace(record, timeline=entries(*EVENTS, end)))
    assert texts(found, "ended") == ["connection terminated"]
    assert len([path for path in found.iter("path") if path.get("class") == "end"]) == 1


def test_captions_have_no_node_type_and_no_values(record: ScenarioRecord) -> None:
    node = {"node": "Socket.IO Stop", "type": "Socket.IO Stop"}
    events = entries(
        (0.1, "node", "runtime error", {**node, "message": "no connection"}),
        (0.2, "node", "runtime error", {"node": None, "message": "lost"}),
        (0.3, "node", "pulsed of a closed project", {**node, "output": "Out", "values": {"M": 1}}),
        (
            0.4,
            "server",
            "event received",
            {"event": "news", "arguments": ["hi", None], "ack": None},
        ),
    )
    assert texts(drawn(replace(record, evidence=(), timeline=events)), "note")[:4] == [
        "runtime error Socket.IO Stop no …",
        "runtime error lost",
        "pulsed of a closed project Socke…",
        'event received news ["hi",null]',
    ]


def test_titles_have_the_structured_details(record: ScenarioRecord) -> None:
    stop = {"node": "Socket.IO Stop", "type": "Socket.IO Stop"}
    events = entries(
        (0.1, "driver", "request", {"method": "runtime/pulse", "id": 4, **stop, "values": {}}),
        (0.2, "driver", "request", {"method": "studio/restart", "id": 5, "params": {}}),
        (0.3, "node", "pulsed", {**stop, "output": "Pulse Output", "values": {"Message": "hi"}}),
    )
    found = drawn(replace(record, evidence=(), timeline=events))
    assert [row.findtext("title") for row in found.iter("g") if row.get("role") == "img"] == [
        "0.1000 s driver request method=runtime/pulse id=4 node=Socket.IO Stop",
        "0.2000 s driver request method=studio/restart id=5",
        '0.3000 s node pulsed node=Socket.IO Stop output=Pulse Output values={"Message":"hi"}',
    ]


def test_the_legend_explains_the_marks(record: ScenarioRecord) -> None:
    legend = next(part for part in drawn(record) if part.get("class") == "legend")
    assert legend.get("aria-hidden") == "true"
    assert texts(legend, "note") == [
        "pulse",
        "frame",
        "connection",
        "fault in place",
        "fault in effect, until released",
    ]


def test_nothing_is_marked_in_a_passed_scenario(record: ScenarioRecord) -> None:
    passed = replace(record, outcome=Outcome.PASSED, reason="", expected="", seen="", evidence=())
    assert 'class="marked"' not in draw(passed, "d1")


def test_the_diagram_has_a_title_and_a_description(diagram: Xml.Element) -> None:
    assert diagram.get("aria-labelledby") == diagram[0].get("id") == "d1-t"
    assert diagram.get("aria-describedby") == diagram[1].get("id") == "d1-d"
    assert diagram[1].text is not None
    assert diagram[1].text.startswith(
        "14 entries in 2.013 s, in lanes for harness, nodes, wire, server. "
        "Marked in red: at 0.0080 s, node pulsed node=On Socket.IO Stop; at 2.0110 s, scenario"
    )


def test_a_scenario_without_a_timeline_has_no_diagram(record: ScenarioRecord) -> None:
    assert draw(replace(record, timeline=()), "d1") == ""


def test_a_pause_is_shown(diagram: Xml.Element) -> None:
    assert texts(diagram, "gap") == ["… 2.0 s without entries"]


# --- rows -------------------------------------------------------------------------------------


def long(count: int) -> tuple[Entry, ...]:
    events: list[tuple[float, str, str, dict[str, object]]] = [
        (number / 1000, "node", "pulsed", {"node": "a"}) for number in range(count)
    ]
    events[0] = (0.0, SENTENCE, "first", {})
    events[count // 2] = (count / 2000, SENTENCE, "last", {})
    return entries(*events)


def test_a_short_timeline_is_drawn_in_full() -> None:
    assert len(diagram_rows(long(90), frozenset())) == 90


def test_a_long_timeline_is_drawn_around_sentences_and_evidence() -> None:
    rows = diagram_rows(long(1000), frozenset({300}))
    assert [str(row) for row in rows if isinstance(row, DiagramGap)] == [
        "… 269 entries left out (0.270 s)",
        "… 169 entries left out (0.170 s)",
    ]
    kept = [row.entry.number for row in rows if isinstance(row, DiagramRow)]
    assert kept == [*range(19), *range(288, 319), *range(488, 519)]


def test_entries_that_the_record_lacks_count_as_left_out() -> None:
    first, *_, last = long(90)
    assert [str(row) for row in diagram_rows((first, last), frozenset())][
        1
    ] == "… 88 entries left out (0.089 s)"


def test_a_flood_of_evidence_is_marked_and_drawn_up_to_a_limit(record: ScenarioRecord) -> None:
    flood = replace(record, timeline=long(1000), evidence=tuple(range(600, 1000)))
    found = drawn(flood)
    times = [texts(row, "time") for row in found.iter("g") if row.get("class") == "marked"]
    last = 600 + MOST_EVIDENCE - 1 + AFTER
    assert [time for (time,) in filter(None, times)] == [
        "0.5000",
        *(f"{number / 1000:.4f}" for number in range(600, last + 1)),
    ]


def test_a_request_and_its_successful_answer_are_one_row() -> None:
    request, answer = entries(EVENTS[5], EVENTS[6])
    assert [(row.first, row.last) for row in diagram_rows((request, answer), frozenset())] == [
        (0, 1)
    ]
    refused = replace(answer, details={**answer.details, "ok": False})
    assert len(diagram_rows((request, refused), frozenset())) == 2
