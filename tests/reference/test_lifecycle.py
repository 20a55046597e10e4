"""The state table of a connection, for all states and events."""

import itertools

import pytest

from pulsecheck_reference.lifecycle import (
    TABLE,
    Action,
    Event,
    ImpossibleEventError,
    State,
    advance,
    to,
)

CLOSED = {State.IDLE, State.BACKING_OFF}
"""States in which there is no attempt."""
ENDING = {State.CLOSING, State.RESTARTING, State.ABANDONING, State.REPLACING}
WAS_ESTABLISHED = {State.ESTABLISHED, State.CLOSING, State.RESTARTING}
NOT_YET_ESTABLISHED = {State.CONNECTING, State.RECONNECTING}

POSSIBLE = {
    Event.START: set(State),
    Event.STOP: set(State),
    Event.ESTABLISHED: NOT_YET_ESTABLISHED,
    Event.FAILED: NOT_YET_ESTABLISHED,
    Event.DISMISSED: {State.ESTABLISHED},
    Event.ENDED: set(State) - CLOSED - {State.CONNECTING},
    Event.RETRY: {State.BACKING_OFF},
}
"""The states in which each event can occur."""

PAIRS = tuple(itertools.product(State, Event))
ENTRIES = tuple((state, event) for state, event in PAIRS if state in POSSIBLE[event])


def name(pair: object) -> str:
    return pair.name if isinstance(pair, State | Event) else str(pair)


@pytest.mark.parametrize(("state", "event"), ENTRIES, ids=name)
def test_each_possible_event_has_an_entry(state: State, event: Event) -> None:
    assert advance(state, event).state in State


def test_each_entry_but_the_failure_before_an_end_changes_something() -> None:
    idle = {
        (state, event)
        for state, entries in TABLE.items()
        for event, after in entries.items()
        if after == to(state)
    }
    assert idle == {(State.RECONNECTING, Event.FAILED)}


@pytest.mark.parametrize(("state", "event"), sorted(set(PAIRS) - set(ENTRIES), key=str), ids=name)
def test_each_impossible_event_is_an_error(state: State, event: Event) -> None:
    with pytest.raises(
        ImpossibleEventError, match=f"{event.name} came in the state {state.name}, where"
    ):
        advance(state, event)


@pytest.mark.parametrize(("state", "event"), ENTRIES, ids=name)
def test_on_stop_is_reported_exactly_at_the_end_of_an_established_connection(
    state: State, event: Event
) -> None:
    is_termination = event is Event.ENDED and state in WAS_ESTABLISHED
    assert (Action.REPORT_ON_STOP in advance(state, event).actions) == is_termination


@pytest.mark.parametrize(("state", "event"), ENTRIES, ids=name)
def test_on_start_is_reported_exactly_when_a_connection_is_established(
    state: State, event: Event
) -> None:
    reports = Action.REPORT_ON_START in advance(state, event).actions
    assert reports == (event is Event.ESTABLISHED)


@pytest.mark.parametrize(("state", "event"), ENTRIES, ids=name)
def test_an_attempt_is_opened_only_when_there_is_none(state: State, event: Event) -> None:
    there_is_none = state in CLOSED or event is Event.ENDED
    after = advance(state, event)
    opens = Action.OPEN in after.actions
    assert there_is_none or not opens
    if there_is_none:
        assert opens == (after.state not in CLOSED)


@pytest.mark.parametrize(("state", "event"), ENTRIES, ids=name)
def test_an_attempt_is_closed_once(state: State, event: Event) -> None:
    after = advance(state, event)
    starts_ending = after.state in ENDING and state not in ENDING
    by_itself = event is Event.FAILED
    assert (Action.CLOSE in after.actions) == (starts_ending and not by_itself)


@pytest.mark.parametrize(("state", "event"), ENTRIES, ids=name)
def test_a_retry_is_scheduled_exactly_while_backing_off(state: State, event: Event) -> None:
    after = advance(state, event)
    enters = after.state is State.BACKING_OFF
    assert (Action.RETRY_LATER in after.actions) == enters
    leaves = state is State.BACKING_OFF and event is not Event.RETRY
    assert (Action.CANCEL_RETRY in after.actions) == leaves


@pytest.mark.parametrize("state", State, ids=name)
def test_after_a_stop_only_a_start_opens_an_attempt(state: State) -> None:
    seen: set[State] = set()
    reached = {advance(state, Event.STOP).state}
    while reached:
        current = reached.pop()
        seen.add(current)
        others = [advance(current, event) for event in TABLE[current] if event is not Event.START]
        assert all(Action.OPEN not in after.actions for after in others)
        reached |= {after.state for after in others} - seen


@pytest.mark.parametrize("state", State, ids=name)
def test_a_start_leads_to_an_attempt_in_every_state(state: State) -> None:
    after = advance(state, Event.START)
    if after.state in ENDING:
        after = advance(after.state, Event.ENDED)
    assert after.state in {State.CONNECTING, State.RECONNECTING, State.ESTABLISHED}


def test_on_stop_is_reported_before_the_next_attempt_is_opened() -> None:
    assert advance(State.RESTARTING, Event.ENDED).actions == (Action.REPORT_ON_STOP, Action.OPEN)


def test_a_connection_that_the_server_ended_does_not_reconnect() -> None:
    dismissed = advance(State.ESTABLISHED, Event.DISMISSED)
    assert advance(dismissed.state, Event.ENDED).state is State.IDLE


def test_a_start_on_the_branch_of_on_error_is_not_lost() -> None:
    failed = advance(State.CONNECTING, Event.FAILED)
    started = advance(failed.state, Event.START)
    assert advance(started.state, Event.ENDED).actions == (Action.OPEN,)


def test_an_impossible_event_is_named_with_what_is_possible() -> None:
    with pytest.raises(ImpossibleEventError) as raised:
        advance(State.IDLE, Event.ENDED)
    assert str(raised.value) == (
        "ENDED came in the state IDLE, where only START, STOP can come: "
        "this is a bug in the runtime"
    )
