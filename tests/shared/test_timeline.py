import threading

import pytest

from pulsecheck.shared.timeline import (
    KEPT,
    LONGEST,
    LONGEST_DETAILS,
    LONGEST_TEXT,
    SENTENCE,
    Timeline,
    TimelineFullError,
    brief,
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


def test_time_is_counted_from_the_beginning_of_the_timeline() -> None:
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


def test_waiting_returns_what_was_found_as_soon_as_it_is_appended() -> None:
    timeline = Timeline()
    threading.Timer(0.01, lambda: timeline.append("node", "pulsed")).start()
    found = timeline.wait_for(lambda entries: entries[-1].what if entries else None, seconds=30)
    assert found == "pulsed"


def test_waiting_in_vain_returns_none() -> None:
    assert Timeline().wait_for(lambda entries: entries or None, seconds=0.01) is None


def test_a_flood_is_an_error_and_not_a_full_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pulsecheck.shared.timeline.LONGEST", 3)
    timeline = Timeline()
    for _ in range(3):
        timeline.append("node", "pulsed")
    with pytest.raises(TimelineFullError, match="the timeline is full: more than 3 entries"):
        timeline.append("node", "pulsed")
    assert len(timeline.entries()) == 3 < LONGEST


def test_an_entry_is_shown_on_one_line() -> None:
    timeline = Timeline(Clock())
    entry = timeline.append("node", "pulsed", {"node": "Stop\n"})
    assert str(entry) == "   0.0000  node     pulsed node='Stop\\n'"


def test_a_timeline_is_kept_with_its_sentences_its_beginning_and_its_end() -> None:
    timeline = Timeline()
    for number in range(3 * KEPT):
        timeline.append(SENTENCE if number == KEPT + 5 else "node", "pulsed")
    kept = [entry.number for entry in brief(timeline.entries())]
    assert kept == [*range(KEPT), KEPT + 5, *range(2 * KEPT, 3 * KEPT)]
    assert brief(timeline.entries(since=KEPT)) == timeline.entries(since=KEPT)


def test_a_timeline_is_kept_with_the_evidence_of_a_failure() -> None:
    timeline = Timeline()
    for _ in range(3 * KEPT):
        timeline.append("node", "pulsed")
    kept = [entry.number for entry in brief(timeline.entries(), {KEPT + 7})]
    assert kept == [*range(KEPT), KEPT + 7, *range(2 * KEPT, 3 * KEPT)]


def test_a_long_text_is_kept_as_its_beginning_and_its_length() -> None:
    timeline = Timeline()
    timeline.append(
        "server", "event received", {"arguments": "x" * (LONGEST_TEXT + 1), "connection": 1}
    )
    (entry,) = brief(timeline.entries())
    assert entry.details == {
        "arguments": f"{'x' * LONGEST_TEXT}… ({LONGEST_TEXT + 1} characters)",
        "connection": 1,
    }


def test_long_texts_are_cut_wherever_they_are_in_the_details() -> None:
    timeline = Timeline()
    values = {"Message": "x" * (LONGEST_TEXT + 1), "Flags": [True, "y" * (LONGEST_TEXT + 1)]}
    timeline.append("node", "pulsed", {"values": values})
    (entry,) = brief(timeline.entries())
    assert entry.details["values"] == {
        "Message": f"{'x' * LONGEST_TEXT}… ({LONGEST_TEXT + 1} characters)",
        "Flags": [True, f"{'y' * LONGEST_TEXT}… ({LONGEST_TEXT + 1} characters)"],
    }


@pytest.mark.parametrize(
    "values",
    [
        {str(number): "x" for number in range(LONGEST_DETAILS)},
        ["x"] * LONGEST_DETAILS,
        [0] * (2 * LONGEST_DETAILS),
        {"x" * LONGEST_DETAILS + str(number): 1 for number in range(100)},
        [[{"a": "x" * LONGEST_TEXT}]] * 100,
    ],
)
def test_details_are_bounded_whatever_they_hold(values: object) -> None:
    timeline = Timeline()
    timeline.append("node", "pulsed", {"values": values})
    (entry,) = brief(timeline.entries())
    assert len(str(entry)) < 6 * LONGEST_DETAILS
