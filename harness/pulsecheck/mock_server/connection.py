"""One client's connection: its Engine.IO session and its namespaces."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from pulsecheck.mock_server.engine_io import session as engine
from pulsecheck.mock_server.engine_io.packets import Packet, PacketType, encode_frame
from pulsecheck.mock_server.engine_runner import EngineRunner
from pulsecheck.mock_server.gates import Gate, Gates
from pulsecheck.mock_server.inbox import DEFAULT_TIMEOUT
from pulsecheck.mock_server.line import Pace
from pulsecheck.mock_server.namespaces import Namespaces
from pulsecheck.mock_server.occurrences import Detail, Occurrence, Sign
from pulsecheck.mock_server.wire import Direction, Side, TcpEnd, Wire

Packets = tuple[Packet, ...]
LONGEST_PACKET = 200
"""The maximum number of characters to record of a packet."""


class ClientStaysError(TimeoutError):
    """A client has not left within the timeout."""

    def __init__(self, connection: int, seconds: float, namespaces: tuple[str, ...]) -> None:
        super().__init__(connection, seconds, namespaces)
        self.connection = connection
        self.seconds = seconds
        self.namespaces = namespaces

    def __str__(self) -> str:
        where = " and ".join(self.namespaces) or "no namespace"
        return (
            f"expected the client of connection {self.connection} to leave within "
            f"{self.seconds:g} s; it is still connected, in {where}"
        )


class Host(Protocol):
    """The part of the server that a connection uses."""

    def record(self, what: Occurrence, **details: Detail) -> None: ...

    def client_leaves(self, connection: "Connection") -> None:
        """Called when the client starts to disconnect, before the server reacts."""


class FaultHooks(Protocol):
    """The points at which faults can change the behaviour of a connection."""

    def received(self, connection: "Connection", packet: Packet) -> None:
        """Called when a packet has arrived, before the server reacts to the packet."""

    def passed(self, connection: "Connection", packet: Packet) -> None:
        """Called when a packet has passed its gate, before any later frame or answer passes."""

    def withholds_ping(self, connection: "Connection") -> bool:
        """Called when a heartbeat is due. Return True to skip the heartbeat."""

    def replacement(self, connection: "Connection", packets: Packets) -> Packets:
        """Return the packets to send instead of `packets`, which carry one Socket.IO packet."""


class Connection:
    """A client's connection, as the server sees it.

    `MockServer.connections` lists the connections of a server. Use a connection on the server's
    event loop only.
    """

    def __init__(
        self,
        number: int,
        session: engine.Session,
        host: Host,
        faults: FaultHooks,
        open_namespaces: Callable[["Connection"], Namespaces],
    ) -> None:
        self.id = number
        """The number of the connection. Each server numbers its connections from 1."""
        self.engine = EngineRunner(session, self)
        self._host = host
        self._faults = faults
        self._left = asyncio.Event()
        self._record(Occurrence.OPENED, transport=session.transport)
        self._namespaces = open_namespaces(self)

    # --- state ----------------------------------------------------------------------------------

    @property
    def sid(self) -> str:
        """The id of the Engine.IO session."""
        return self.engine.sid

    @property
    def transport(self) -> str:
        """The current transport: "polling" or "websocket"."""
        return self.engine.transport

    @property
    def upgraded(self) -> bool:
        """The connection began with long-polling and now uses a WebSocket."""
        return self.engine.is_upgraded

    @property
    def is_open(self) -> bool:
        """The Engine.IO session has not ended."""
        return self.engine.is_open

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces that the client is in, in the order in which it entered them."""
        return self._namespaces.established

    @property
    def is_established(self) -> bool:
        """The client is in the namespace "/" and has not left."""
        return "/" in self.namespaces and not self.has_left

    @property
    def has_left(self) -> bool:
        """The client has started to disconnect.

        The client has sent a Close frame, the packet 1, or the packet 41 for its last namespace, or
        it has ended its TCP connection.
        """
        return self._left.is_set()

    @property
    def is_terminated(self) -> bool:
        """The session has ended, and its transport is closed as far as the server can see.

        A WebSocket is closed when both Close frames have been exchanged: the client's Close frame
        has been received, and the server's Close frame has been handed to the kernel. A WebSocket
        is also closed when its TCP connection has ended. Long-polling is closed when no request is
        pending. A request is pending until its answer has been handed to the kernel, or until its
        TCP connection has ended.
        """
        return self.engine.is_terminated

    async def wait_until_left(self, seconds: float = DEFAULT_TIMEOUT) -> None:
        """Wait until `has_left` is true.

        Raises ClientStaysError after `seconds`.
        """
        try:
            async with asyncio.timeout(seconds):
                await self._left.wait()
        except TimeoutError:
            raise ClientStaysError(self.id, seconds, self.namespaces) from None

    # --- actions of the server ------------------------------------------------------------------

    def emit(
        self, namespace: str, event: str, arguments: tuple[Any, ...], *, ack: bool = False
    ) -> None:
        """Send an event, if the client is in the namespace. `arguments` are JSON values or bytes.

        Returns at once, possibly before the event is sent. `ack`: ask for an acknowledgement.
        """
        self._namespaces.emit(namespace, event, arguments, ack=ack)

    def leave(self, namespace: str) -> None:
        """Remove the client from the namespace. Has no effect if the client is not in it."""
        self._namespaces.leave(namespace)

    def close(self) -> None:
        """Close the transport: send a Close frame or, over long-polling, the packet 1."""
        self.engine.close()

    def close_websocket(self, code: int, reason: str) -> None:
        """Close the transport. Over WebSocket, the Close frame has this code and this reason."""
        if (websocket := self.engine.transports.websocket) is not None:
            websocket.close(code, reason)
        self.close()

    def cut(self, how: TcpEnd) -> None:
        """End the session, and end its TCP connections with FIN or RST.

        Data that has not been handed to the kernel is lost.
        """
        self.engine.cut(how)

    # --- for faults -----------------------------------------------------------------------------

    @property
    def outgoing(self) -> Gates[object]:
        """The gates for all data that the server writes."""
        return self.engine.transports.outgoing

    @property
    def incoming(self) -> Gates[object]:
        """The gates for all data that the client sends."""
        return self.engine.transports.incoming

    @property
    def lines(self) -> Mapping[Direction, Gates[Pace]]:
        """The lines that can delay data, for each direction."""
        return self.engine.transports.lines

    def answers(self, namespace: str) -> Gate:
        """Return the gate for the answer to the client's request for a namespace."""
        return self._namespaces.answers(namespace)

    def send_packets(self, packets: Packets) -> None:
        """Send Engine.IO packets unchanged. The packets need not be valid."""
        self.engine.send(packets)

    def send_bytes(self, data: bytes) -> None:
        """Write bytes to the WebSocket's TCP connection, if there is a WebSocket."""
        if (websocket := self.engine.transports.websocket) is not None:
            websocket.wire.write(data)

    def end_silently(self) -> None:
        """End the session. Send no packet and no Close frame, and do not end TCP."""
        self.engine.lose()

    # --- for the namespaces ---------------------------------------------------------------------

    def send(self, messages: tuple[str | bytes, ...], receipt: Callable[[], None]) -> None:
        first, *rest = messages
        packets = [Packet(PacketType.MESSAGE, first, receipt)]
        packets += (Packet(PacketType.MESSAGE, message) for message in rest)
        self.send_packets(self._faults.replacement(self, tuple(packets)))

    def client_stays(self) -> None:
        self._left.clear()

    def client_leaves(self, sign: Sign) -> None:
        if not self.has_left and self.is_open:
            self._left.set()
            self._record(Occurrence.CLIENT_LEAVES, sign=sign)
            self._host.client_leaves(self)

    def violated(self, error: Exception) -> None:
        self._record(Occurrence.PROTOCOL_VIOLATED, message=str(error))

    # --- for the Engine.IO session --------------------------------------------------------------

    @property
    def deadline(self) -> float | None:
        return self._namespaces.deadline

    def is_overdue(self, now: float) -> bool:
        return self._namespaces.is_overdue(now)

    def withholds_ping(self) -> bool:
        return self._faults.withholds_ping(self)

    def received(self, packet: Packet) -> None:
        self._record_packet(Occurrence.PACKET_RECEIVED, packet)
        self._faults.received(self, packet)

    def passed(self, packet: Packet) -> None:
        self._faults.passed(self, packet)

    def sent(self, packet: Packet) -> None:
        self._record_packet(Occurrence.PACKET_SENT, packet)
        if packet.receipt is not None:
            packet.receipt()

    def delivered(self, message: str | bytes) -> None:
        self._namespaces.receive(message)

    def was_upgraded(self) -> None:
        self._record(Occurrence.UPGRADED)

    def was_closed(self, reason: str) -> None:
        self._record(Occurrence.CLOSED, reason=reason)
        self._namespaces.end()

    def was_terminated(self) -> None:
        self._record(Occurrence.TERMINATED)

    # --- for the TCP connections ----------------------------------------------------------------

    def let_go(self, wire: Wire) -> None:
        self.engine.transports.leave(wire)

    def wire_ended(self, wire: Wire, by: Side) -> None:
        self.engine.wire_ended(wire, by)

    def wire_released(self, wire: Wire) -> None:
        self.engine.transports.released(wire, is_terminated=self.is_terminated)

    def _record_packet(self, what: Occurrence, packet: Packet) -> None:
        frame = encode_frame(packet)
        text = frame[:LONGEST_PACKET] if isinstance(frame, str) else f"{len(frame)} bytes"
        self._record(what, packet=text)

    def _record(self, what: Occurrence, **details: Detail) -> None:
        self._host.record(what, connection=self.id, **details)
