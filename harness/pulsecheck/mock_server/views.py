"""What a connection was like at one moment, for those who may not look at it on its loop."""

from dataclasses import dataclass

from pulsecheck.mock_server.connection import Connection


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A Connection's properties, of which each has the meaning that it has there."""

    id: int
    sid: str
    transport: str
    upgraded: bool
    namespaces: tuple[str, ...]
    is_open: bool
    is_established: bool
    has_left: bool
    is_terminated: bool

    @classmethod
    def of(cls, connection: Connection) -> "ConnectionView":
        return cls(
            id=connection.id,
            sid=connection.sid,
            transport=connection.transport,
            upgraded=connection.upgraded,
            namespaces=connection.namespaces,
            is_open=connection.is_open,
            is_established=connection.is_established,
            has_left=connection.has_left,
            is_terminated=connection.is_terminated,
        )
