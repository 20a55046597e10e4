import threading

import pytest

from pulsecheck.shared.timeline import (
    KEPT_AT_EACH_END,
    MAX_DETAILS,
    MAX_ENTRIES,
    MAX_TEXT,
    SENTENCE,
    Timeline,
    TimelineFullError,
    shorten_timeline,
)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_entries_are_numbered_in_the_order_in_which_they_were_appended() -> None:
    timeline = Timeline()
    for what in ("one", "two", "three"):
        timeline.append("scenario", what)
    assert [(entry.number, entry.what) for entry in timeline.entries()] == [
        (0, "one"),
        (1, "two"),
        (2, "three"),
    ]


def test_time_is_relative_to_the_beginning_of_the_timeline() -> None:
    clock = Clock()
    timeline = Timeline(clock)
    clock.now += 1.5
    assert timeline.append("wire", "something").at == 1.5


def test_details_cannot_be_changed_from_outside() -> None:
    details = {"node": "A"}
    timeline = Timeline()
    timeline.append("node", "pulsed", details)
    details["node"] = "B"
    assert timeline.entries()[0].details == {"node": "A"}


def test_waiting_ends_as_soon_as_the_entry_is_appended() -> None:
    timeline = Timeline()
    threading.Timer(0.01, lambda: timeline.append("node", "pulsed")).start()
    found = timeline.wait_for(lambda entries: entries[-1].what if entries else None, seconds=30)
    assert found == "pulsed"


def test_waiting_returns_none_after_the_timeout() -> None:
    assert Timeline().wait_for(lambda entries: entries or None, seconds=0.01) is None


def test_the_number_of_entries_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pulsecheck.shared.timeline.MAX_ENTRIES", 3)
    timeline = Timeline()
    for _ in range(3):
        timeline.append("node", "pulsed")
    with pytest.raises(TimelineFullError, match="the timeline is full: more than 3 entries"):
        timeline.append("node", "pulsed")
    assert len(timeline.entries()) == 3 < MAX_ENTRIES


def test_an_entry_is_shown_on_one_line() -> None:
    timeline = Timeline(Clock())
    entry = timeline.append("node", "pulsed", {"node": "Stop\n"})
    assert str(entry) == "   0.0000  node     pulsed node='Stop\\n'"


def test_a_shortened_timeline_keeps_sentences_beginning_and_end() -> None:
    timeline = Timeline()
    for number in range(3 * KEPT_AT_EACH_END):
        timeline.append(SENTENCE if number == KEPT_AT_EACH_END + 5 else "node", "pulsed")
    kept = [entry.number for entry in shorten_timeline(timeline.entries())]
    assert kept == [
        *range(KEPT_AT_EACH_END),
        KEPT_AT_EACH_END + 5,
        *range(2 * KEPT_AT_EACH_END, 3 * KEPT_AT_EACH_END),
    ]
    assert shorten_timeline(timeline.entries(since=KEPT_AT_EACH_END)) == timeline.entries(
        since=KEPT_AT_EACH_END
    )


def test_a_shortened_timeline_keeps_the_evidence_of_a_failure() -> None:
    timeline = Timeline()
    for _ in range(3 * KEPT_AT_EACH_END):
        timeline.append("node", "pulsed")
    kept = [entry.number for entry in shorten_timeline(timeline.entries(), {KEPT_AT_EACH_END + 7})]
    assert kept == [
        *range(KEPT_AT_EACH_END),
        KEPT_AT_EACH_END + 7,
        *range(2 * KEPT_AT_EACH_END, 3 * KEPT_AT_EACH_END),
    ]


def test_a_long_text_is_truncated_and_its_length_is_given() -> None:
    timeline = Timeline()
    timeline.append(
        "server", "event received", {"arguments": "x" * (MAX_TEXT + 1), "connection": 1}
    )
    (entry,) = shorten_timeline(timeline.entries())
    assert entry.details == {
        "arguments": f"{'x' * MAX_TEXT}… ({MAX_TEXT + 1} characters)",
        "connection": 1,
    }


def test_long_texts_are_truncated_at_any_depth_of_the_details() -> None:
    timeline = Timeline()
    values = {"Message": "x" * (MAX_TEXT + 1), "Flags": [True, "y" * (MAX_TEXT + 1)]}
    timeline.append("node", "pulsed", {"values": values})
    (entry,) = shorten_timeline(timeline.entries())
    assert entry.details["values"] == {
        "Message": f"{'x' * MAX_TEXT}… ({MAX_TEXT + 1} characters)",
        "Flags": [True, f"{'y' * MAX_TEXT}… ({MAX_TEXT + 1} characters)"],
    }


@pytest.mark.parametrize(
    "values",
    [
        {str(number): "x" for number in range(MAX_DETAILS)},
        ["x"] * MAX_DETAILS,
        [0] * (2 * MAX_DETAILS),
        {"x" * MAX_DETAILS + str(number): 1 for number in range(100)},
        [[{"a": "x" * MAX_TEXT}]] * 100,
    ],
)
def test_the_size_of_details_is_limited(values: object) -> None:
    timeline = Timeline()
    timeline.append("node", "pulsed", {"values": values})
    (entry,) = shorten_timeline(timeline.entries())
    assert len(str(entry)) < 6 * MAX_DETAILS
