"""Answers the HTTP and WebSocket requests of Engine.IO clients, with aiohttp."""

import asyncio
import logging
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from aiohttp import web

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.engine_io.handshake import BAD_REQUEST, Rejection, inspect
from pulsecheck.mock_server.engine_io.packets import Packet, encode_payload
from pulsecheck.mock_server.engine_runner import EngineRunner
from pulsecheck.mock_server.websocket import WebSocket
from pulsecheck.mock_server.wire import Wire

PATH = "/socket.io/"
_LOG = logging.getLogger(__name__)
# aiohttp logs malformed requests here. Without a handler, Python would print the log on stderr.

_LOG.addHandler(logging.NullHandler())
HttpAnswer = tuple[web.Response, tuple[Packet, ...]]


@dataclass(frozen=True)
class PlainAnswer:
    """An HTTP response without Socket.IO content."""

    status: int
    body: str
    content_type: str


class ConnectionRegistry(Protocol):
    """The part of the server that the endpoint uses."""

    def open(self, transport: str) -> Connection: ...

    def find(self, sid: str) -> Connection | None:
        """Return the connection with this session id, even if the connection is closed."""

    def request(self, connection: Connection | None) -> PlainAnswer | None:
        """Return a fault's answer to a request, or None if no fault answers the request."""


class Endpoint:
    """Serves the TCP connections of a server.

    Refuses bodies and frames of more than `max_payload` bytes.
    """

    def __init__(self, registry: ConnectionRegistry, max_payload: int) -> None:
        self._registry = registry
        self._max_payload = max_payload
        self._loop = asyncio.get_running_loop()
        make_request = partial(web.BaseRequest, loop=self._loop, client_max_size=max_payload)
        self._http = web.Server(
            self._answer,
            access_log=None,
            logger=_LOG,
            auto_decompress=False,  # Engine.IO clients do not compress request bodies
            request_factory=make_request,
        )

    def protocol(self) -> asyncio.Protocol:
        """Return a protocol that serves one TCP connection.

        The `get_extra_info("wire")` of the protocol's transport must return the Wire.
        """
        return self._http()

    async def close(self) -> None:
        """Wait until aiohttp serves no TCP connection any more.

        Before this call, cut the TCP connections. Otherwise clients could keep them open.
        """
        while self._http.connections:  # noqa: ASYNC110 - aiohttp has no event for this
            await asyncio.sleep(0)  # noqa: TID251 - runs other tasks, without a delay

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            return await self._serve(request)
        except web.HTTPException:
            raise
        except ConnectionError:
            return web.Response(status=400)  # not sent, because TCP has ended
        except Exception as error:  # noqa: BLE001 - aiohttp would only log it
            context = {
                "message": f"a request to {request.path_qs[:200]} failed",
                "exception": error,
            }
            self._loop.call_exception_handler(context)
            return web.Response(status=500)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        wire = _wire_of(request)
        # Without this, aiohttp waits ten seconds for the rest of a body, even if TCP has ended.
        wire.when_lost = request.content.feed_eof
        wire.purpose = "POST" if request.method == "POST" else "GET"
        if request.path != PATH:
            return web.Response(status=404, text=f"Socket.IO is served at {PATH}\n")
        is_websocket = request.headers.get("Upgrade", "").lower() == "websocket"
        rejection = inspect(
            request.method,
            request.query,
            is_websocket=is_websocket,
            transport_of=self._transport_of,
        )
        connection = self._registry.find(request.query.get("sid", ""))
        instead = self._registry.request(connection)
        if instead is not None:
            return web.Response(
                status=instead.status, text=instead.body, content_type=instead.content_type
            )
        if is_websocket and rejection is None:
            return await self._serve_websocket(request, wire, connection)
        if connection is not None:
            return await self._serve_exchange(request, wire, connection.engine, rejection)
        if rejection is not None:
            return _reject(rejection)
        return await self._open_polling(request, wire)

    def _transport_of(self, sid: str) -> str | None:
        connection = self._registry.find(sid)
        return connection.transport if connection is not None and connection.is_open else None

    # --- long-polling ---------------------------------------------------------------------------

    async def _open_polling(self, request: web.BaseRequest, wire: Wire) -> web.StreamResponse:
        _require_client(wire)
        engine = self._registry.open("polling").engine
        exchange = engine.begin_exchange(wire)
        packets = await engine.open_polling()
        return await _finish(request, wire, engine, exchange, _payload(packets))

    async def _serve_exchange(
        self,
        request: web.BaseRequest,
        wire: Wire,
        engine: EngineRunner,
        rejection: Rejection | None,
    ) -> web.StreamResponse:
        exchange = engine.begin_exchange(wire)
        answer: HttpAnswer = (_reject(rejection or BAD_REQUEST), ())
        if rejection is None and request.method == "POST":
            answer = (await _take_post(request, engine), ())
        if wire.has_ended:
            # If TCP ended before the session used this wire, the session was not informed. So
            # report the end to the session here. A POST that arrived before the end still counts.
            engine.wire_ended(wire, "client")
        elif rejection is None and request.method == "GET":
            answer = _payload(await engine.poll())
        return await _finish(request, wire, engine, exchange, answer)

    # --- WebSocket ------------------------------------------------------------------------------

    async def _serve_websocket(
        self, request: web.BaseRequest, wire: Wire, connection: Connection | None
    ) -> web.StreamResponse:
        response = web.WebSocketResponse(
            autoclose=False, compress=False, max_msg_size=self._max_payload
        )
        probes = connection is not None
        if connection is not None:
            connection.engine.serve(wire)
        wire.purpose = "upgrade"
        await response.prepare(request)
        _require_client(wire)
        wire.purpose = "frame"
        engine = (connection or self._registry.open("websocket")).engine
        engine.serve(wire)
        websocket = WebSocket(response, wire, engine.passed, engine.sent, engine.review)
        try:
            await engine.run_websocket(websocket, probes=probes)
        finally:
            websocket.close()
            wire.close()
        return response


def _wire_of(request: web.BaseRequest) -> Wire:
    wire = None if request.transport is None else request.transport.get_extra_info("wire")
    if not isinstance(wire, Wire):
        raise ConnectionResetError("the TCP connection ended before the request was processed")
    return wire


def _require_client(wire: Wire) -> None:
    """Raise ConnectionResetError if TCP has ended, so that no session is opened."""
    if wire.has_ended:
        raise ConnectionResetError("the TCP connection ended before a session was opened")


async def _take_post(request: web.BaseRequest, engine: EngineRunner) -> web.Response:
    if not engine.begin_post():
        return _reject(BAD_REQUEST)
    body = None
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        return web.Response(status=error.status, text=error.text)
    finally:
        is_valid = engine.end_post(body)
    return web.Response(text="ok") if is_valid else _reject(BAD_REQUEST)


async def _finish(
    request: web.BaseRequest,
    wire: Wire,
    engine: EngineRunner,
    exchange: object,
    answer: HttpAnswer,
) -> web.StreamResponse:
    """Write the answer. Finish the exchange when the kernel has the answer's last byte."""
    response, packets = answer
    await response.prepare(request)
    await response.write_eof()
    wire.when_flushed(partial(engine.finish_exchange, exchange, packets))
    for packet in packets:
        wire.outgoing.do(partial(engine.passed, packet))
    return response


def _payload(packets: tuple[Packet, ...] | None) -> HttpAnswer:
    if packets is None:
        return _reject(BAD_REQUEST), ()
    return web.Response(text=encode_payload(packets)), packets


def _reject(rejection: Rejection) -> web.Response:
    return web.json_response({"code": rejection.code, "message": rejection.message}, status=400)
