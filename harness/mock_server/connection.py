"""One connection as users speak of it: an Engine.IO session and the namespaces in it."""

import asyncio
import itertools
import json
import secrets
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from harness.mock_server.engine_packets import EnginePacket, EngineType, encode_frame
from harness.mock_server.engine_session import Deliver, End, EngineSession, Settings
from harness.mock_server.occurrences import Detail, Occurrence, Record, Source
from harness.mock_server.socket_packets import ROOT, SocketPacket, SocketType, encode
from harness.mock_server.socket_session import (
    Acknowledged,
    Happening,
    Invalid,
    Left,
    Received,
    Requested,
    SocketSession,
)
from harness.mock_server.wire import Token, Wire

LONGEST_SHOWN = 200
POLLING = "polling"
WEBSOCKET = "websocket"


class Host(Protocol):
    """What a connection reports to: the server, its faults and its handlers."""

    settings: Settings
    record: Record

    def connection_requests(self, connection: "Connection", request: Requested) -> None: ...

    def connection_established(self, connection: "Connection", namespace: str) -> None: ...

    def connection_leaves(self, connection: "Connection") -> None: ...

    def event_received(self, connection: "Connection", event: Received) -> None: ...


class Connection:
    """`id` counts a server's connections from 1; `transport` is the current one."""

    def __init__(self, host: Host, number: int, transport: str, upgrades: Iterable[str]) -> None:
        self.id = number
        self.transport = transport
        self.upgraded = False
        self.has_left = False
        self.is_terminated = False
        self.is_upgrading = False
        self.is_polled = False
        """Whether a poll waits for an answer."""
        self._host = host
        self._loop = asyncio.get_running_loop()
        sid = secrets.token_urlsafe(15)
        self.session = EngineSession(sid, host.settings, tuple(upgrades), self._loop.time())
        self.wires: set[Wire] = set()
        self._requests: list[Wire] = []
        self._frames: Wire | None = None
        self._handshake_is_done = False
        self._write_holds: set[Token] = set()
        self._fin_holds: set[Token] = set()
        self._namespaces = SocketSession()
        self._ack_ids = itertools.count()
        self._acks: dict[tuple[str, int], asyncio.Future[tuple[Any, ...]]] = {}
        self._readable = asyncio.Event()
        self._readable.set()
        self._heartbeat = self._loop.call_at(self.session.due, self._tick)
        timeout = host.settings.connect_timeout
        self._connect_timeout = self._loop.call_later(timeout, self._never_joined)
        self._record(Source.SERVER, Occurrence.OPENED, transport=transport)

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces that are established now."""
        return tuple(self._namespaces.joined)

    @property
    def is_established(self) -> bool:
        """Whether the default namespace is established and the client has not left."""
        return ROOT in self._namespaces.joined and not self.has_left

    def _record(self, source: Source, what: Occurrence, **details: Detail) -> None:
        self._host.record(source, what, {"connection": self.id, **details})

    # --- Socket.IO --------------------------------------------------------------------------

    def accept(self, namespace: str) -> None:
        """Answer the request for a namespace by a session id ("Connection to a namespace")."""
        if not self.session.is_open:
            return
        self._connect_timeout.cancel()
        sid = self._namespaces.joined[namespace] = secrets.token_urlsafe(15)
        self._send(SocketPacket(SocketType.CONNECT, namespace, {"sid": sid}))

    def refuse(self, namespace: str, message: str, data: Any = None) -> None:
        """Answer the request for a namespace by an error."""
        error = {"message": message} if data is None else {"message": message, "data": data}
        self._record(Source.SERVER, Occurrence.REFUSED, namespace=namespace, message=message)
        self._send(SocketPacket(SocketType.CONNECT_ERROR, namespace, error))

    def emit(self, event: str, *arguments: Any, namespace: str = ROOT) -> None:
        """Send an event; a namespace that is not established is silently left out."""
        if namespace in self._namespaces.joined:
            self._send_event(event, arguments, namespace, None)

    async def call(self, event: str, *arguments: Any, namespace: str = ROOT) -> tuple[Any, ...]:
        """Send an event and wait for what its acknowledgement carries."""
        number = next(self._ack_ids)
        answer: asyncio.Future[tuple[Any, ...]] = self._loop.create_future()
        self._acks[namespace, number] = answer
        self._send_event(event, arguments, namespace, number)
        return await answer

    def acknowledge(self, event: Received, arguments: Sequence[Any]) -> None:
        """Answer an event that asked for it."""
        if event.id is not None:
            self._send(SocketPacket(SocketType.ACK, event.namespace, list(arguments), event.id))

    def leave_namespace(self, namespace: str) -> None:
        """Disconnect the client from a namespace ("Disconnection from a namespace")."""
        if self._namespaces.joined.pop(namespace, None) is not None:
            self._record_left(namespace, "server")
            self._send(SocketPacket(SocketType.DISCONNECT, namespace))

    def _send_event(
        self, event: str, arguments: Sequence[Any], namespace: str, number: int | None
    ) -> None:
        self._record(
            Source.SERVER,
            Occurrence.EVENT_SENT,
            namespace=namespace,
            event=event,
            arguments=json.dumps(arguments, default=repr),
        )
        self._send(SocketPacket(SocketType.EVENT, namespace, [event, *arguments], number))

    def _send(self, packet: SocketPacket) -> None:
        for part in encode(packet):
            self.session.send(part)
        self._readable.set()

    def _record_left(self, namespace: str, by: str) -> None:
        self._record(Source.SERVER, Occurrence.NAMESPACE_LEFT, namespace=namespace, by=by)

    def _happened(self, happening: Happening | None) -> None:
        match happening:
            case Requested(namespace):
                self._record(Source.SERVER, Occurrence.CONNECT_REQUESTED, namespace=namespace)
                self._host.connection_requests(self, happening)
            case Left(namespace):
                self._record_left(namespace, "client")
                if not self._namespaces.joined:
                    self.leaves("41")
            case Received():
                self._record(
                    Source.SERVER,
                    Occurrence.EVENT_RECEIVED,
                    namespace=happening.namespace,
                    event=str(happening.event),
                    arguments=json.dumps(happening.arguments, default=repr),
                    ack=happening.id,
                )
                self._host.event_received(self, happening)
            case Acknowledged(namespace, number, arguments):
                answer = self._acks.pop((namespace, number), None)
                if answer is not None and not answer.done():
                    answer.set_result(arguments)
            case Invalid():
                self.end("parse error")

    # --- Engine.IO --------------------------------------------------------------------------

    def received(self, packet: EnginePacket) -> None:
        """Take a packet from the transport."""
        self._record(Source.WIRE, Occurrence.PACKET_RECEIVED, packet=_shown(packet))
        if packet.type is EngineType.CLOSE:
            self.leaves("1")
        self._reacted(self.session.receive(packet, self._loop.time()))

    def end(
        self, reason: str, farewell: EngineType = EngineType.NOOP, *, waits_for_poll: bool = False
    ) -> None:
        """End the session.

        The farewell answers the pending poll or, if it may wait for one, the next.
        """
        if self.session.end(reason):
            self._ended(reason, farewell, waits_for_poll)

    def close_transport(self) -> None:
        """Close it as the official server does: a Close frame, or the packet `1` to a poll."""
        self.end("forced server close", EngineType.CLOSE, waits_for_poll=True)

    def _reacted(self, reaction: Deliver | End | None) -> None:
        if isinstance(reaction, Deliver):
            self._happened(self._namespaces.receive(reaction.data))
        elif isinstance(reaction, End):
            self._ended(reaction.reason, EngineType.NOOP, False)

    def _ended(self, reason: str, farewell: EngineType, waits_for_poll: bool) -> None:
        self._heartbeat.cancel()
        self._connect_timeout.cancel()
        self._namespaces.joined.clear()
        for answer in self._acks.values():
            answer.cancel()
        self._record(Source.SERVER, Occurrence.CLOSED, reason=reason)
        if self.transport == POLLING and (self.is_polled or waits_for_poll):
            self.session.outbox.append(EnginePacket(farewell))
        self._readable.set()
        self._check_terminated()

    def leaves(self, sign: str) -> None:
        """The client says goodbye, one way or another; only the first sign counts."""
        if not self.has_left:
            self.has_left = True
            self._record(Source.SERVER, Occurrence.CLIENT_LEAVES, sign=sign)
            self._host.connection_leaves(self)

    def _tick(self) -> None:
        self._reacted(self.session.tick(self._loop.time()))
        if self.session.is_open:
            self._heartbeat = self._loop.call_at(self.session.due, self._tick)
            self._readable.set()

    def _never_joined(self) -> None:
        if not self._namespaces.joined:
            self.end("connect timeout")

    # --- the transport ----------------------------------------------------------------------

    async def readable(self) -> None:
        """Wait until there is something to send, or the session has ended.

        While it is being upgraded there always is: a poll is answered by a NOOP, so that the new
        transport finds no request pending ("Upgrade").
        """
        while self.session.is_open and not self.session.outbox:
            if self.is_upgrading:
                self.session.outbox.append(EnginePacket(EngineType.NOOP))
                return
            self._readable.clear()
            await self._readable.wait()

    def begin_upgrade(self) -> None:
        """The client has sent its probe."""
        self.is_upgrading = True
        self._readable.set()

    def sent(self, packets: Iterable[EnginePacket], wire: Wire) -> None:
        """These packets were written to the wire; they count once the kernel has them."""
        written = tuple(packets)
        wire.after_flush(lambda: self._flushed(written))

    def _flushed(self, packets: Iterable[EnginePacket]) -> None:
        for packet in packets:
            self._record(Source.WIRE, Occurrence.PACKET_SENT, packet=_shown(packet))
            namespace = _answered(packet)
            if namespace is not None:
                self._record(Source.SERVER, Occurrence.ESTABLISHED, namespace=namespace)
                self._host.connection_established(self, namespace)

    def carry_on(self, wire: Wire) -> None:
        """From now on frames on this wire are the transport."""
        self.use(wire)
        self._frames = wire
        if self.transport == POLLING:
            self.transport, self.upgraded = WEBSOCKET, True
            self._record(Source.SERVER, Occurrence.UPGRADED)
        self._readable.set()

    def use(self, wire: Wire) -> None:
        """Have a part of this connection on that wire; what is held of it is held there too."""
        if wire not in self.wires:
            self.wires.add(wire)
            for token in self._write_holds:
                wire.hold_writes(token)
            for token in self._fin_holds:
                wire.hold_fin(token)

    def request_begins(self, wire: Wire) -> None:
        self.use(wire)
        self._requests.append(wire)

    def request_ends(self, wire: Wire) -> None:
        """Its response was written; it is over once the kernel has it."""

        def over() -> None:
            self._requests.remove(wire)
            self._check_terminated()

        wire.after_flush(over)

    def said_goodbye(self, wire: Wire) -> None:
        """Both Close frames were written; the handshake is complete once the kernel has ours."""

        def complete() -> None:
            self._handshake_is_done = True
            self._check_terminated()

        wire.after_flush(complete)

    def wire_ended(self, wire: Wire, by: str) -> None:
        """TCP has ended; a connection of frames ends with it."""
        if wire is self._frames:
            if by == "client":
                self.leaves("end of TCP")
            self.end("transport close")
        self._check_terminated()

    def _check_terminated(self) -> None:
        """Record, once, that the transport is closed as the server sees it.

        Over WebSocket: the closing handshake is complete or TCP has ended. Over long-polling: the
        session has ended and no request is pending, or the client has left and so has its TCP.
        """
        if self._frames is not None:
            is_over = self._handshake_is_done or self._frames.ended
        else:
            pending = any(not wire.ended for wire in self._requests)
            is_gone = self.has_left and all(wire.ended for wire in self.wires)
            is_over = not pending and (not self.session.is_open or is_gone)
        if is_over and not self.is_terminated:
            self.is_terminated = True
            self._record(Source.SERVER, Occurrence.TERMINATED)

    # --- what may pass ----------------------------------------------------------------------

    def hold_writes(self, token: Token) -> None:
        """Keep back all that the server would write to this client, on every wire."""
        self._write_holds.add(token)
        for wire in self.wires:
            wire.hold_writes(token)

    def hold_fin(self, token: Token) -> None:
        """Keep back the end of TCP alone."""
        self._fin_holds.add(token)
        for wire in self.wires:
            wire.hold_fin(token)

    def let_go(self, token: Token) -> None:
        """Let pass what was held under that token."""
        self._write_holds.discard(token)
        self._fin_holds.discard(token)
        for wire in tuple(self.wires):
            wire.let_go(token)

    def abandon(self) -> None:
        """Cancel all that waits: the server is closing."""
        self._heartbeat.cancel()
        self._connect_timeout.cancel()
        for answer in self._acks.values():
            answer.cancel()


def _shown(packet: EnginePacket) -> str:
    frame = encode_frame(packet)
    text = frame if isinstance(frame, str) else f"{len(frame)} bytes"
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def _answered(packet: EnginePacket) -> str | None:
    """The namespace that a packet establishes."""
    if packet.type is not EngineType.MESSAGE or not str(packet.data).startswith("0"):
        return None
    rest = str(packet.data)[1:]
    return rest.partition(",")[0] if rest.startswith("/") else ROOT
