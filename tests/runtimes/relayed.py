"""The reference behind a relay that changes some of its messages, for the doctor's tests."""

import asyncio
import json
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable
from typing import Any

from pulsecheck_reference import serve

Json = dict[str, Any]
Change = Callable[[Json, str], list[Json]]
"""Takes a message of the driver, and the method of this message or of its request.

Returns the messages to send instead.
"""


async def relay(
    reader: StreamReader,
    writer: StreamWriter,
    change: Change,
    forwarded: Callable[[bytes], bytes] = bytes,
) -> None:
    """Relay messages.

    `change` changes the messages of the driver. `forwarded` changes the lines of the harness.
    """
    ours, theirs = socket.socketpair()
    inner = asyncio.create_task(serve(*await asyncio.open_connection(sock=theirs)))
    answers, requests = await asyncio.open_connection(sock=ours)
    methods: dict[int, str] = {}

    async def forward() -> None:
        while line := await reader.readline():
            request = json.loads(line)
            methods[request["id"]] = request["method"]
            requests.write(forwarded(line))
        requests.close()

    forwarding = asyncio.create_task(forward())
    try:
        while line := await answers.readline():
            message = json.loads(line)
            method = message["method"] if "method" in message else methods[message["id"]]
            for sent in change(message, method):
                writer.write(json.dumps(sent).encode() + b"\n")
        await inner
    finally:
        forwarding.cancel()
        requests.close()


def pulse_of(message: Json, node: str) -> bool:
    return message.get("method") == "runtime/pulsed" and message["params"]["node"] == node


async def late(reader: StreamReader, writer: StreamWriter) -> None:
    """Report On Start after the answer to runtime/sync."""
    kept: list[Json] = []

    def change(message: Json, method: str) -> list[Json]:
        if pulse_of(message, "On Socket.IO Start"):
            kept.append(message)
            return []
        sent = [message, *kept] if method == "runtime/sync" else [message]
        kept[:] = [] if method == "runtime/sync" else kept
        return sent

    await relay(reader, writer, change)


async def buffering(reader: StreamReader, writer: StreamWriter) -> None:
    """Hold back each notification until the next answer."""
    kept: list[Json] = []

    def change(message: Json, _method: str) -> list[Json]:
        if "method" in message:
            kept.append(message)
            return []
        sent = [*kept, message]
        kept.clear()
        return sent

    await relay(reader, writer, change)


async def mute(reader: StreamReader, writer: StreamWriter) -> None:
    """Send no notification."""
    await relay(reader, writer, lambda message, _: [] if "method" in message else [message])


async def lacking(reader: StreamReader, writer: StreamWriter) -> None:
    """Declare the studio, but do not implement studio/save."""
    error = {"code": -32601, "message": "unknown method"}

    def change(message: Json, method: str) -> list[Json]:
        if method == "studio/save":
            return [{"jsonrpc": "2.0", "id": message["id"], "error": error}]
        return [message]

    await relay(reader, writer, change)


async def modest(reader: StreamReader, writer: StreamWriter) -> None:
    """Declare fewer nodes, transports and abilities than the driver has."""

    def change(message: Json, method: str) -> list[Json]:
        if method == "initialize":
            message["result"]["nodes"] = ["connection nodes"]
            message["result"]["transports"] = ["polling"]
            message["result"]["abilities"] = []
        return [message]

    await relay(reader, writer, change)


async def polling_only(reader: StreamReader, writer: StreamWriter) -> None:
    """Use only long-polling, even if a connection names other transports."""
    await relay(
        reader,
        writer,
        lambda message, _method: [message],
        lambda line: line.replace(b'["polling","websocket"]', b'["polling"]').replace(
            b'["websocket"]', b'["polling"]'
        ),
    )


async def without_on_start(reader: StreamReader, writer: StreamWriter) -> None:
    """Declare all connection nodes except On Start."""

    def change(message: Json, method: str) -> list[Json]:
        if method == "initialize":
            message["result"]["nodes"] = ["Socket.IO Start", "Socket.IO Stop", "On Socket.IO Stop"]
        return [message]

    await relay(reader, writer, change)
