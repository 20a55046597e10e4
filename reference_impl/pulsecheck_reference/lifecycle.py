"""The life cycle of one connection of Project Settings, as a table of states and events.

Two rules make On Start and On Stop pulse at the right time:

- An established connection is terminated only when its attempt has ended. An attempt has ended
  when the last of its TCP connections is closed. No other event reports On Stop.
- An attempt begins only when the previous attempt has ended.

The module has no I/O and no clock. Where the documentation leaves a choice, the reference makes
these choices. A stop before the connection is established is not a termination, so On Stop is not
reported. If a start comes while the connection is closing, the connection is opened again when it
has closed. A lost connection is opened again automatically, as Socket.IO clients do. A connection
is not opened again if the server has disconnected the client.
"""

from enum import Enum, auto

import msgspec


class State(Enum):
    IDLE = auto()
    CONNECTING = auto()
    ESTABLISHED = auto()
    CLOSING = auto()
    """The connection was established, and the attempt is ending."""
    RESTARTING = auto()
    """Like CLOSING, but the connection is opened again when the attempt has ended."""
    ABANDONING = auto()
    """The connection was stopped or failed before it was established. The attempt is ending."""
    REPLACING = auto()
    """Like ABANDONING, but the connection is opened again when the attempt has ended."""
    BACKING_OFF = auto()
    """The connection was lost, and the timer for the next attempt is running."""
    RECONNECTING = auto()


class Event(Enum):
    START = auto()
    STOP = auto()
    ESTABLISHED = auto()
    """The server has accepted the client. Comes at most once in an attempt, never after CLOSE."""
    FAILED = auto()
    """The attempt has failed and is ending. Comes instead of ESTABLISHED."""
    DISMISSED = auto()
    """The server has disconnected the client. Comes after ESTABLISHED, and never after CLOSE."""
    ENDED = auto()
    """The attempt has ended. This is the last event of each attempt."""
    RETRY = auto()
    """The timer of RETRY_LATER has expired."""


class Action(Enum):
    OPEN = auto()
    """Begin an attempt."""
    CLOSE = auto()
    """End the attempt, whether the connection is established or not."""
    REPORT_ON_START = auto()
    REPORT_ON_STOP = auto()
    RETRY_LATER = auto()
    CANCEL_RETRY = auto()


class Transition(msgspec.Struct, frozen=True):
    """The next state after an event, and the actions to execute, in order."""

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
"""START and STOP can come in every state. If a state does not list START or STOP, the event has no
effect in this state. Any other event can come only in a state that lists the event."""
ANY_TIME = (Event.START, Event.STOP)


class ImpossibleEventError(Exception):
    """An event came in a state in which it cannot come."""

    def __init__(self, state: State, event: Event) -> None:
        super().__init__(state, event)
        self.state = state
        self.event = event

    def __str__(self) -> str:
        possible = ", ".join(each.name for each in Event if is_possible(self.state, each))
        return (
            f"{self.event.name} came in the state {self.state.name}, where only {possible} can "
            "come: this is a bug in the runtime"
        )


def is_possible(state: State, event: Event) -> bool:
    """Return whether an event can come in a state."""
    return event in ANY_TIME or event in TABLE[state]


def advance(state: State, event: Event) -> Transition:
    """Return the transition for an event in a state. Raises ImpossibleEventError."""
    if not is_possible(state, event):
        raise ImpossibleEventError(state, event)
    return TABLE[state].get(event, to(state))
