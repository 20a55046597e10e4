"""A client of the driver protocol for the reference runtime, and the projects that it opens."""

import asyncio
import contextlib
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from deadlines import DEADLINE
from pulsecheck_reference import serve

Json = dict[str, Any]


class RemoteError(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Client:
    """The harness's end of a driver session."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._changed = asyncio.Condition()
        self._answers: dict[int | None, Json] = {}
        self._last_id = 0
        self.notifications: list[tuple[float, str, Json]] = []
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        while line := await self._reader.readline():
            message = json.loads(line)
            async with self._changed:
                if "method" in message:
                    seen = (time.monotonic(), message["method"], message["params"])
                    self.notifications.append(seen)
                else:
                    self._answers[message["id"]] = message
                self._changed.notify_all()

    def write(self, data: bytes) -> None:
        self._writer.write(data)

    def close(self) -> None:
        self._writer.close()

    async def answer(self, id_: int | None) -> Json:
        await self._until(lambda: id_ in self._answers)
        return self._answers.pop(id_)

    async def ask(self, method: str, **params: Any) -> Json:
        self._last_id += 1
        request = {"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params}
        self.write(json.dumps(request).encode() + b"\n")
        answer = await self.answer(self._last_id)
        if "error" in answer:
            raise RemoteError(answer["error"]["code"], answer["error"]["message"])
        result: Json = answer["result"]
        return result

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(DEADLINE), self._changed:
            await self._changed.wait_for(holds)

    async def pulse(self, node: str, **values: str) -> None:
        await self.ask("runtime/pulse", node=node, values=values)

    def pulses(self, node: str) -> list[tuple[float, Json]]:
        return [
            (at, params["values"])
            for at, method, params in self.notifications
            if method == "runtime/pulsed" and params["node"] == node
        ]

    def order(self) -> list[str]:
        """Return the nodes that pulsed, in order."""
        return [params["node"] for _, method, params in self.notifications if "pulsed" in method]

    def errors(self, node: str | None = None) -> list[str]:
        return [
            params["message"]
            for _, method, params in self.notifications
            if method == "runtime/error" and params["node"] == node
        ]

    async def pulsed(self, node: str, times: int = 1) -> float:
        """Wait for an output pulse of the node. Returns its time."""
        await self._until(lambda: len(self.pulses(node)) >= times)
        return self.pulses(node)[times - 1][0]

    async def faulted(self, node: str | None = None) -> str:
        """Wait for an error of the node. Returns its message."""
        await self._until(lambda: bool(self.errors(node)))
        return self.errors(node)[0]


@contextlib.asynccontextmanager
async def session() -> AsyncIterator[Client]:
    """Run a driver session in this loop. The session must end when the client closes the stream."""
    ours, theirs = socket.socketpair()
    serving = asyncio.create_task(serve(*await asyncio.open_connection(sock=theirs)))
    client = Client(*await asyncio.open_connection(sock=ours))
    try:
        yield client
    finally:
        client.close()
        async with asyncio.timeout(DEADLINE):
            await serving
            await client.reading


NODES = {
    "start": "Socket.IO Start",
    "stop": "Socket.IO Stop",
    "on start": "On Socket.IO Start",
    "on stop": "On Socket.IO Stop",
    "on error": "On Socket.IO Error",
    "on receive": "On Socket.IO Receive",
}


def project(
    port: int,
    *transports: str,
    links: tuple[Json, ...] = (),
    extra: tuple[Json, ...] = (),
) -> Json:
    """Return a project with the connection "main", the nodes NODES and `extra`."""
    nodes = [
        {"id": id_, "type": kind, "attributes": {"Configuration": "main"}}
        for id_, kind in NODES.items()
    ]
    main = {"name": "main", "url": "http://127.0.0.1", "port": port, "transports": transports}
    logic = {"Project": {"nodes": [*nodes, *extra], "links": links}}
    return {"connections": [main], "logic": logic}


def link(source: str, target: str, socket: str = "") -> Json:
    """Return a link between the pulse sockets, or between the data sockets named `socket`."""
    return {
        "from": {"node": source, "socket": socket or "Pulse Output"},
        "to": {"node": target, "socket": socket or "Pulse Input"},
    }
