"""The reference's endpoint of the driver protocol, with valid and invalid requests."""

import asyncio
import json
import socket
from typing import Any

import pytest

from event_loop import leaving_no_task
from pulsecheck_reference import serve
from pulsecheck_reference.application import Application
from pulsecheck_reference.lines import bounded_lines
from pulsecheck_reference.rpc import LONGEST_LINE
from reference_client import RemoteError, project, session
from small_server import server

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL_ERROR = (
    -32700,
    -32600,
    -32601,
    -32602,
    -32603,
)


@leaving_no_task
async def test_initialize_returns_the_implementation_and_its_profile() -> None:
    async with session() as client:
        told = await client.ask(
            "initialize", protocolVersion=1, harness={"name": "a test", "version": "1"}
        )
        assert told == {
            "protocolVersion": 1,
            "implementation": {
                "name": "pulsecheck reference",
                "version": "0.1.0",
                "language": "Python",
                "url": "",
            },
            "nodes": ["all nodes"],
            "transports": ["websocket", "upgraded", "polling"],
            "abilities": [
                "linking",
                "data-links",
                "pulse-pass-through",
                "studio",
                "dynamic-namespaces",
            ],
        }


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        (b"hello", PARSE_ERROR, "the line is not JSON: JSON is malformed"),
        (b"", PARSE_ERROR, "the line is not JSON: Input data was truncated"),
        (b"\xff\xfe", PARSE_ERROR, "the line is not JSON: "),
        (b'"\xff"', PARSE_ERROR, "the line is not JSON: "),
        (b"[" * 100_000, PARSE_ERROR, "the line is not JSON: "),
        (b"[]", INVALID_REQUEST, "not a request: Expected `object`, got `array`"),
        (b"3", INVALID_REQUEST, "not a request: Expected `object`, got `int`"),
        (b"{}", INVALID_REQUEST, "not a request: Object missing required field `jsonrpc`"),
        (
            b'{"jsonrpc":"2.0","method":"runtime/sync"}',
            INVALID_REQUEST,
            "not a request: Object missing required field `id`",
        ),
        (
            b'{"jsonrpc":"2.0","id":"a","method":"runtime/sync"}',
            INVALID_REQUEST,
            "not a request: Expected `int`, got `str` - at `$.id`",
        ),
        (
            b'{"jsonrpc":"2.0","id":true,"method":"runtime/sync"}',
            INVALID_REQUEST,
            "not a request: Expected `int`, got `bool` - at `$.id`",
        ),
    ],
    ids=lambda value: repr(value)[:40],
)
@leaving_no_task
async def test_a_line_that_is_not_a_request_is_answered_without_an_id(
    line: bytes, code: int, message: str
) -> None:
    async with session() as client:
        client.write(line + b"\n")
        error = (await client.answer(None))["error"]
        assert error["code"] == code
        assert error["message"].startswith(message)
        await client.ask("runtime/sync")


@pytest.mark.parametrize(
    ("request_", "code", "message"),
    [
        (
            {"jsonrpc": "1.0", "method": "runtime/sync"},
            INVALID_REQUEST,
            'jsonrpc is "1.0", expected "2.0"',
        ),
        (
            {"jsonrpc": "2.0", "method": "runtime/sync", "parms": {}},
            INVALID_REQUEST,
            "not a request: Object contains unknown field `parms`",
        ),
        (
            {"jsonrpc": "2.0", "method": "runtime/snyc"},
            METHOD_NOT_FOUND,
            'there is no method "runtime/snyc"; there are: initialize, project/open, ',
        ),
        (
            {"jsonrpc": "2.0", "method": "runtime/pulse", "params": {"node": 3}},
            INVALID_PARAMS,
            'wrong parameters of "runtime/pulse": Expected `str`, got `int` - at `$.node`',
        ),
        (
            {"jsonrpc": "2.0", "method": "runtime/pulse"},
            INVALID_PARAMS,
            'wrong parameters of "runtime/pulse": Object missing required field `node`',
        ),
        (
            {"jsonrpc": "2.0", "method": "runtime/sync", "params": [1]},
            INVALID_PARAMS,
            'wrong parameters of "runtime/sync": Expected `object`, got `array`',
        ),
    ],
    ids=lambda value: repr(value)[:60],
)
@leaving_no_task
async def test_an_invalid_request_is_answered_with_the_reason(
    request_: dict[str, Any], code: int, message: str
) -> None:
    async with session() as client:
        client.write(json.dumps({**request_, "id": 7}).encode() + b"\n")
        error = (await client.answer(7))["error"]
        assert error["code"] == code
        assert error["message"].startswith(message)


@leaving_no_task
async def test_a_line_that_is_too_long_is_refused_and_the_next_one_answered() -> None:
    async with session() as client:
        client.write(b" " * (20 * 1024 * 1024) + b"\n")
        error = (await client.answer(None))["error"]
        assert error == {
            "code": PARSE_ERROR,
            "message": "the line is longer than 16 MiB",
            "data": None,
        }
        await client.ask("runtime/sync")


@leaving_no_task
async def test_requests_in_one_chunk_are_answered_in_order() -> None:
    async with session() as client:
        await client.ask("project/open", project=project(1))
        requests = [client.ask("runtime/pulse", node=node) for node in ("start", "stop", "start")]
        await asyncio.gather(*requests, client.ask("runtime/sync"))
        assert [node for node in client.order() if node != "on error"] == ["start", "stop", "start"]


@leaving_no_task
async def test_an_exception_in_a_handler_is_an_internal_error_and_the_session_continues(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def broken(self: Application, _: object) -> None:
        raise ZeroDivisionError(type(self).__name__)

    monkeypatch.setattr(Application, "_save", broken)
    async with session() as client:
        with pytest.raises(RemoteError, match="ZeroDivisionError: Application") as raised:
            await client.ask("studio/save")
        assert raised.value.code == INTERNAL_ERROR
        await client.ask("runtime/sync")


@leaving_no_task
async def test_shutdown_is_answered_and_ends_the_session_and_its_connections() -> None:
    async with server() as there, session() as client:
        await client.ask("project/open", project=project(there.port))
        await client.pulse("start")
        await client.pulsed("on start")
        await client.ask("shutdown")
        await client.reading
        await there.has_no_clients()


@leaving_no_task
async def test_the_end_of_the_stream_ends_the_session_and_its_connections() -> None:
    async with server() as there:
        async with session() as client:
            await client.ask("project/open", project=project(there.port))
            await client.pulse("start")
            await client.pulsed("on start")
        await there.has_no_clients()


@leaving_no_task
async def test_a_cancelled_session_leaks_nothing() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        serving = asyncio.create_task(serve(*await asyncio.open_connection(sock=theirs)))
        ours.sendall(b'{"jsonrpc":"2.0","id":1,"method":"project/open","params":{"project":{}}}\n')
        await asyncio.get_running_loop().run_in_executor(None, ours.recv, 1)
        serving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await serving


@pytest.mark.parametrize(
    ("sent", "lines"),
    [
        ((b"one\ntwo\n",), [b"one", b"two"]),
        ((b"o", b"ne\nt", b"wo\n"), [b"one", b"two"]),
        ((b"12345\n",), [b"12345"]),
        ((b"123456\nafter\n",), [None, b"after"]),
        ((b"123", b"456", b"789\nafter\n"), [None, b"after"]),
        ((b"1234567\n12345678\n",), [None, None]),
        ((b"\n\n",), [b"", b""]),
        ((b"one\nno line",), [b"one"]),
    ],
)
@leaving_no_task
async def test_lines_have_a_maximum_length(
    sent: tuple[bytes, ...], lines: list[bytes | None]
) -> None:
    class Chunks(asyncio.StreamReader):
        async def read(self, n: int = -1) -> bytes:
            assert n > 0
            return next(chunks, b"")

    chunks = iter(sent)
    assert [line async for line in bounded_lines(Chunks(), 5)] == lines


def test_the_longest_line_is_the_protocols_longest_message() -> None:
    assert LONGEST_LINE == 16 * 1024 * 1024
