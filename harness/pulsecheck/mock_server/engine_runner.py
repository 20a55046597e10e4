"""Runs the Engine.IO session of one connection on its transports."""

import asyncio
from collections import deque
from typing import Protocol

from pulsecheck.mock_server.engine_io import session as engine
from pulsecheck.mock_server.engine_io.packets import (
    InvalidPacketError,
    Packet,
    PacketType,
    decode_frame,
    decode_payload,
)
from pulsecheck.mock_server.occurrences import Sign
from pulsecheck.mock_server.transports import Role, Transports
from pulsecheck.mock_server.websocket import WebSocket
from pulsecheck.mock_server.wire import CarriedConnection, Side, TcpEnd, Wire


class SessionOwner(CarriedConnection, Protocol):
    """The connection that the session belongs to."""

    @property
    def has_left(self) -> bool: ...

    @property
    def deadline(self) -> float | None:
        """The earliest loop time at which `is_overdue` can become true; None for never."""

    def is_overdue(self, now: float) -> bool:
        """Return whether the client has exceeded a time limit of Socket.IO."""

    def withholds_ping(self) -> bool:
        """Called when a heartbeat is due. Return True to skip the heartbeat."""

    def received(self, packet: Packet) -> None:
        """Called when a packet has arrived, before the server reacts to the packet."""

    def passed(self, packet: Packet) -> None:
        """Called when a packet has passed its gate, before any later frame or answer passes."""

    def sent(self, packet: Packet) -> None:
        """Called when the last byte of a packet has been handed to the kernel."""

    def delivered(self, message: str | bytes) -> None:
        """Called when a Socket.IO message has arrived."""

    def violated(self, error: Exception) -> None:
        """Called when the client has broken the protocol. The error says how."""

    def client_leaves(self, sign: Sign) -> None:
        """Called for each sign that the client disconnects. Only the first sign counts."""

    def was_upgraded(self) -> None:
        """Called when the session has moved from long-polling to a WebSocket."""

    def was_closed(self, reason: str) -> None:
        """Called when the session has ended."""

    def was_terminated(self) -> None:
        """Called when the session has ended and its transports are closed."""


class EngineRunner:
    """Passes packets and the time to the session. Performs the actions that the session returns."""

    def __init__(self, session: engine.Session, owner: SessionOwner) -> None:
        self.transports = Transports()
        self._session = session
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._actions: deque[engine.Action] = deque()
        self._is_performing = False
        self._is_closed = False
        self.is_upgraded = False
        self.is_terminated = False

    @property
    def sid(self) -> str:
        return self._session.sid

    @property
    def transport(self) -> str:
        return self._session.transport

    @property
    def is_open(self) -> bool:
        return self._session.state is not engine.State.CLOSED

    # --- actions of the server ------------------------------------------------------------------

    def send(self, packets: tuple[Packet, ...]) -> None:
        self._perform(self._session.send(*packets))

    def close(self) -> None:
        self._perform(self._session.close())

    def lose(self) -> None:
        """End the session as if its transport had failed."""
        self._perform(self._session.lose("transport error"))

    def cut(self, how: TcpEnd) -> None:
        """End the TCP connections of the session, and the session."""
        self.transports.cut(how)
        self.lose()

    # --- long-polling ---------------------------------------------------------------------------

    def begin_exchange(self, wire: Wire) -> object:
        """Register a request from a wire. The request is pending until `finish_exchange`."""
        self.serve(wire)
        return self.transports.begin_exchange(wire)

    def finish_exchange(self, exchange: object, packets: tuple[Packet, ...]) -> None:
        """Finish a request. The kernel now has its whole answer, which contains `packets`."""
        self.transports.finish_exchange(exchange)
        for packet in packets:
            self.sent(packet)
        self.review()

    async def open_polling(self) -> tuple[Packet, ...]:
        """Return the packets that answer the handshake."""
        return await self._wait_for_packets(self._session.open())

    async def poll(self) -> tuple[Packet, ...] | None:
        """Return the packets that answer a GET, or None if another GET is pending."""
        if self._session.has_poll:
            self._perform(self._session.begin_poll())
            return None
        return await self._wait_for_packets(self._session.begin_poll())

    async def _wait_for_packets(self, actions: engine.Actions) -> tuple[Packet, ...]:
        answer = self.transports.expect_answer()
        self._perform(actions)
        return await answer

    def begin_post(self) -> bool:
        """Register a POST. If another POST is pending, end the session. Return `is_open`."""
        self._perform(self._session.begin_post())
        return self.is_open

    def end_post(self, payload: bytes | None) -> bool:
        """Process the body of a POST. `payload` is None if the body is incomplete.

        Returns False if the body is incomplete or invalid, or if the session has ended.
        """
        self._session.end_post()
        if payload is None or not self.is_open:
            return False
        try:
            packets = decode_payload(payload.decode())
        except (InvalidPacketError, UnicodeDecodeError) as error:
            self._owner.violated(error)
            self._perform(self._session.lose("parse error"))
            return False
        for packet in packets:
            self._receive(packet)
        return True

    # --- WebSocket ------------------------------------------------------------------------------

    async def run_websocket(self, websocket: WebSocket, *, probes: bool) -> None:
        """Receive the messages of a WebSocket until it ends."""
        if not probes:
            self.transports.websocket = websocket
            self._perform(self._session.open())
        elif self._session.begin_probe():
            self.transports.probe = websocket
        else:
            websocket.close()
        while (frame := await websocket.receive()) is not None:
            self._receive_frame(websocket, frame)
        self._websocket_ended(websocket)

    def _receive_frame(self, websocket: WebSocket, frame: str | bytes) -> None:
        try:
            packet = decode_frame(frame)
        except InvalidPacketError as error:
            self._owner.violated(error)
            self._drop(websocket, "parse error")
            return
        if websocket is self.transports.websocket:
            self._receive(packet)
        elif websocket is self.transports.probe:
            self._owner.received(packet)
            self._perform(self._session.receive_probe(packet))

    def _websocket_ended(self, websocket: WebSocket) -> None:
        if websocket is self.transports.websocket and websocket.close_was_received:
            self._owner.client_leaves("Close frame")
        closed = websocket.close_was_received or websocket.wire.has_ended
        self._drop(websocket, "transport close" if closed else "transport error")
        self.review()

    def _drop(self, websocket: WebSocket, reason: str) -> None:
        if websocket is self.transports.websocket:
            self._perform(self._session.lose(reason))
        elif websocket is self.transports.probe:
            self._perform(self._session.lose_probe())

    # --- TCP connections ------------------------------------------------------------------------

    def serve(self, wire: Wire) -> None:
        """Use a wire for this session. Another connection that used this wire stops using it."""
        if wire.connection is self._owner:
            return
        if wire.connection is not None:
            wire.connection.let_go(wire)
        wire.connection = self._owner
        self.transports.join(wire)

    def wire_ended(self, wire: Wire, by: Side) -> None:
        """React to the end of a TCP connection. A second call has no effect."""
        role = self.transports.ended(wire)
        if role is None:
            return
        is_abandoned = self._owner.has_left and not self.transports.wires
        if is_abandoned or role in {Role.WEBSOCKET, Role.REQUEST}:
            if by == "client":
                self._owner.client_leaves("end of TCP")
            is_transport = role is Role.WEBSOCKET
            self._perform(
                self._session.lose("transport close" if is_transport else "transport error")
            )
        elif role is Role.PROBE:
            self._perform(self._session.lose_probe())
        self.review()

    # --- running the session --------------------------------------------------------------------

    def _receive(self, packet: Packet) -> None:
        self._owner.received(packet)
        if packet.type is PacketType.CLOSE:
            self._owner.client_leaves("1")
        self._perform(self._session.receive(packet, self._loop.time()))

    def _perform(self, actions: engine.Actions) -> None:
        """Perform actions in order. An action may call this method and so add more actions."""
        self._actions += actions
        if self._is_performing:
            return
        self._is_performing = True
        try:
            while self._actions:
                self._perform_one(self._actions.popleft())
        finally:
            self._is_performing = False
        self._schedule()

    def _perform_one(self, action: engine.Action) -> None:
        self.transports.perform(action)
        match action:
            case engine.Upgraded():
                self.is_upgraded = True
                self._owner.was_upgraded()
            case engine.Deliver(message):
                self._owner.delivered(message)
            case engine.Closed(reason):
                self._is_closed = True
                self._owner.was_closed(reason)
                self.review()

    def _schedule(self) -> None:
        due = self._due() if self.is_open else None
        if self._timer is not None:
            if due is not None and self._timer.when() <= due:
                return  # the timer calls `_tick` in time, and `_tick` calls this method again
            self._timer.cancel()
        self._timer = None if due is None else self._loop.call_at(due, self._tick)

    def _due(self) -> float | None:
        deadlines = (self._session.deadline, self._owner.deadline)
        return min((due for due in deadlines if due is not None), default=None)

    def _tick(self) -> None:
        self._timer = None
        now = self._loop.time()
        if self._owner.is_overdue(now):
            self.close()
        if self._session.ping_is_due(now) and self._owner.withholds_ping():
            self._session.skip_ping(now)
        self._perform(self._session.tick(now))

    # --- progress of sent packets ---------------------------------------------------------------

    def passed(self, packet: Packet) -> None:
        self._owner.passed(packet)

    def sent(self, packet: Packet) -> None:
        self._owner.sent(packet)

    def review(self) -> None:
        """Report the termination if the session has ended and its transports are closed."""
        if self._is_closed and not (self.is_terminated or self.transports.is_busy):
            self.is_terminated = True
            self._owner.was_terminated()
