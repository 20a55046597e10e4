"""One client's connection: an Engine.IO session on the TCP connections that carry it."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, ClassVar

from pulsecheck.mock_server.engine_io import session as engine
from pulsecheck.mock_server.engine_io.packets import (
    InvalidPacketError,
    Packet,
    PacketType,
    decode_frame,
    decode_payload,
    encode_frame,
)
from pulsecheck.mock_server.gates import Gate
from pulsecheck.mock_server.inbox import PATIENCE
from pulsecheck.mock_server.interfaces import Host, Influence, Packets
from pulsecheck.mock_server.namespaces import Namespaces, Sign
from pulsecheck.mock_server.occurrences import Detail, Occurrence
from pulsecheck.mock_server.websocket import WebSocket
from pulsecheck.mock_server.wire import By, How, Wire
from pulsecheck.mock_server.wires import Wires

NOTHING = Wires()
"""Carries what is over: a server keeps its connections, and thousands of them should be light."""
LONGEST_PACKET = 200
"""Characters of a packet that are recorded."""


class ClientStaysError(TimeoutError):
    """A client that was to leave has not left in time."""

    def __init__(self, connection: int, seconds: float, namespaces: tuple[str, ...]) -> None:
        super().__init__(connection, seconds, namespaces)
        self.connection = connection
        self.seconds = seconds
        self.namespaces = namespaces

    def __str__(self) -> str:
        where = " and ".join(self.namespaces) or "no namespace"
        return (
            f"wanted the client of connection {self.connection} to leave within {self.seconds:g} "
            f"s; it is in {where} and has said no goodbye"
        )


class Connection:
    """An Engine.IO session with what it needs to run: wires, requests, WebSockets, a timer."""

    def __init__(
        self,
        number: int,
        session: engine.Session,
        host: Host,
        influence: Influence,
        converse: Callable[["Connection"], Namespaces],
    ) -> None:
        self.id = number
        """Counts from one, in the order of opening."""
        self._be_carried_by(Wires())
        self._session = session
        self._host = host
        self._influence = influence
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._exchanges: dict[object, Wire] = {}
        self._poll: asyncio.Future[tuple[Packet, ...]] | None = None
        self._websocket: WebSocket | None = None
        self._probe: WebSocket | None = None
        self._actions: deque[engine.Action] = deque()
        self._is_performing = False
        self._upgraded = False
        self._left = asyncio.Event()
        self._is_over = False
        self._is_terminated = False
        self._record(Occurrence.OPENED, transport=session.transport)
        self._conversation = converse(self)

    # --- facts ----------------------------------------------------------------------------------

    @property
    def sid(self) -> str:
        return self._session.sid

    @property
    def transport(self) -> str:
        """The current one: "polling" or "websocket"."""
        return self._session.transport

    @property
    def upgraded(self) -> bool:
        return self._upgraded

    @property
    def is_open(self) -> bool:
        """The Engine.IO session has not ended."""
        return self._session.state is not engine.State.CLOSED

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Those that are established now."""
        return self._conversation.established

    @property
    def is_established(self) -> bool:
        """The client asked for the namespace "/", was answered, and has not left."""
        return "/" in self.namespaces and not self.has_left

    @property
    def has_left(self) -> bool:
        """The client has said goodbye, or ended TCP."""
        return self._left.is_set()

    @property
    def is_terminated(self) -> bool:
        """The transport is closed as the server sees it.

        WebSocket: both Close frames are through, the server's being with the kernel, or TCP has
        ended. Long-polling: the session is closed and no request of it is pending: each answer is
        with the kernel, or its TCP connection has ended.
        """
        return self._is_terminated

    async def wait_until_left(self, seconds: float = PATIENCE) -> None:
        """Return once the client has left, before or from now on. Raises ClientStaysError."""
        try:
            async with asyncio.timeout(seconds):
                await self._left.wait()
        except TimeoutError:
            raise ClientStaysError(self.id, seconds, self.namespaces) from None

    # --- what the server does -------------------------------------------------------------------

    def send(self, messages: tuple[str | bytes, ...], receipt: Callable[[], None]) -> None:
        """Send messages; `receipt` is called once the first is with the kernel."""
        first, *rest = messages
        packets = [Packet(PacketType.MESSAGE, first, receipt)]
        packets += (Packet(PacketType.MESSAGE, message) for message in rest)
        self.send_packets(self._influence.instead(self, tuple(packets)))

    def send_packets(self, packets: Packets) -> None:
        """Send packets as they are, right or wrong."""
        self._perform(self._session.send(*packets))

    def emit(self, namespace: str, event: str, arguments: tuple[Any, ...]) -> None:
        """Send an event, if the namespace is established."""
        self._conversation.emit(namespace, event, arguments)

    def leave(self, namespace: str) -> None:
        """End the namespace from the server's side, if the client is in it."""
        self._conversation.leave(namespace)

    def answers(self, namespace: str) -> Gate:
        """What the answer to a request for that namespace passes."""
        return self._conversation.answers(namespace)

    def close(self) -> None:
        """Close the transport, as a server does that wants to get rid of a client."""
        self._perform(self._session.close())

    def close_websocket(self, code: int, reason: str) -> None:
        """Close as `close` does, with a Close frame that carries this, if there is a WebSocket."""
        if self._websocket is not None:
            self._websocket.close(code, reason)
        self.close()

    def send_bytes(self, data: bytes) -> None:
        """Send bytes on the WebSocket's TCP connection, if there is one."""
        if self._websocket is not None:
            self._websocket.wire.write(data)

    def forget(self) -> None:
        """End the session as if the client were not there."""
        self._perform(self._session.lose("transport error"))

    def cut(self, how: How) -> None:
        """End its TCP connections and with them the session, over long-polling too."""
        for wire in self._wires:
            wire.cut(how)
        self._perform(self._session.lose("transport error"))

    def client_leaves(self, sign: Sign) -> None:
        """The client shows by this sign that it goes; only the first one counts."""
        if not self.has_left and self.is_open:
            self._left.set()
            self._record(Occurrence.CLIENT_LEAVES, sign=sign)
            self._host.client_leaves(self)

    def client_stays(self) -> None:
        """The client that left its last namespace has entered one again."""
        self._left.clear()

    # --- long-polling ---------------------------------------------------------------------------

    def begin_exchange(self, wire: Wire) -> object:
        """A request came on that wire; until it is finished it is pending."""
        self.serve(wire)
        exchange = object()
        self._exchanges[exchange] = wire
        return exchange

    def finish_exchange(self, exchange: object, packets: tuple[Packet, ...]) -> None:
        """The last byte of the answer, which carries these packets, is with the kernel."""
        self._exchanges.pop(exchange, None)
        for packet in packets:
            self.sent(packet)
        self.review()

    async def open_polling(self) -> tuple[Packet, ...]:
        """The packets that answer the handshake."""
        return await self._ask(self._session.open())

    async def poll(self) -> tuple[Packet, ...] | None:
        """The packets that answer a GET; None if it is one too many."""
        if self._session.has_poll:
            self._perform(self._session.begin_poll())
            return None
        return await self._ask(self._session.begin_poll())

    async def _ask(self, actions: engine.Actions) -> tuple[Packet, ...]:
        answer: asyncio.Future[tuple[Packet, ...]] = self._loop.create_future()
        self._poll = answer
        self._perform(actions)
        return await answer

    def begin_post(self) -> bool:
        """A POST came; False if it is one too many, and the session is closed."""
        self._perform(self._session.begin_post())
        return self.is_open

    def end_post(self, payload: bytes | None) -> bool:
        """Take a POST's body, None if it did not come whole; False if it is invalid."""
        self._session.end_post()
        if payload is None or not self.is_open:
            return False
        try:
            packets = decode_payload(payload.decode())
        except (InvalidPacketError, UnicodeDecodeError) as error:
            self.violated(error)
            self._perform(self._session.lose("parse error"))
            return False
        for packet in packets:
            self._receive(packet)
        return True

    # --- WebSocket ------------------------------------------------------------------------------

    async def run_websocket(self, websocket: WebSocket, *, probes: bool) -> None:
        """Receive what comes over a WebSocket until it ends."""
        if not probes:
            self._websocket = websocket
            self._perform(self._session.open())
        elif self._session.begin_probe():
            self._probe = websocket
        else:
            websocket.close()
        while (frame := await websocket.receive()) is not None:
            self._receive_frame(websocket, frame)
        self._websocket_ended(websocket)

    def _receive_frame(self, websocket: WebSocket, frame: str | bytes) -> None:
        try:
            packet = decode_frame(frame)
        except InvalidPacketError as error:
            self.violated(error)
            self._drop(websocket, "parse error")
            return
        if websocket is self._websocket:
            self._receive(packet)
        elif websocket is self._probe:
            self._came(packet)
            self._perform(self._session.receive_probe(packet))

    def _websocket_ended(self, websocket: WebSocket) -> None:
        if websocket is self._websocket and websocket.close_was_received:
            self.client_leaves("Close frame")
        closed = websocket.close_was_received or websocket.wire.has_ended
        self._drop(websocket, "transport close" if closed else "transport error")
        self.review()

    def _drop(self, websocket: WebSocket, reason: str) -> None:
        if websocket is self._websocket:
            self._perform(self._session.lose(reason))
        elif websocket is self._probe:
            self._perform(self._session.lose_probe())

    # --- wires ----------------------------------------------------------------------------------

    def serve(self, wire: Wire) -> None:
        """Be carried by this wire, which carried another connection before if any."""
        if self._wires is NOTHING:
            self._be_carried_by(Wires())
        if wire.connection is not self:
            if wire.connection is not None:
                wire.connection.let_go(wire)
            wire.connection = self
            self._wires.join(wire)

    def let_go(self, wire: Wire) -> None:
        """Be carried no longer by this wire, which goes on."""
        self._wires.leave(wire)

    def wire_ended(self, wire: Wire, by: By) -> None:
        """A TCP connection that carried the session has ended; the second time nothing happens."""
        if wire not in self._wires:
            return
        self._wires.remove(wire)
        pending = [exchange for exchange, other in self._exchanges.items() if other is wire]
        for exchange in pending:
            del self._exchanges[exchange]
        is_transport = self._websocket is not None and self._websocket.wire is wire
        deserted = self.has_left and not self._wires
        if is_transport or pending or deserted:
            if by == "client":
                self.client_leaves("end of TCP")
            self._perform(
                self._session.lose("transport close" if is_transport else "transport error")
            )
        elif self._probe is not None and self._probe.wire is wire:
            self._perform(self._session.lose_probe())
        self.review()

    def wire_released(self, wire: Wire) -> None:
        """Nothing is left of a TCP connection that carried the session last."""
        self._wires.forget(wire)
        if self._websocket is not None and self._websocket.wire is wire:
            self._websocket = None
        if self._probe is not None and self._probe.wire is wire:
            self._probe = None
        if self._is_terminated and not self.outgoing.gates:
            self._be_carried_by(NOTHING)

    def _be_carried_by(self, wires: Wires) -> None:
        self._wires = wires
        self.outgoing, self.incoming, self.lines = wires.outgoing, wires.incoming, wires.lines

    # --- running the session --------------------------------------------------------------------

    def _came(self, packet: Packet) -> None:
        self._record_packet(Occurrence.PACKET_RECEIVED, packet)
        self._influence.received(self, packet)

    def _receive(self, packet: Packet) -> None:
        self._came(packet)
        if packet.type is PacketType.CLOSE:
            self.client_leaves("1")
        self._perform(self._session.receive(packet, self._loop.time()))

    def _perform(self, actions: engine.Actions) -> None:
        """Perform actions after those that are being performed, one of which may have led here."""
        self._actions += actions
        if self._is_performing:
            return
        self._is_performing = True
        try:
            while self._actions:
                action = self._actions.popleft()
                self._PERFORMERS[type(action)](self, action)
        finally:
            self._is_performing = False
        self._schedule()

    def _answer_poll(self, action: engine.AnswerPoll) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(action.packets)

    def _send_frames(self, action: engine.SendFrames) -> None:
        if self._websocket is not None:
            self._websocket.send(action.packets)

    def _send_probe(self, action: engine.SendProbe) -> None:
        if self._probe is not None:
            self._probe.send((action.packet,))

    def _close_websocket(self, _action: engine.CloseWebSocket) -> None:
        if self._websocket is not None:
            self._websocket.close()

    def _drop_probe(self, _action: engine.DropProbe) -> None:
        if self._probe is not None:
            self._probe.close()

    def _upgrade(self, _action: engine.Upgraded) -> None:
        self._websocket, self._probe = self._probe, None
        self._upgraded = True
        self._record(Occurrence.UPGRADED)

    def _deliver(self, action: engine.Deliver) -> None:
        self._conversation.receive(action.message)

    def _closed(self, action: engine.Closed) -> None:
        self._is_over = True
        self._record(Occurrence.CLOSED, reason=action.reason)
        self._conversation.end()
        self.review()

    _PERFORMERS: ClassVar[dict[type, Callable[["Connection", Any], None]]] = {
        engine.AnswerPoll: _answer_poll,
        engine.SendFrames: _send_frames,
        engine.SendProbe: _send_probe,
        engine.CloseWebSocket: _close_websocket,
        engine.DropProbe: _drop_probe,
        engine.Upgraded: _upgrade,
        engine.Deliver: _deliver,
        engine.Closed: _closed,
    }

    def _schedule(self) -> None:
        due = self._due() if self.is_open else None
        if self._timer is not None:
            if due is not None and self._timer.when() <= due:
                return  # it will see then how long it still has to wait
            self._timer.cancel()
        self._timer = None if due is None else self._loop.call_at(due, self._tick)

    def _due(self) -> float | None:
        timeouts = (self._session.deadline, self._conversation.deadline)
        return min((due for due in timeouts if due is not None), default=None)

    def _tick(self) -> None:
        self._timer = None
        now = self._loop.time()
        if self._conversation.is_overdue(now):
            self.close()
        if self._session.ping_is_due(now) and self._influence.withholds_ping(self):
            self._session.skip_ping(now)
        self._perform(self._session.tick(now))

    # --- what is recorded -----------------------------------------------------------------------

    def passed(self, packet: Packet) -> None:
        """The packet has passed its wire's gate."""
        self._influence.passed(self, packet)

    def sent(self, packet: Packet) -> None:
        """The packet is with the kernel."""
        self._record_packet(Occurrence.PACKET_SENT, packet)
        if packet.receipt is not None:
            packet.receipt()

    def review(self) -> None:
        websockets = (self._websocket, self._probe)
        is_busy = self._exchanges or any(ws is not None and not ws.is_finished for ws in websockets)
        if self._is_over and not (is_busy or self._is_terminated):
            self._is_terminated = True
            self._record(Occurrence.TERMINATED)

    def violated(self, error: Exception) -> None:
        """The client broke the protocol; the error says how."""
        self._record(Occurrence.PROTOCOL_VIOLATED, message=str(error))

    def _record_packet(self, what: Occurrence, packet: Packet) -> None:
        frame = encode_frame(packet)
        text = frame[:LONGEST_PACKET] if isinstance(frame, str) else f"{len(frame)} bytes"
        self._record(what, packet=text)

    def _record(self, what: Occurrence, **details: Detail) -> None:
        self._host.record(what, connection=self.id, **details)
