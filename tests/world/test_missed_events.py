from pulsecheck.world.missed_events import ENOUGH, MissedEvents


def missed(count: int) -> MissedEvents:
    events = MissedEvents()
    for _ in range(count):
        events.miss("On Socket.IO Error")
    return events


def test_a_kind_that_was_missed_often_enough_never_comes() -> None:
    assert not missed(ENOUGH - 1).never_comes("On Socket.IO Error")
    assert missed(ENOUGH).never_comes("On Socket.IO Error")
    assert not missed(ENOUGH).never_comes("On Socket.IO Stop")


def test_a_kind_that_came_once_may_come_again() -> None:
    events = missed(ENOUGH)
    events.see("On Socket.IO Error")
    assert not events.never_comes("On Socket.IO Error")


def test_an_event_without_a_kind_is_always_waited_for() -> None:
    events = MissedEvents()
    for _ in range(ENOUGH):
        events.miss("")
    assert not events.never_comes("")


def test_the_first_explanation_stays() -> None:
    events = missed(ENOUGH)
    assert not events.explanation("On Socket.IO Error")
    events.explain("On Socket.IO Error", "ERR-2")
    events.explain("On Socket.IO Error", "ERR-3")
    assert events.explanation("On Socket.IO Error") == "ERR-2"
