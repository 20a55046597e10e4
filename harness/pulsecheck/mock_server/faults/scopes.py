"""The scopes of faults."""

from dataclasses import dataclass
from enum import Enum, StrEnum

from pulsecheck.mock_server.connection import Connection


class Scope(Enum):
    """A scope without a connection or namespace: all connections, or the next one."""

    ALL = "all connections"
    NEXT = "the next connection"
    """The first connection that is opened after the fault was added, and no other."""


ALL = Scope.ALL
NEXT = Scope.NEXT


@dataclass(frozen=True)
class Namespace:
    """A scope: one namespace, on all connections.

    Raises ValueError if the name does not begin with "/" or contains a comma.
    """

    name: str

    def __post_init__(self) -> None:
        if not self.name.startswith("/") or "," in self.name:
            raise ValueError(
                f'a namespace must begin with "/" and contain no comma; got {self.name!r}'
            )


AnyScope = Scope | Connection | Namespace
"""A scope that `MockServer.add` accepts."""


class ScopeKind(StrEnum):
    """The kinds of scope. The values appear in error messages."""

    ALL = "ALL"
    NEXT = "NEXT"
    CONNECTION = "a connection"
    NAMESPACE = 'Namespace("/x")'


CONNECTIONS = (ScopeKind.ALL, ScopeKind.NEXT, ScopeKind.CONNECTION)
ANYWHERE = (*CONNECTIONS, ScopeKind.NAMESPACE)


def kind_of(scope: AnyScope) -> ScopeKind:
    match scope:
        case Connection():
            return ScopeKind.CONNECTION
        case Namespace():
            return ScopeKind.NAMESPACE
    return ScopeKind.ALL if scope is ALL else ScopeKind.NEXT
