"""Acknowledge events wrongly."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import ANYWHERE, Fault, Fits, Placement, require
from pulsecheck.mock_server.namespaces import Acknowledgement

How = Literal["wrong id", "twice", "never", "wrong arguments"]
FAR = 1_000
"""What is added to an id to make it wrong."""


@dataclass(frozen=True)
class WrongAcknowledgement(Fault):
    """Acknowledge with an id that was not asked for, twice, never, or with other arguments.

    `arguments` are those others. It concerns what the server's handlers acknowledge.
    """

    how: How
    arguments: tuple[Any, ...] = ()
    name: ClassVar[str] = "wrong acknowledgement"
    scopes: ClassVar[tuple[Fits, ...]] = ANYWHERE

    def __post_init__(self) -> None:
        require(self.how in _WAYS, f"one of {', '.join(_WAYS)}", self.how)

    def acknowledgements(
        self, here: Placement, connection: Connection, right: Acknowledgement
    ) -> tuple[Acknowledgement, ...]:
        here.bite(connection)
        return _WAYS[self.how](right, self.arguments)


_WAYS: dict[str, Callable[[Acknowledgement, tuple[Any, ...]], tuple[Acknowledgement, ...]]] = {
    "wrong id": lambda right, _: (replace(right, id=right.id + FAR),),
    "twice": lambda right, _: (right, right),
    "never": lambda _right, _: (),
    "wrong arguments": lambda right, arguments: (replace(right, arguments=arguments),),
}
