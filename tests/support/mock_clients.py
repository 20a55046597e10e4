"""A mock server with a log, and clients that send exactly the data that a test gives them."""

import asyncio
import base64
import contextlib
import json
import socket
import struct
from collections.abc import AsyncIterator, Mapping
from typing import Any, Self

import aiohttp

from deadlines import DEADLINE
from event_loop import at_end
from pulsecheck.mock_server import MockServer, Occurrence

POLLING = "/socket.io/?EIO=4&transport=polling"
WEBSOCKET = "/socket.io/?EIO=4&transport=websocket"

PING_PACKET = "2"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10

_OPEN: list["Tcp"] = []
Entry = tuple[str, str, Mapping[str, Any]]


class Log:
    """The occurrences that a server records, in order."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._changed = asyncio.Event()

    def __call__(self, source: str, what: str, details: Mapping[str, Any]) -> None:
        self.entries.append((source, what, details))
        self._changed.set()

    def of(self, what: Occurrence, **details: object) -> list[Mapping[str, Any]]:
        return [
            seen
            for _, kind, seen in self.entries
            if kind == what and details.items() <= seen.items()
        ]

    async def wait_for(
        self, what: Occurrence, count: int = 1, **details: object
    ) -> Mapping[str, Any]:
        """Wait for the `count`th record of this kind. Returns its details."""
        async with asyncio.timeout(DEADLINE):
            while len(found := self.of(what, **details)) < count:
                self._changed.clear()
                await self._changed.wait()
        return found[count - 1]

    def order(self, *kinds: Occurrence) -> list[str]:
        """Return the recorded occurrences that are among `kinds`, in order."""
        return [kind for _, kind, _ in self.entries if kind in kinds]


@contextlib.asynccontextmanager
async def mock(**settings: Any) -> AsyncIterator[tuple[MockServer, Log]]:
    log = Log()
    async with MockServer(record=log, **settings) as server:
        yield server, log


class Http:
    """An Engine.IO client over long-polling that sends only the data from a test.

    Each request has a TCP connection of its own, unless `keep_alive` is true.
    """

    def __init__(self, server: MockServer, *, keep_alive: bool = False) -> None:
        self._base = server.url
        connector = aiohttp.TCPConnector(force_close=not keep_alive)
        self._session = aiohttp.ClientSession(connector=connector)
        self.sid = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def request(
        self, method: str, path: str, body: str | bytes | None = None
    ) -> tuple[int, str]:
        async with (
            asyncio.timeout(DEADLINE),
            self._session.request(method, self._base + path, data=body) as response,
        ):
            return response.status, await response.text()

    async def open(self) -> dict[str, Any]:
        """Open a session. Returns the server's handshake."""
        status, text = await self.request("GET", POLLING)
        assert (status, text[0]) == (200, "0")
        handshake: dict[str, Any] = json.loads(text[1:])
        self.sid = handshake["sid"]
        return handshake

    async def get(self) -> tuple[int, str]:
        return await self.request("GET", f"{POLLING}&sid={self.sid}")

    async def post(self, body: str | bytes) -> tuple[int, str]:
        return await self.request("POST", f"{POLLING}&sid={self.sid}", body)

    async def establish(self, namespace: str = "") -> None:
        await self.open()
        assert await self.post(f"40{namespace}") == (200, "ok")
        while (text := (await self.get())[1]) == PING_PACKET:
            pass
        assert text.startswith("40"), text


class Tcp:
    """A TCP connection to the server that sends only the data from a test."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        _OPEN.append(self)

    @classmethod
    async def connect(cls, server: MockServer) -> Self:
        return cls(*await asyncio.open_connection("127.0.0.1", server.port))

    @staticmethod
    async def close_all() -> None:
        """Close the connections that the current test opened."""
        while _OPEN:
            await _OPEN.pop().close()

    def write(self, data: bytes) -> None:
        self.writer.write(data)

    def request(self, path: str, body: str | None = None, *headers: str) -> None:
        method = "GET" if body is None else "POST"
        length = [] if body is None else [f"Content-Length: {len(body)}"]
        lines = (f"{method} {path} HTTP/1.1", "Host: localhost", *headers, *length, "", body or "")
        self.write("\r\n".join(lines).encode())

    async def response(self) -> tuple[int, str]:
        """Read the next HTTP response. Returns its status and its body."""
        async with asyncio.timeout(DEADLINE):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            length = [
                int(line.split(":")[1])
                for line in head.lower().splitlines()
                if line.startswith("content-length")
            ]
            body = await self.reader.readexactly(length[0] if length else 0)
        return int(head.split()[1]), body.decode()

    async def end(self) -> bytes:
        """Read until the server ends the connection. Returns the bytes."""
        async with asyncio.timeout(DEADLINE):
            return await self.reader.read()

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()

    def reset(self) -> None:
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    # --- WebSocket --------------------------------------------------------------------------

    @classmethod
    async def websocket(cls, server: MockServer, sid: str = "") -> Self:
        """Open a WebSocket. Without a session id, also read the handshake packet."""
        self = await cls.connect(server)
        key = base64.b64encode(bytes(16)).decode()
        self.request(
            WEBSOCKET + (f"&sid={sid}" if sid else ""),
            None,
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        )
        assert (await self.response())[0] == 101
        if not sid:
            assert (await self.text())[0] == "0"
        return self

    async def establish(self, namespace: str = "") -> None:
        self.send(f"40{namespace}")
        while (text := await self.text()) == PING_PACKET:
            pass
        assert text.startswith("40"), text

    def send(self, data: str | bytes) -> None:
        text = isinstance(data, str)
        self.send_frame(TEXT if text else BINARY, data.encode() if isinstance(data, str) else data)

    def send_frame(self, opcode: int, payload: bytes = b"") -> None:
        if len(payload) < 126:
            length = bytes([0x80 | len(payload)])
        else:
            length = struct.pack("!BQ", 0x80 | 127, len(payload))
        self.write(bytes([0x80 | opcode]) + length + bytes(4) + payload)

    def send_close(self, code: int = 1000) -> None:
        self.send_frame(CLOSE, struct.pack("!H", code))

    async def frame(self) -> tuple[int, bytes]:
        """Read the next frame. Returns its opcode and its payload."""
        async with asyncio.timeout(DEADLINE):
            first, length = await self.reader.readexactly(2)
            if length == 126:
                (length,) = struct.unpack("!H", await self.reader.readexactly(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", await self.reader.readexactly(8))
            return first & 0x0F, await self.reader.readexactly(length)

    async def text(self) -> str:
        opcode, payload = await self.frame()
        assert opcode == TEXT, (opcode, payload)
        return payload.decode()

    async def closing(self) -> int:
        """Read the next frame, which must be a Close frame. Returns its code, or 0."""
        opcode, payload = await self.frame()
        assert opcode == CLOSE, (opcode, payload)
        return int(struct.unpack("!H", payload[:2])[0]) if payload else 0

    async def leave(self) -> None:
        """Send a Close frame, and read the answer."""
        self.send_close()
        assert await self.closing() == 1000


at_end.append(Tcp.close_all)


async def nothing_more(server: MockServer) -> None:
    """Make a few round trips to the server, so that an unwanted event has time to happen."""
    for _ in range(3):
        client = await Tcp.connect(server)
        client.request("/elsewhere")
        await client.response()
