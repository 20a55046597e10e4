"""Small runtimes that differ in the moment at which On Socket.IO Stop pulses.

Each is a complete driver for Start, Stop and their event listener nodes on python-socketio's
client. `--implementation python:stopping:right` names one of the functions at the end.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

import socketio

DELAY = 0.5
LIBRARY_END = 2.0
"""Seconds that the library may take to end a connection."""
Reader = asyncio.StreamReader
Writer = asyncio.StreamWriter


class Runtime:
    """Pulses On Stop after the library has terminated the connection. This is correct."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader, self._writer = reader, writer
        self._settings: dict[str, Any] = {}
        self._nodes: dict[str, tuple[str, str]] = {}
        self._clients: dict[str, socketio.AsyncClient] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        while line := await self._reader.readline():
            request = json.loads(line)
            result = await self._answer(request["method"], request.get("params") or {})
            self._send({"id": request["id"], "result": result})
            if request["method"] == "shutdown":
                break
        await self._close()
        self._writer.close()

    async def _answer(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        match method:
            case "initialize":
                return {
                    "protocolVersion": 1,
                    "implementation": {"name": "small", "version": "1", "language": "Python"},
                    "nodes": ["connection nodes"],
                    "transports": ["websocket", "upgraded", "polling"],
                }
            case "project/open":
                self._open(params["project"])
            case "project/close":
                await self._close()
            case "runtime/pulse":
                self._pulse(params["node"])
        return {}

    def _open(self, project: dict[str, Any]) -> None:
        self._settings = {found["name"]: found for found in project["connections"]}
        self._nodes = {
            node["id"]: (node["type"], node["attributes"].get("Configuration", ""))
            for logic in project["logic"].values()
            for node in logic["nodes"]
        }

    async def _close(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for client in self._clients.values():
            if client.eio.read_loop_task is None and client.eio.http is not None:
                await client.eio.http.close()  # while connecting, `disconnect` fails
            else:
                await client.disconnect()
        self._clients.clear()

    def _send(self, message: dict[str, Any]) -> None:
        self._writer.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")

    def report_pulses(self, kind: str, name: str) -> None:
        """Report a pulse of each node of this type for the connection `name`."""
        for node, found in self._nodes.items():
            if found == (kind, name):
                self._pulsed(node)

    def _pulsed(self, node: str) -> None:
        params = {"node": node, "output": "Pulse Output", "values": {}}
        self._send({"method": "runtime/pulsed", "params": params})

    def _pulse(self, node: str) -> None:
        kind, name = self._nodes[node]
        if name not in self._settings:
            params = {"node": node, "message": "no connection is chosen in Configuration"}
            self._send({"method": "runtime/error", "params": params})
        elif kind == "Socket.IO Start":
            self._start(name)
        else:
            self.run(self._stop(name))
            self.before_stop_output(name)
        self._pulsed(node)

    def _start(self, name: str) -> None:
        if name in self._clients:
            return
        client = self._clients[name] = socketio.AsyncClient(reconnection=False, handle_sigint=False)
        client.on("connect", lambda: self.report_pulses("On Socket.IO Start", name))

        async def disconnected(reason: str) -> None:
            left = client.eio.state == "connected"  # only the namespace has ended
            self._disconnected(name, client, reason)
            if left and reason == client.reason.SERVER_DISCONNECT:
                # After this handler, the library would close the transport, but nobody could wait
                # until the transport is closed. So let `_end` close it, and wait here for `_end`.
                await asyncio.gather(*self._tasks)

        client.on("disconnect", disconnected)
        self.run(self._connect(name, client))

    async def _connect(self, name: str, client: socketio.AsyncClient) -> None:
        settings = self._settings[name]
        with contextlib.suppress(socketio.exceptions.ConnectionError):
            await client.connect(
                self.url_of(settings), transports=settings.get("transports"), wait_timeout=60
            )
            if client.eio.state != "connected" and self._clients.get(name) is client:
                # The library reports no disconnect that comes before `connect` returns.
                self._disconnected(name, client, "ended while connecting")

    def _disconnected(self, name: str, client: socketio.AsyncClient, reason: str) -> None:
        self.disconnect_was_reported(name)
        if reason != client.reason.CLIENT_DISCONNECT:
            self._clients.pop(name, None)
            self.run(self._end(name, client, reason))

    async def _end(self, name: str, client: socketio.AsyncClient, reason: str) -> None:
        if client.eio.state == "connected" and reason == client.reason.SERVER_DISCONNECT:
            await client.eio.disconnect()
        # After a session over long-polling, the library also waits for its own write loop. The loop
        # may end much later, so limit this wait.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(client.eio.wait(), LIBRARY_END)
        self.connection_ended(name)

    async def _stop(self, name: str) -> None:
        client = self._clients.pop(name, None)
        if client is None:
            return
        was_open = bool(client.namespaces)
        await client.disconnect()
        if was_open:
            self.connection_ended(name)

    def url_of(self, settings: dict[str, Any]) -> str:
        """Return the URL of the settings. If the URL has no port, add the Port of the settings."""
        url = str(settings["url"])
        return url if urlsplit(url).port else f"{url}:{settings['port']}"

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def before_stop_output(self, name: str) -> None:
        """Called before Stop sends its output pulse."""

    def disconnect_was_reported(self, name: str) -> None:
        """Called by the library's disconnect handler."""

    def connection_ended(self, name: str) -> None:
        """Called after the library has ended the connection."""
        self.report_pulses("On Socket.IO Stop", name)


class Unstarted(Runtime):
    """Start opens no connection."""

    def _start(self, name: str) -> None:
        pass


class Portless(Runtime):
    """Ignores the Port of a connection."""

    def url_of(self, settings: dict[str, Any]) -> str:
        return str(settings["url"])


class Never(Runtime):
    """On Stop never pulses."""

    def connection_ended(self, name: str) -> None:
        pass


class WithLibrary(Never):
    """Pulses On Stop in the library's disconnect handler."""

    def disconnect_was_reported(self, name: str) -> None:
        self.report_pulses("On Socket.IO Stop", name)


class WithOutput(Never):
    """Pulses On Stop together with Stop's output pulse."""

    def before_stop_output(self, name: str) -> None:
        self.report_pulses("On Socket.IO Stop", name)


class Again(Runtime):
    """Pulses On Start a second time after a delay."""

    def report_pulses(self, kind: str, name: str) -> None:
        super().report_pulses(kind, name)
        if kind == "On Socket.IO Start":
            asyncio.get_running_loop().call_later(DELAY, super().report_pulses, kind, name)


class OnTimer(Never):
    """Pulses On Stop a fixed time after the library's disconnect handler."""

    def disconnect_was_reported(self, name: str) -> None:
        asyncio.get_running_loop().call_later(DELAY, self.report_pulses, "On Socket.IO Stop", name)


KINDS: dict[str, Callable[[Reader, Writer], Runtime]] = {
    "right": Runtime,
    "unstarted": Unstarted,
    "portless": Portless,
    "never": Never,
    "with_library": WithLibrary,
    "with_output": WithOutput,
    "on_timer": OnTimer,
}


async def right(reader: Reader, writer: Writer) -> None:
    await Runtime(reader, writer).serve()


async def unstarted(reader: Reader, writer: Writer) -> None:
    await Unstarted(reader, writer).serve()


async def portless(reader: Reader, writer: Writer) -> None:
    await Portless(reader, writer).serve()


async def again(reader: Reader, writer: Writer) -> None:
    await Again(reader, writer).serve()


async def never(reader: Reader, writer: Writer) -> None:
    await Never(reader, writer).serve()


async def with_library(reader: Reader, writer: Writer) -> None:
    await WithLibrary(reader, writer).serve()


async def with_output(reader: Reader, writer: Writer) -> None:
    await WithOutput(reader, writer).serve()


async def on_timer(reader: Reader, writer: Writer) -> None:
    await OnTimer(reader, writer).serve()


async def _over_standard_streams(kind: str) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    transport, protocol = await loop.connect_write_pipe(
        asyncio.streams.FlowControlMixin, sys.stdout
    )
    await KINDS[kind](reader, asyncio.StreamWriter(transport, protocol, None, loop)).serve()


if __name__ == "__main__":
    asyncio.run(_over_standard_streams(sys.argv[1]))
