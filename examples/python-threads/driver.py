"""The driver protocol: JSON-RPC 2.0, one message per line, on standard input and output.

This module does not depend on Socket.IO. The thread that calls `serve` reads the requests. Any
thread may send notifications.
"""

import json
import logging
import sys
import threading
from collections.abc import Callable
from typing import Any, Protocol

PROTOCOL_VERSION = 1
REFUSED = 1
PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INTERNAL_ERROR = -32603

Json = dict[str, Any]
Report = Callable[[str, Json], None]
"""Sends a notification: its method and its parameters."""
Methods = dict[str, Callable[[Json], Json | None]]
"""The handlers of requests, by method."""


class RefusedError(Exception):
    """The implementation refuses a request; the message says why."""


class RpcError(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Runtime(Protocol):
    """Runs projects. Each method may raise RefusedError."""

    def open(self, project: Json) -> None: ...

    def pulse(self, node: str, values: Json) -> None: ...

    def sync(self) -> None:
        """Return when everything that has happened is reported."""

    def close(self) -> None:
        """Close the open project, if there is one. Afterwards, report nothing about it."""


class Channel:
    """Standard output. Each message is written whole and flushed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def notify(self, method: str, params: Json) -> None:
        self.send({"method": method, "params": params})

    def send(self, message: Json) -> None:
        # json.dumps writes ASCII, which is valid UTF-8 in every locale and for every text.
        line = json.dumps({"jsonrpc": "2.0", **message})
        with self._lock:
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()


def serve(implementation: Json, profile: Json, make_runtime: Callable[[Report], Runtime]) -> None:
    """Serve one session until `shutdown` or the end of standard input.

    `profile` has the nodes, transports and abilities that the driver declares.
    """
    channel = Channel()
    runtime = make_runtime(channel.notify)
    initialized = {
        "protocolVersion": PROTOCOL_VERSION,
        "implementation": implementation,
        **profile,
    }
    methods: Methods = {
        "initialize": lambda _: initialized,
        "project/open": lambda params: runtime.open(params["project"]),
        "project/close": lambda _: runtime.close(),
        "runtime/pulse": lambda params: runtime.pulse(params["node"], params.get("values") or {}),
        "runtime/sync": lambda _: runtime.sync(),
        "shutdown": lambda _: runtime.close(),
    }
    for line in sys.stdin.buffer:
        if _answer(line, methods, channel) == "shutdown":
            break
    runtime.close()


def _answer(line: bytes, methods: Methods, channel: Channel) -> str | None:
    """Answer the request of a line and return its method."""
    request: Json = {}
    try:
        request = _parse(line)
        result = _method(request, methods)(request.get("params") or {}) or {}
        channel.send({"id": request["id"], "result": result})
    except RpcError as error:
        _fail(channel, request, error.code, error)
    except RefusedError as error:
        _fail(channel, request, REFUSED, error)
    except Exception as error:
        logging.exception("%s failed", request.get("method"))
        _fail(channel, request, INTERNAL_ERROR, error)
    return request.get("method")


def _method(request: Json, methods: Methods) -> Callable[[Json], Json | None]:
    method = methods.get(request["method"])
    if method is None:
        raise RpcError(METHOD_NOT_FOUND, f'there is no method "{request["method"]}"')
    return method


def _parse(line: bytes) -> Json:
    try:
        request = json.loads(line)
    except ValueError as error:
        raise RpcError(PARSE_ERROR, f"the line is not JSON: {error}") from None
    if not (isinstance(request, dict) and "id" in request and "method" in request):
        raise RpcError(INVALID_REQUEST, "a request needs a method and an id")
    return request


def _fail(channel: Channel, request: Json, code: int, error: Exception) -> None:
    channel.send({"id": request.get("id"), "error": {"code": code, "message": str(error)}})
