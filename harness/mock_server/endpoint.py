"""Engine.IO over HTTP and WebSocket: requests to connections, and what they send to responses.

Requests that the protocol does not allow are refused as the official JavaScript server refuses
them, with the same codes and messages.
"""

import asyncio
from collections.abc import Callable
from enum import Enum

from aiohttp import WSMsgType, web

from harness.mock_server.connection import POLLING, WEBSOCKET, Connection
from harness.mock_server.engine_packets import (
    EnginePacket,
    EngineType,
    InvalidPacketError,
    decode_frame,
    decode_payload,
    encode_frame,
    encode_payload,
)
from harness.mock_server.wire import Wire

PROTOCOL = "4"
PROBE = EnginePacket(EngineType.PING, "probe")
PROBE_ANSWER = EnginePacket(EngineType.PONG, "probe")
POLITE_WAIT = 10.0
"""How long, in seconds, a client may take to answer a Close frame of ours."""

Opener = Callable[[str, tuple[str, ...]], Connection]
Finder = Callable[[str], Connection | None]


class Refusal(Enum):
    """Why a request is refused; the values are the official server's."""

    UNKNOWN_TRANSPORT = (0, "Transport unknown")
    UNKNOWN_SID = (1, "Session ID unknown")
    BAD_HANDSHAKE_METHOD = (2, "Bad handshake method")
    BAD_REQUEST = (3, "Bad request")
    UNSUPPORTED_VERSION = (5, "Unsupported protocol version")

    def response(self) -> web.Response:
        code, message = self.value
        return web.json_response({"code": code, "message": message}, status=400)


class Endpoint:
    """Answers each request; `open_connection` makes a connection, `find` knows it by its sid."""

    def __init__(self, open_connection: Opener, find: Finder, max_payload: int) -> None:
        self._open = open_connection
        self._find = find
        self._max_payload = max_payload

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Handle one request ("Transports", "Handshake")."""
        query = request.query
        transport = query.get("transport", "")
        if transport not in {POLLING, WEBSOCKET}:
            return Refusal.UNKNOWN_TRANSPORT.response()
        if query.get("EIO") != PROTOCOL:
            return Refusal.UNSUPPORTED_VERSION.response()
        if "sid" not in query:
            return await self._handshake(request, transport)
        connection = self._find(query["sid"])
        if connection is None or not (connection.session.is_open or connection.session.outbox):
            return Refusal.UNKNOWN_SID.response()
        return await self._continue(request, transport, connection)

    async def _continue(
        self, request: web.BaseRequest, transport: str, connection: Connection
    ) -> web.StreamResponse:
        if transport == WEBSOCKET:
            return await self._upgrade(request, connection)
        if connection.transport == WEBSOCKET:
            return Refusal.BAD_REQUEST.response()
        return await self._exchange(request, connection)

    async def _handshake(self, request: web.BaseRequest, transport: str) -> web.StreamResponse:
        if request.method != "GET":
            return Refusal.BAD_HANDSHAKE_METHOD.response()
        if transport == POLLING:
            return await self._exchange(request, self._open(POLLING, (WEBSOCKET,)))
        websocket = await self._websocket(request)
        if websocket is None:
            return Refusal.BAD_REQUEST.response()
        connection = self._open(WEBSOCKET, ())
        await _Frames(websocket, connection, _wire(request)).serve()
        return websocket

    # --- long-polling -----------------------------------------------------------------------

    async def _exchange(
        self, request: web.BaseRequest, connection: Connection
    ) -> web.StreamResponse:
        """Answer one request of a polling connection; it is pending until the kernel has that."""
        wire = _wire(request)
        connection.request_begins(wire)
        try:
            response, packets = await self._answer(request, connection)
            await response.prepare(request)
            await response.write_eof()
            connection.sent(packets, wire)
        finally:
            connection.request_ends(wire)
        return response

    async def _answer(
        self, request: web.BaseRequest, connection: Connection
    ) -> tuple[web.Response, list[EnginePacket]]:
        if request.method == "GET":
            return await self._poll(connection)
        if request.method == "POST":
            return await self._post(request, connection), []
        return Refusal.BAD_REQUEST.response(), []

    async def _poll(self, connection: Connection) -> tuple[web.Response, list[EnginePacket]]:
        if connection.is_polled:
            connection.end("transport error", EngineType.CLOSE)
            return Refusal.BAD_REQUEST.response(), []
        connection.is_polled = True
        try:
            await connection.readable()
        finally:
            connection.is_polled = False
        packets = connection.session.take()
        return web.Response(text=encode_payload(packets)), packets

    async def _post(self, request: web.BaseRequest, connection: Connection) -> web.Response:
        body = await _body(request, self._max_payload)
        if body is None:
            connection.end("transport error")
            return web.Response(status=413)
        try:
            packets = decode_payload(body.decode())
        except (InvalidPacketError, UnicodeDecodeError):
            connection.end("parse error")
            return Refusal.BAD_REQUEST.response()
        for packet in packets:
            connection.received(packet)
        return web.Response(text="ok")

    # --- WebSocket --------------------------------------------------------------------------

    async def _websocket(self, request: web.BaseRequest) -> web.WebSocketResponse | None:
        # The Close frame is answered here and not by aiohttp: a fault may hold the answer back.
        websocket = web.WebSocketResponse(
            autoclose=False, timeout=POLITE_WAIT, max_msg_size=self._max_payload, compress=False
        )
        if not websocket.can_prepare(request):
            return None
        await websocket.prepare(request)
        return websocket

    async def _upgrade(
        self, request: web.BaseRequest, connection: Connection
    ) -> web.StreamResponse:
        """Move a connection from polling to WebSocket ("Upgrade").

        A WebSocket for a connection that has been upgraded, or is being, is closed at once.
        """
        websocket = await self._websocket(request)
        if websocket is None:
            return Refusal.BAD_REQUEST.response()
        if connection.transport == POLLING and not connection.is_upgrading:
            connection.use(_wire(request))
            if await self._probe(websocket, connection):
                await _Frames(websocket, connection, _wire(request)).serve()
                return websocket
        await websocket.close()
        return websocket

    async def _probe(self, websocket: web.WebSocketResponse, connection: Connection) -> bool:
        """Whether the client has tried the WebSocket and wants it."""
        if not await _expect(websocket, PROBE):
            return False
        connection.begin_upgrade()
        try:
            await websocket.send_str(str(encode_frame(PROBE_ANSWER)))
            return await _expect(websocket, EnginePacket(EngineType.UPGRADE))
        finally:
            connection.is_upgrading = False


class _Frames:
    """A connection whose transport is a WebSocket, from its first frame to its last."""

    def __init__(
        self, websocket: web.WebSocketResponse, connection: Connection, wire: Wire
    ) -> None:
        self._websocket = websocket
        self._connection = connection
        self._wire = wire

    async def serve(self) -> None:
        """Serve until either side has closed it."""
        self._connection.carry_on(self._wire)
        writing = asyncio.create_task(self._write())
        try:
            await self._read()
            if not self._connection.session.is_open:
                await writing
        finally:
            writing.cancel()
            await asyncio.wait({writing})

    async def _read(self) -> None:
        while True:
            message = await self._websocket.receive()
            if message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                self._received(message.data)
            elif message.type is WSMsgType.CLOSE:
                await self._goodbye()
                return
            else:
                return

    def _received(self, frame: str | bytes) -> None:
        try:
            packet = decode_frame(frame)
        except InvalidPacketError:
            self._connection.end("parse error")
        else:
            self._connection.received(packet)

    async def _goodbye(self) -> None:
        """Answer the client's Close frame."""
        self._connection.leaves("Close frame")
        await self._websocket.close()
        self._connection.said_goodbye(self._wire)
        self._connection.end("transport close")

    async def _write(self) -> None:
        """Send what the connection has to send; when its session has ended, a Close frame."""
        connection = self._connection
        while connection.session.is_open:
            await connection.readable()
            packets = connection.session.take()
            for packet in packets:
                await self._send(encode_frame(packet))
                connection.sent([packet], self._wire)
        await self._websocket.close()

    async def _send(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            await self._websocket.send_bytes(frame)
        else:
            await self._websocket.send_str(frame)


async def _expect(websocket: web.WebSocketResponse, packet: EnginePacket) -> bool:
    message = await websocket.receive()
    return message.type is WSMsgType.TEXT and message.data == encode_frame(packet)


async def _body(request: web.BaseRequest, limit: int) -> bytes | None:
    """The body of a request; None if it is longer than the limit."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


def _wire(request: web.BaseRequest) -> Wire:
    if request.transport is None:
        raise ConnectionResetError("the client has gone")
    wire = request.transport.get_extra_info("wire")
    if not isinstance(wire, Wire):
        raise TypeError(f"wanted a Wire below the request, got {wire!r}")
    return wire
