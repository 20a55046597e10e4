"""The checks of requests to an Engine.IO server."""

import pytest

from pulsecheck.mock_server.engine_io.handshake import (
    BAD_METHOD,
    BAD_REQUEST,
    UNKNOWN_SESSION,
    UNKNOWN_TRANSPORT,
    UNSUPPORTED_VERSION,
    Rejection,
    inspect,
)

OPEN = {"polled": "polling", "upgraded": "websocket"}
POLLING = {"EIO": "4", "transport": "polling"}
WEBSOCKET = {"EIO": "4", "transport": "websocket"}


def check(method: str, query: dict[str, str], *, is_websocket: bool = False) -> Rejection | None:
    return inspect(method, query, is_websocket=is_websocket, transport_of=OPEN.get)


@pytest.mark.parametrize(
    ("method", "query", "rejection"),
    [
        ("GET", POLLING, None),
        ("GET", {"EIO": "4"}, UNKNOWN_TRANSPORT),
        ("GET", {"EIO": "4", "transport": "abc"}, UNKNOWN_TRANSPORT),
        ("GET", {"transport": "polling"}, UNSUPPORTED_VERSION),
        ("GET", {"EIO": "3", "transport": "polling"}, UNSUPPORTED_VERSION),
        ("POST", POLLING, BAD_METHOD),
        ("PUT", POLLING, BAD_METHOD),
        ("GET", WEBSOCKET, BAD_REQUEST),
        ("GET", {**POLLING, "sid": "polled"}, None),
        ("POST", {**POLLING, "sid": "polled"}, None),
        ("PUT", {**POLLING, "sid": "polled"}, BAD_REQUEST),
        ("GET", {**POLLING, "sid": "nobody"}, UNKNOWN_SESSION),
        ("GET", {**POLLING, "sid": "upgraded"}, BAD_REQUEST),
        ("GET", {**WEBSOCKET, "sid": "polled"}, BAD_REQUEST),
    ],
)
def test_a_request_is_checked_by_method_and_query(
    method: str, query: dict[str, str], rejection: Rejection | None
) -> None:
    assert check(method, query) == rejection


@pytest.mark.parametrize(
    ("query", "rejection"),
    [
        (WEBSOCKET, None),
        (POLLING, BAD_REQUEST),
        ({**WEBSOCKET, "EIO": "abc"}, UNSUPPORTED_VERSION),
        ({**WEBSOCKET, "sid": "polled"}, None),
        ({**WEBSOCKET, "sid": "upgraded"}, None),
        ({**WEBSOCKET, "sid": "nobody"}, UNKNOWN_SESSION),
        ({**POLLING, "sid": "polled"}, BAD_REQUEST),
    ],
)
def test_a_websocket_request_is_checked_by_its_query(
    query: dict[str, str], rejection: Rejection | None
) -> None:
    assert check("GET", query, is_websocket=True) == rejection
