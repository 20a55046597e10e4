"""What a run remembers of missing events, so that later waits for them are brief."""

import pytest

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.shared.timeline import Entry
from pulsecheck.world.missed_events import ENOUGH, MissedEvents

ON_ERROR, ON_STOP = "On Socket.IO Error", "On Socket.IO Stop"


def missed(count: int, *violated: str) -> MissedEvents:
    """Return the events of a run that has shown a pulse and then waited `count` times in vain."""
    events = MissedEvents()
    events.see((entry(DriverOccurrence.PULSED, type=ON_STOP),))
    for _ in range(count):
        events.miss(ON_STOP, violated)
    return events


def entry(what: str, **details: str) -> Entry:
    return Entry(number=0, at=0.0, source="", what=what, details=details)


def test_a_violation_that_explained_enough_missing_events_explains_more() -> None:
    assert missed(ENOUGH, "STO-2").explanation(ON_STOP, {"STO-2", "STO-9"}) == "STO-2"


def test_a_violation_that_was_seen_once_explains_nothing() -> None:
    events = missed(ENOUGH - 1, "STO-2")
    assert not events.has_explanations
    assert not events.explanation(ON_STOP, {"STO-2"})


def test_a_violation_that_is_not_pending_explains_nothing() -> None:
    assert not missed(ENOUGH, "STO-2").explanation(ON_STOP, {"STO-9"})


def test_missing_events_without_a_violation_explain_nothing() -> None:
    assert not missed(ENOUGH).has_explanations


def test_the_violation_that_explained_most_comes_first() -> None:
    events = missed(ENOUGH, "STA-2", "STA-5")
    events.miss(ON_STOP, ("STA-5",))
    assert events.explanation(ON_STOP, {"STA-2", "STA-5"}) == "STA-5"


def test_a_violation_explains_all_events_of_a_kind_that_never_came() -> None:
    events = missed(0)
    for _ in range(ENOUGH):
        assert not events.explanation(ON_ERROR, ())
        events.miss(ON_ERROR, ("ERR-2",))
    assert events.explanation(ON_ERROR, ()) == "ERR-2"
    assert not events.explanation(ON_ERROR, {"STO-9"})  # STO-9 needs evidence of its own
    assert not events.explanation(ON_STOP, {"STO-9"})


def test_events_of_a_kind_that_came_late_are_not_explained_by_their_kind() -> None:
    events = missed(0)
    for _ in range(ENOUGH):
        events.miss(ON_ERROR, ("ERR-2",))
    events.see((entry(DriverOccurrence.PULSED, type=ON_ERROR),))
    assert not events.explanation(ON_ERROR, ())


@pytest.mark.parametrize("what", [Occurrence.FAULT_BEGINS, DriverOccurrence.REQUEST])
def test_an_implementation_that_never_did_anything_is_silent(what: str) -> None:
    events = MissedEvents()
    events.see((entry(what),))
    for _ in range(ENOUGH):
        assert not events.is_silent
        events.miss(ON_STOP, ("STA-2",))
    assert events.is_silent
    assert events.explanation(ON_STOP, ()) == "STA-2"


@pytest.mark.parametrize("what", [Occurrence.OPENED, DriverOccurrence.RUNTIME_ERROR])
def test_an_implementation_that_did_something_is_not_silent(what: str) -> None:
    events = MissedEvents()
    events.miss(ON_STOP, ("STA-2",))
    events.miss(ON_STOP, ("STA-2",))
    events.see((entry(what),))
    assert not events.is_silent


def test_scenarios_of_one_requirement_that_miss_the_same_kind_fail_alike() -> None:
    events = MissedEvents()
    for _ in range(ENOUGH):
        assert not events.fails_alike(ON_ERROR, "ERR-2", in_given=False)
        events.fail(ON_ERROR, "ERR-2", in_given=False)
    assert events.fails_alike(ON_ERROR, "ERR-2", in_given=False)
    assert not events.fails_alike(ON_ERROR, "ERR-2", in_given=True)
    assert not events.fails_alike(ON_ERROR, "ERR-3", in_given=False)
    assert not events.fails_alike(ON_STOP, "ERR-2", in_given=False)
