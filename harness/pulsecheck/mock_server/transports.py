"""The TCP connections, requests and WebSockets that carry one Engine.IO session."""

import asyncio
from collections.abc import Callable
from enum import Enum, auto
from typing import Any, ClassVar

from pulsecheck.mock_server.engine_io import session as engine
from pulsecheck.mock_server.engine_io.packets import Packet
from pulsecheck.mock_server.websocket import WebSocket
from pulsecheck.mock_server.wire import TcpEnd, Wire
from pulsecheck.mock_server.wires import Wires

NO_WIRES = Wires()
"""All terminated connections share this object, so that keeping thousands of them is cheap."""


class Role(Enum):
    """The role that a wire had for the session when its TCP connection ended."""

    WEBSOCKET = auto()
    """The wire carried the session's WebSocket."""
    REQUEST = auto()
    """The wire carried a request that was not answered yet."""
    PROBE = auto()
    """The wire carried the WebSocket that probed an upgrade."""
    IDLE = auto()


class Transports:
    """Performs a session's actions on the session's transports.

    `outgoing`, `incoming` and `lines` act on all TCP connections that carry the session.
    """

    def __init__(self) -> None:
        self.websocket: WebSocket | None = None
        """The WebSocket that is the session's transport. None over long-polling."""
        self.probe: WebSocket | None = None
        """The WebSocket that probes an upgrade."""
        self._poll: asyncio.Future[tuple[Packet, ...]] | None = None
        self._exchanges: dict[object, Wire] = {}
        self._use(Wires())

    def _use(self, wires: Wires) -> None:
        self.wires = wires
        self.outgoing, self.incoming, self.lines = wires.outgoing, wires.incoming, wires.lines

    @property
    def is_busy(self) -> bool:
        """A request is pending, or a WebSocket is not closed yet."""
        websockets = (self.websocket, self.probe)
        return bool(self._exchanges) or any(
            websocket is not None and not websocket.is_finished for websocket in websockets
        )

    # --- TCP connections ------------------------------------------------------------------------

    def join(self, wire: Wire) -> None:
        """Use a TCP connection."""
        if self.wires is NO_WIRES:
            self._use(Wires())
        self.wires.join(wire)

    def leave(self, wire: Wire) -> None:
        """Stop using a TCP connection, because another session uses it from now on."""
        self.wires.leave(wire)

    def ended(self, wire: Wire) -> Role | None:
        """Remove a wire whose TCP connection has ended, and return the role of the wire.

        Returns None if the session does not use the wire.
        """
        if wire not in self.wires:
            return None
        self.wires.remove(wire)
        pending = [exchange for exchange, other in self._exchanges.items() if other is wire]
        for exchange in pending:
            del self._exchanges[exchange]
        if self.websocket is not None and self.websocket.wire is wire:
            return Role.WEBSOCKET
        if pending:
            return Role.REQUEST
        if self.probe is not None and self.probe.wire is wire:
            return Role.PROBE
        return Role.IDLE

    def released(self, wire: Wire, *, is_terminated: bool) -> None:
        """Drop all references to a TCP connection that the kernel has released."""
        self.wires.release(wire)
        if self.websocket is not None and self.websocket.wire is wire:
            self.websocket = None
        if self.probe is not None and self.probe.wire is wire:
            self.probe = None
        if is_terminated and not self.outgoing.gates:
            self._use(NO_WIRES)

    def cut(self, how: TcpEnd) -> None:
        """End all TCP connections at once."""
        for wire in self.wires:
            wire.cut(how)

    # --- requests -------------------------------------------------------------------------------

    def begin_exchange(self, wire: Wire) -> object:
        """Register a request from a wire. The request is pending until `finish_exchange`."""
        exchange = object()
        self._exchanges[exchange] = wire
        return exchange

    def finish_exchange(self, exchange: object) -> None:
        self._exchanges.pop(exchange, None)

    def expect_answer(self) -> asyncio.Future[tuple[Packet, ...]]:
        """Return a future for the packets that answer the pending GET."""
        self._poll = asyncio.get_running_loop().create_future()
        return self._poll

    # --- actions --------------------------------------------------------------------------------

    def perform(self, action: engine.Action) -> None:
        """Perform an action on its transport. Ignore the action if the transport is gone."""
        performer = self._PERFORMERS.get(type(action))
        if performer is not None:
            performer(self, action)

    def _answer_poll(self, action: engine.AnswerPoll) -> None:
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(action.packets)

    def _send_frames(self, action: engine.SendFrames) -> None:
        if self.websocket is not None:
            self.websocket.send(action.packets)

    def _send_probe(self, action: engine.SendProbe) -> None:
        if self.probe is not None:
            self.probe.send((action.packet,))

    def _close_websocket(self, _action: engine.CloseWebSocket) -> None:
        if self.websocket is not None:
            self.websocket.close()

    def _drop_probe(self, _action: engine.DropProbe) -> None:
        if self.probe is not None:
            self.probe.close()

    def _upgrade(self, _action: engine.Upgraded) -> None:
        self.websocket, self.probe = self.probe, None

    _PERFORMERS: ClassVar[dict[type, Callable[["Transports", Any], None]]] = {
        engine.AnswerPoll: _answer_poll,
        engine.SendFrames: _send_frames,
        engine.SendProbe: _send_probe,
        engine.CloseWebSocket: _close_websocket,
        engine.DropProbe: _drop_probe,
        engine.Upgraded: _upgrade,
    }
    """EngineRunner performs the other actions."""
