"""What a mutant is: the reference runtime with one mistake, and the row that must find it."""

from collections.abc import Callable
from typing import Any

import msgspec

from reference_impl.lifecycle import TABLE, Action, Event, State, to


class Mutant(msgspec.Struct, frozen=True):
    """`make` makes the mistake, in the whole process; `row` is the requirement that it breaks.

    It shows over WebSocket, or else over some other transport (`elsewhere`).
    """

    row: str
    mistake: str
    make: Callable[[], None]
    elsewhere: bool = False

    @property
    def name(self) -> str:
        """What `--implementation python:mutants:NAME` calls it."""
        words = "".join(c if c.isalnum() else " " for c in f"{self.row} {self.mistake}".lower())
        return "_".join(words.split())


def replaced(owner: object, name: str, mistake: object) -> Callable[[], None]:
    """Put something mistaken in the place of a method, a property or a constant."""
    return lambda: setattr(owner, name, mistake)


def around(owner: type, name: str, mistake: Callable[..., Any]) -> Callable[[], None]:
    """Call `mistake` in the place of a method, with the right one before the usual arguments."""
    right = getattr(owner, name)

    def instead(*arguments: Any, **named: Any) -> Any:
        return mistake(right, *arguments, **named)

    return lambda: setattr(owner, name, instead)


def leading(state: State, event: Event, next_state: State, *actions: Action) -> Callable[[], None]:
    """Have an event lead elsewhere in the life of a connection, or do something else."""
    return lambda: TABLE[state].update({event: to(next_state, *actions)})


def both(*mistakes: Callable[[], None]) -> Callable[[], None]:
    """One mistake that shows in several places."""

    def make_all() -> None:
        for make in mistakes:
            make()

    return make_all
