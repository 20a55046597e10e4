"""Send wrong acknowledgements."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, FaultHandle, require
from pulsecheck.mock_server.faults.scopes import ANYWHERE, ScopeKind
from pulsecheck.mock_server.namespaces import Acknowledgement

Mistake = Literal["wrong id", "twice", "never", "wrong arguments"]
ID_OFFSET = 1_000
"""The number that is added to an id to make it wrong."""


@dataclass(frozen=True)
class WrongAcknowledgement(Fault):
    """Acknowledge events with a wrong id, twice, never, or with wrong arguments.

    `arguments` are the wrong arguments. The fault affects the events that a handler of the server
    acknowledges.
    """

    how: Mistake
    arguments: tuple[Any, ...] = ()
    name: ClassVar[str] = "wrong acknowledgement"
    scopes: ClassVar[tuple[ScopeKind, ...]] = ANYWHERE

    def __post_init__(self) -> None:
        require(self.how in _MISTAKES, f"one of {', '.join(_MISTAKES)}", self.how)

    def acknowledgements(
        self, handle: FaultHandle, connection: Connection, correct: Acknowledgement
    ) -> tuple[Acknowledgement, ...]:
        handle.apply(connection)
        return _MISTAKES[self.how](correct, self.arguments)


_MISTAKES: dict[str, Callable[[Acknowledgement, tuple[Any, ...]], tuple[Acknowledgement, ...]]] = {
    "wrong id": lambda correct, _: (replace(correct, id=correct.id + ID_OFFSET),),
    "twice": lambda correct, _: (correct, correct),
    "never": lambda _correct, _: (),
    "wrong arguments": lambda correct, arguments: (replace(correct, arguments=arguments),),
}
