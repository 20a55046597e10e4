"""Checks the requests to an Engine.IO server.

The protocol defines the invalid requests (section "Query parameters"). The codes and messages of
the answers are the same as those of the official JavaScript server.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

TRANSPORTS = frozenset({"polling", "websocket"})
VERSION = "4"


@dataclass(frozen=True)
class Rejection:
    """The JSON body of an answer with HTTP status 400."""

    code: int
    message: str


UNKNOWN_TRANSPORT = Rejection(0, "Transport unknown")
UNKNOWN_SESSION = Rejection(1, "Session ID unknown")
BAD_METHOD = Rejection(2, "Bad handshake method")
BAD_REQUEST = Rejection(3, "Bad request")
UNSUPPORTED_VERSION = Rejection(5, "Unsupported protocol version")


def inspect(
    method: str,
    query: Mapping[str, str],
    *,
    is_websocket: bool,
    transport_of: Callable[[str], str | None],
) -> Rejection | None:
    """Return the rejection of a request, or None if the request is valid.

    `transport_of` takes a session id. It returns the transport of that session, or None if no open
    session has this id.
    """
    transport = query.get("transport")
    if transport not in TRANSPORTS:
        return UNKNOWN_TRANSPORT
    if query.get("EIO") != VERSION:
        return UNSUPPORTED_VERSION
    if "sid" in query:
        return _inspect_later(method, query["sid"], transport, is_websocket, transport_of)
    if method != "GET":
        return BAD_METHOD
    return None if is_websocket == (transport == "websocket") else BAD_REQUEST


def _inspect_later(
    method: str,
    sid: str,
    transport: str | None,
    is_websocket: bool,
    transport_of: Callable[[str], str | None],
) -> Rejection | None:
    current = transport_of(sid)
    if current is None:
        return UNKNOWN_SESSION
    if is_websocket:
        return None if transport == "websocket" else BAD_REQUEST
    fits = transport == current == "polling" and method in {"GET", "POST"}
    return None if fits else BAD_REQUEST
