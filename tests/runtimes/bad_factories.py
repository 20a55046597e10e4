"""Small drivers in memory. Each is a coroutine function that does one thing right or wrong."""

import asyncio
import json
import threading
from asyncio import StreamReader, StreamWriter
from typing import Any

INITIALIZED: dict[str, Any] = {
    "protocolVersion": 1,
    "implementation": {"name": "tiny", "version": "1", "language": "Python"},
    "nodes": ["connection nodes"],
    "transports": ["websocket"],
}
blocked = threading.Event()
"""A test sets this event to unblock the thread of `block`."""


async def answer(line: bytes, writer: StreamWriter) -> object:
    request = json.loads(line)
    result = INITIALIZED if request["method"] == "initialize" else {}
    message = {"jsonrpc": "2.0", "id": request["id"], "result": result}
    writer.write(json.dumps(message).encode() + b"\n")
    await writer.drain()
    return request["method"]


async def serve(reader: StreamReader, writer: StreamWriter) -> None:
    while line := await reader.readline():
        if await answer(line, writer) == "shutdown":
            return


async def crash(reader: StreamReader, writer: StreamWriter) -> None:
    await answer(await reader.readline(), writer)
    await reader.readline()
    raise ValueError("out of \x1b[31mluck")


async def leave(reader: StreamReader, writer: StreamWriter) -> None:
    await answer(await reader.readline(), writer)
    await reader.readline()


async def exit_interpreter(reader: StreamReader, writer: StreamWriter) -> None:
    await answer(await reader.readline(), writer)
    await reader.readline()
    raise SystemExit(4)


async def block(reader: StreamReader, writer: StreamWriter) -> None:
    await answer(await reader.readline(), writer)
    await reader.readline()
    blocked.wait(30)


async def stay(reader: StreamReader, writer: StreamWriter) -> None:
    """Answer every request, but keep running after shutdown until cancelled."""
    while line := await reader.readline():
        await answer(line, writer)
    await asyncio.Event().wait()


async def answer_in_pairs(reader: StreamReader, writer: StreamWriter) -> None:
    """Wait for two requests, and answer the second one first."""
    results: dict[str, Any] = {"studio/toolbox": {"nodes": []}, "studio/plugins": {"plugins": []}}
    await answer(await reader.readline(), writer)
    requests = [json.loads(await reader.readline()) for _ in range(2)]
    for request in reversed(requests):
        message = {"jsonrpc": "2.0", "id": request["id"], "result": results[request["method"]]}
        writer.write(json.dumps(message).encode() + b"\n")
    await serve(reader, writer)
