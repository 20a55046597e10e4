from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.shared.timeline import Entry
from pulsecheck.world.missed_events import ENOUGH, NO_CONNECTION_LEFT, OFTEN, MissedEvents

ON_ERROR, ON_STOP, START = "On Socket.IO Error", "On Socket.IO Stop", "Socket.IO Start"


def missed(count: int, kind: str = ON_ERROR, *, also: str = ON_STOP) -> MissedEvents:
    """Return the events of a run that missed `kind` `count` times, and saw the kind `also`."""
    events = MissedEvents()
    events.see(also)
    for _ in range(count):
        events.miss(kind)
    return events


def entry(what: str, **details: str) -> Entry:
    return Entry(number=0, at=0.0, source="", what=what, details=details)


def test_a_kind_that_was_missed_often_enough_never_comes() -> None:
    assert not missed(ENOUGH - 1).never_comes(ON_ERROR)
    assert missed(ENOUGH).never_comes(ON_ERROR)
    assert not missed(ENOUGH).never_comes(ON_STOP)


def test_a_kind_that_came_once_may_come_again() -> None:
    events = missed(ENOUGH)
    events.see(ON_ERROR)
    assert not events.never_comes(ON_ERROR)


def test_an_event_that_came_late_or_unexpected_may_come_again() -> None:
    events = missed(ENOUGH)
    events.see_all((entry(DriverOccurrence.PULSED, type=ON_ERROR),))
    assert not events.never_comes(ON_ERROR)


def test_an_event_without_a_kind_is_always_waited_for() -> None:
    assert not missed(ENOUGH, "").never_comes("")


def test_nothing_comes_from_an_implementation_that_has_shown_nothing() -> None:
    events = MissedEvents()
    events.miss(ON_ERROR)
    events.miss(Occurrence.ESTABLISHED)
    events.explain(ON_ERROR, "STA-2")
    for kind in (START, ON_STOP, Occurrence.TCP_OPENED, DriverOccurrence.RUNTIME_ERROR):
        assert events.never_comes(kind)
        assert events.explanation(kind) == "STA-2"


def test_what_an_implementation_has_not_shown_yet_may_come_if_it_shows_anything() -> None:
    events = missed(ENOUGH, also=START)
    assert not events.never_comes(Occurrence.ESTABLISHED)
    assert events.never_comes(ON_STOP), "so far, no event listener node has pulsed"


def test_what_the_server_does_shows_nothing_of_an_implementation() -> None:
    events = MissedEvents()
    events.see_all((entry(Occurrence.FAULT_BEGINS), entry(DriverOccurrence.ANSWER)))
    for _ in range(ENOUGH):
        events.miss(Occurrence.ESTABLISHED)
    assert events.never_comes(START)
    events.see_all((entry(Occurrence.TCP_OPENED),))
    assert not events.never_comes(START)


def test_a_requirement_that_failed_often_enough_for_one_reason_is_not_waited_for() -> None:
    events = MissedEvents()
    events.see(NO_CONNECTION_LEFT, "STO-10")
    for _ in range(ENOUGH):
        assert not events.never_comes(NO_CONNECTION_LEFT, "STO-11")
        events.miss(NO_CONNECTION_LEFT)
        events.fail(NO_CONNECTION_LEFT, "STO-11")
    assert events.never_comes(NO_CONNECTION_LEFT, "STO-11")
    assert events.explanation(NO_CONNECTION_LEFT, "STO-11") == "STO-11"
    assert not events.never_comes(NO_CONNECTION_LEFT, "STO-10")
    assert not events.never_comes(NO_CONNECTION_LEFT, "STO-12")


def test_no_connection_left_shows_nothing_of_an_implementation() -> None:
    events = MissedEvents()
    events.see(NO_CONNECTION_LEFT, "STO-11")
    for _ in range(ENOUGH):
        events.miss(START)
    assert events.never_comes(ON_STOP)


def test_the_first_explanation_stays() -> None:
    events = missed(ENOUGH)
    assert not events.explanation(ON_ERROR)
    events.explain(ON_ERROR, "ERR-2")
    events.explain(ON_ERROR, "ERR-3")
    assert events.explanation(ON_ERROR) == "ERR-2"


def test_an_event_that_was_often_missing_for_a_known_reason_comes_seldom() -> None:
    events = MissedEvents()
    events.see("On Socket.IO Start")
    for _ in range(OFTEN):
        assert not events.comes_seldom("On Socket.IO Start")
        events.explain("On Socket.IO Start", "STA-5")
    assert events.comes_seldom("On Socket.IO Start")
