"""Snapshots of connections, which are safe to use in any thread."""

from dataclasses import dataclass

from pulsecheck.mock_server.connection import Connection


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A snapshot of a connection.

    - `sid`: the id of the Engine.IO session.
    - `transport`: the current transport, "polling" or "websocket".
    - `upgraded`: the connection began with long-polling and now uses a WebSocket.
    - `namespaces`: the namespaces that the client is in.
    - `is_open`: the Engine.IO session has not ended.
    - `is_established`: the client is in the namespace "/" and has not left.
    - `has_left`: the client has started to disconnect.
    - `is_terminated`: the session has ended, and its transport is closed.
    """

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
        """Take a snapshot. Call this method on the event loop of the connection's server."""
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
