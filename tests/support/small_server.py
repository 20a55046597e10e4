"""A small Socket.IO server that can hold back each of its answers."""

import asyncio
import contextlib
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from aiohttp import WSMsgType, web

from deadlines import DEADLINE


class Server:
    """A Socket.IO server that accepts every client by default.

    Each attribute `may_…` is an event. While the event is cleared, the server delays the action
    that the attribute names.
    """

    def __init__(self) -> None:
        self.port = 0
        self.may_answer = _set_event()
        self.may_shake_hands = _set_event()
        self.may_close = _set_event()
        self.accepts = True
        self.heartbeat = 25_000
        self.refusals: dict[str, Any] = {}
        self.requests = 0
        self.open_requests = 0
        self.sessions: list[Peer] = []
        self.packets: list[str] = []
        self._changed = asyncio.Condition()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(DEADLINE), self._changed:
            await self._changed.wait_for(holds)

    async def received(self, packet: str, times: int = 1) -> None:
        """Wait for a packet. `packet` begins with the Engine.IO type."""
        await self.until(lambda: self.packets.count(packet) >= times)

    async def left(self) -> None:
        """Wait until the client that connected last has begun to disconnect."""
        await self.until(lambda: bool(self.sessions) and self.sessions[-1].is_leaving)

    async def has_no_clients(self) -> None:
        """Wait until no request is open and no session is open."""
        await self.until(lambda: not self.open_requests and not self.open_sessions())

    def open_sessions(self) -> list["Peer"]:
        return [peer for peer in self.sessions if not peer.closed_at]

    async def changed(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests += 1
        self.open_requests += 1
        try:
            await self.changed()
            await self.may_answer.wait()
            if request.query["transport"] == "websocket":
                return await self._websocket(request)
            return await self._polling(request)
        finally:
            self.open_requests -= 1
            await self.changed()

    def _peer(self, request: web.Request) -> "Peer":
        if "sid" in request.query:
            return self.sessions[int(request.query["sid"])]
        self.sessions.append(Peer())
        return self.sessions[-1]

    async def _open(self, peer: "Peer") -> None:
        opening = {"sid": str(self.sessions.index(peer)), "upgrades": ["websocket"]}
        await peer.say(
            "0"
            + json.dumps({**opening, "pingInterval": self.heartbeat, "pingTimeout": self.heartbeat})
        )

    async def _take(self, peer: "Peer", packet: str) -> None:
        self.packets.append(packet)
        await self.changed()
        if packet.startswith("40") and self.accepts:
            namespace = packet[2:].partition(",")[0].partition("{")[0]
            comma = namespace and f"{namespace},"
            if (namespace or "/") in self.refusals:
                await peer.say(f"44{comma}{json.dumps(self.refusals[namespace or '/'])}")
            else:
                await peer.say(f'40{comma}{{"sid":"s"}}')

    async def _end(self, peer: "Peer") -> None:
        peer.is_leaving = True
        await self.changed()
        await self.may_close.wait()
        peer.has_ended = True
        peer.closed_at = time.monotonic()

    # --- WebSocket ------------------------------------------------------------------------------

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(autoclose=False)
        await ws.prepare(request)
        is_upgrade = "sid" in request.query
        peer = self._peer(request)
        peer.transport = request.transport
        try:
            if not is_upgrade:
                peer.say = ws.send_str
                await self.changed()
                await self.may_shake_hands.wait()
                await self._open(peer)
            await self._converse(peer, ws)
            await self._end(peer)
        finally:
            peer.closed_at = peer.closed_at or time.monotonic()
        await ws.close()
        return ws

    async def _converse(self, peer: "Peer", ws: web.WebSocketResponse) -> None:
        while (message := await ws.receive()).type == WSMsgType.TEXT:
            if message.data == "2probe":
                await ws.send_str("3probe")
            elif message.data == "5":
                peer.say = ws.send_str
            else:
                await self._take(peer, message.data)

    # --- long-polling ---------------------------------------------------------------------------

    async def _polling(self, request: web.Request) -> web.Response:
        is_new = "sid" not in request.query
        peer = self._peer(request)
        if is_new:
            await self._open(peer)
            await self.changed()
            await self.may_shake_hands.wait()
        if request.method == "GET":
            return web.Response(text=await peer.queued.get())
        for packet in (await request.text()).split("\x1e"):
            if packet == "1":
                try:
                    await self._end(peer)
                finally:
                    peer.closed_at = peer.closed_at or time.monotonic()
                await peer.say("6")
            else:
                await self._take(peer, packet)
        return web.Response(text="ok")


class Peer:
    """An Engine.IO session on the server."""

    def __init__(self) -> None:
        self.queued: asyncio.Queue[str] = asyncio.Queue()
        self.say: Callable[[str], Awaitable[None]] = self.queued.put
        self.transport: asyncio.Transport | None = None
        self.is_leaving = False
        self.has_ended = False
        """True after the server has ended the session. Stays False if the client ended it first."""
        self.closed_at = 0.0

    def stop_reading(self) -> None:
        assert self.transport is not None
        self.transport.pause_reading()

    def reset(self) -> None:
        """Abort the TCP connection."""
        assert self.transport is not None
        self.transport.abort()


def _set_event() -> asyncio.Event:
    event = asyncio.Event()
    event.set()
    return event


@contextlib.asynccontextmanager
async def server() -> AsyncIterator[Server]:
    made = Server()
    app = web.Application(client_max_size=2**24)
    app.router.add_route("*", "/socket.io/", made.handle)
    runner = web.AppRunner(app, shutdown_timeout=0, handler_cancellation=True)
    await runner.setup()
    made.port = unused_port()
    await web.TCPSite(runner, "127.0.0.1", made.port).start()
    try:
        yield made
    finally:
        made.may_answer.set()
        made.may_close.set()
        await runner.cleanup()


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
