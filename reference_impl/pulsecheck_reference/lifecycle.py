"""The life of one connection of Project Settings, as a table of states and events.

Two rules make On Start and On Stop right:

- A connection that was established has not terminated before its attempt has ended: an attempt
  ends when the last of its TCP connections is closed. No other event reports On Stop.
- No attempt opens before the one before it has ended.

Pure: no I/O, no clock. What the documentation leaves open is chosen here: a stop before the
connection was established is no termination and reports nothing; a start while the connection
is being closed opens it anew when it has closed; a connection that was lost comes back by
itself, as clients of Socket.IO do, unless the server itself disconnected the client.
"""

from enum import Enum, auto

import msgspec


class State(Enum):
    IDLE = auto()
    CONNECTING = auto()
    ESTABLISHED = auto()
    CLOSING = auto()
    """It was established and is coming to its end."""
    RESTARTING = auto()
    """The same, and it is to be opened anew afterwards."""
    ABANDONING = auto()
    """It was stopped, or failed, before it was established; the attempt is coming to its end."""
    REPLACING = auto()
    """The same, and it is to be opened anew afterwards."""
    BACKING_OFF = auto()
    """It was lost; the next attempt waits for its time."""
    RECONNECTING = auto()


class Event(Enum):
    START = auto()
    STOP = auto()
    ESTABLISHED = auto()
    """The server has accepted the client: at most once in an attempt, never after CLOSE."""
    FAILED = auto()
    """It will not be established: instead of ESTABLISHED. The attempt comes to its end."""
    DISMISSED = auto()
    """The server has disconnected the client: after ESTABLISHED, never after CLOSE."""
    ENDED = auto()
    """The attempt is over and nothing of it is left: the last event of each attempt."""
    RETRY = auto()
    """The wait that RETRY_LATER began is over."""


class Action(Enum):
    OPEN = auto()
    """Begin an attempt."""
    CLOSE = auto()
    """Bring the attempt to its end, whatever it is doing."""
    REPORT_ON_START = auto()
    REPORT_ON_STOP = auto()
    RETRY_LATER = auto()
    CANCEL_RETRY = auto()


class Transition(msgspec.Struct, frozen=True):
    """Where an event leads, and what is to be done on the way, in order."""

    state: State
    actions: tuple[Action, ...] = ()


def to(state: State, *actions: Action) -> Transition:
    return Transition(state, actions)


S, E, A = State, Event, Action

TABLE: dict[State, dict[Event, Transition]] = {
    S.IDLE: {
        E.START: to(S.CONNECTING, A.OPEN),
    },
    S.CONNECTING: {
        E.STOP: to(S.ABANDONING, A.CLOSE),
        E.ESTABLISHED: to(S.ESTABLISHED, A.REPORT_ON_START),
        E.FAILED: to(S.ABANDONING),
    },
    S.ESTABLISHED: {
        E.STOP: to(S.CLOSING, A.CLOSE),
        E.DISMISSED: to(S.CLOSING, A.CLOSE),
        E.ENDED: to(S.BACKING_OFF, A.REPORT_ON_STOP, A.RETRY_LATER),
    },
    S.CLOSING: {
        E.START: to(S.RESTARTING),
        E.ENDED: to(S.IDLE, A.REPORT_ON_STOP),
    },
    S.RESTARTING: {
        E.STOP: to(S.CLOSING),
        E.ENDED: to(S.CONNECTING, A.REPORT_ON_STOP, A.OPEN),
    },
    S.ABANDONING: {
        E.START: to(S.REPLACING),
        E.ENDED: to(S.IDLE),
    },
    S.REPLACING: {
        E.STOP: to(S.ABANDONING),
        E.ENDED: to(S.CONNECTING, A.OPEN),
    },
    S.BACKING_OFF: {
        E.START: to(S.RECONNECTING, A.CANCEL_RETRY, A.OPEN),
        E.STOP: to(S.IDLE, A.CANCEL_RETRY),
        E.RETRY: to(S.RECONNECTING, A.OPEN),
    },
    S.RECONNECTING: {
        E.STOP: to(S.ABANDONING, A.CLOSE),
        E.ESTABLISHED: to(S.ESTABLISHED, A.REPORT_ON_START),
        E.FAILED: to(S.RECONNECTING),
        E.ENDED: to(S.BACKING_OFF, A.RETRY_LATER),
    },
}
"""Start and Stop may come at any time, and change nothing where they are missing; every other event
that is missing cannot come."""
ANY_TIME = (Event.START, Event.STOP)


class ImpossibleEventError(Exception):
    """An event came in a state in which the contract of events excludes it."""

    def __init__(self, state: State, event: Event) -> None:
        super().__init__(state, event)
        self.state = state
        self.event = event

    def __str__(self) -> str:
        possible = ", ".join(each.name for each in Event if is_possible(self.state, each))
        return (
            f"the connection is {self.state.name}, where {self.event.name} cannot come "
            f"(possible: {possible}): this is a mistake in the runtime itself"
        )


def is_possible(state: State, event: Event) -> bool:
    """Whether the contract of events lets one come in a state."""
    return event in ANY_TIME or event in TABLE[state]


def advance(state: State, event: Event) -> Transition:
    """What an event does in a state. Raises ImpossibleEventError."""
    if not is_possible(state, event):
        raise ImpossibleEventError(state, event)
    return TABLE[state].get(event, to(state))
