"""JSON-RPC 2.0: read typed requests from lines, and make responses and notifications.

The module has no I/O. Source: the specification at jsonrpc.org, and the driver protocol's messages.
"""

from typing import Any

import msgspec

from pulsecheck.driver.protocol import (
    METHODS,
    ErrorCode,
    ErrorObject,
    Message,
    Notification,
    Request,
    Response,
)

JSONRPC = "2.0"
LONGEST_LINE = 16 * 1024 * 1024
"""The maximum length of a message, in bytes."""


class RpcError(Exception):
    """An error to send as the response to a request. `id` is None if the id could not be read."""

    def __init__(self, code: int, message: str, id_: int | None = None) -> None:
        super().__init__(code, message, id_)
        self.code = code
        self.id = id_
        self.message = message


def read_request(line: bytes | None) -> Request:
    """Read a request from a line, or from None for a line that was too long. Raises RpcError."""
    if line is None:
        limit = LONGEST_LINE // 1024**2
        raise RpcError(ErrorCode.PARSE_ERROR, f"the line is longer than {limit} MiB")
    try:
        message = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RpcError(ErrorCode.PARSE_ERROR, f"the line is not JSON: {error}") from None
    id_ = _id_of(message)
    try:
        request = msgspec.convert(message, Request)
    except msgspec.ValidationError as error:
        raise RpcError(ErrorCode.INVALID_REQUEST, f"not a request: {error}", id_) from None
    if request.jsonrpc != JSONRPC:
        message = f'jsonrpc is "{request.jsonrpc}", expected "{JSONRPC}"'
        raise RpcError(ErrorCode.INVALID_REQUEST, message, id_)
    return request


def _id_of(message: Any) -> int | None:
    id_ = message.get("id") if isinstance(message, dict) else None
    return id_ if isinstance(id_, int) and not isinstance(id_, bool) else None


def read_params(request: Request) -> Message:
    """Convert a request's parameters to the type that its method requires. Raises RpcError."""
    method = METHODS.get(request.method)
    if method is None:
        known = ", ".join(METHODS)
        message = f'there is no method "{request.method}"; there are: {known}'
        raise RpcError(ErrorCode.METHOD_NOT_FOUND, message, request.id)
    params = {} if request.params is None else request.params
    try:
        return msgspec.convert(params, method.params)
    except msgspec.ValidationError as error:
        message = f'wrong parameters of "{request.method}": {error}'
        raise RpcError(ErrorCode.INVALID_PARAMS, message, request.id) from None


def answer(request: Request, result: Message) -> Response:
    return Response(jsonrpc=JSONRPC, id=request.id, result=result)


def failure(error: RpcError) -> Response:
    content = ErrorObject(code=error.code, message=error.message)
    return Response(jsonrpc=JSONRPC, id=error.id, error=content)


def notification(method: str, params: Message) -> Notification:
    return Notification(jsonrpc=JSONRPC, method=method, params=params)
