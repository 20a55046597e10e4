"""One TCP connection, between the kernel and the protocol that serves it.

A Wire tracks which data the kernel has, and how the TCP connection ended. All data passes the gates
and the lines of the Wire. Faults can hold the gates, and can delay and slow down the lines.
"""

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, Protocol, cast

from pulsecheck.mock_server.gates import Gate
from pulsecheck.mock_server.line import Line

Side = Literal["client", "server"]
TcpEnd = Literal["FIN", "RST"]
Direction = Literal["to client", "from client"]
Purpose = Literal["GET", "POST", "upgrade", "frame"]
"""The kind of written data: the answer to a GET, a POST or a WebSocket handshake, or a frame."""

MOST_HELD_INPUT = 4_000_000
"""The limit of bytes to buffer while `incoming` is held. If a client sends more, TCP is reset."""
LONGEST_BACKLOG = 65_536
"""The limit of bytes from a client that wait in a slow line.

Above this limit, the wire pauses reading, and the kernel buffers the rest.
"""


@dataclass(frozen=True)
class Stop:
    """A position in a chunk of bytes, and an action to run there.

    The bytes before the position pass first. Then `action` runs. Then the other bytes pass.
    """

    position: int
    action: Callable[[], object]


class CarriedConnection(Protocol):
    """The part of a connection that is used by wires and by the code that handles wires."""

    @property
    def id(self) -> int: ...

    def let_go(self, wire: "Wire") -> None:
        """Called when the wire starts to carry another connection."""

    def wire_ended(self, wire: "Wire", by: Side) -> None:
        """Called when the TCP connection has ended. A second call has no effect."""

    def wire_released(self, wire: "Wire") -> None:
        """Called when the kernel has released the TCP connection."""


class WireObserver(Protocol):
    """The part of the server that a wire uses."""

    def tcp_opened(self, wire: "Wire") -> None: ...

    def tcp_closing(self, wire: "Wire") -> None:
        """Called when the server is about to send its FIN."""

    def stop(self, wire: "Wire", direction: Direction, data: bytes) -> Stop | None:
        """Called when bytes are about to pass. Return a Stop to interrupt the bytes, or None."""

    def tcp_ended(self, wire: "Wire", by: Side, how: TcpEnd) -> None:
        """Called only once, after the client's FIN or RST, or after the server has ended TCP."""

    def tcp_released(self, wire: "Wire") -> None:
        """Called last, when the kernel has released the TCP connection."""


class Wire(asyncio.Protocol):
    """A TCP connection. `connection` is the connection that the wire carries, or carried last.

    The gate `outgoing` holds written data and the FIN, `fin` holds only the FIN, and `incoming`
    holds data from the client. The server notices the end of TCP even while a gate is held. A line
    can delay the end of TCP.
    """

    def __init__(self, number: int, inner: asyncio.Protocol, observer: WireObserver) -> None:
        self.number = number
        self.connection: CarriedConnection | None = None
        self.outgoing = Gate()
        self.fin = Gate()
        self.incoming = Gate()
        self._to_client = Line(self._hand_over)
        self._from_client = Line(self._take)
        self.lines: dict[Direction, Line] = {
            "to client": self._to_client,
            "from client": self._from_client,
        }
        self.purpose: Purpose | None = None
        self.when_lost: Callable[[], object] | None = None
        """Called when the TCP connection is lost."""
        self.has_ended = False
        self.is_closing = False
        self._inner = inner
        self._observer = observer
        self._cut_by: TcpEnd = "FIN"
        self._held_input = 0
        self._held_output = 0
        self._is_served = False
        self._is_congested = False
        self._wants_input = True
        self._unflushed: list[Callable[[], object]] = []

    # --- actions of the server ------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        self._held_output += len(data)
        self._pass(self.outgoing, self._write, "to client", data)

    def when_flushed(self, action: Callable[[], object]) -> None:
        """Call the action when the data written so far has been handed to the kernel.

        If the TCP connection is lost before that, the action is never called.
        """
        self.outgoing.do(partial(self._to_client.do, partial(self._after_flush, action)))

    def close(self) -> None:
        """Send FIN after the data written so far."""
        if self.is_closing:
            return
        self.is_closing = True
        self._observer.tcp_closing(self)
        end = partial(self._to_client.do, self._transport.close)
        self.outgoing.do(partial(self.fin.do, end))

    def cut(self, how: TcpEnd) -> None:
        """End the TCP connection at once, even if a gate is held. Waiting data is lost."""
        self.is_closing = True
        self._cut_by = how
        if how == "RST":
            sock: socket.socket = self._transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def want_input(self, wanted: bool) -> None:
        """Resume or pause reading, on behalf of the protocol that serves the TCP connection."""
        self._wants_input = wanted
        if wanted and not self._is_congested:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    @property
    def unsent(self) -> int:
        """The number of bytes written and not yet handed to the kernel."""
        waiting = self._held_output + self._to_client.backlog
        return waiting + self._transport.get_write_buffer_size()

    def _pass(
        self, gate: Gate, take: Callable[[bytes], object], direction: Direction, data: bytes
    ) -> None:
        stop = self._observer.stop(self, direction, data)
        if stop is None:
            gate.do(partial(take, data))
            return
        gate.do(partial(take, data[: stop.position]))
        gate.do(stop.action)
        gate.do(partial(take, data[stop.position :]))

    def _write(self, data: bytes) -> None:
        self._held_output -= len(data)
        self._to_client.send(data)

    def _hand_over(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(data)

    def _after_flush(self, action: Callable[[], object]) -> None:
        if self._transport.get_write_buffer_size():
            self._unflushed.append(action)
        elif not self.has_ended:
            action()

    # --- reports of the kernel ------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport = cast("asyncio.Transport", transport)
        # When the transport's buffer becomes empty, the kernel has all written data. With the limit
        # 0, asyncio calls resume_writing at that moment.
        transport.set_write_buffer_limits(high=0)
        self._observer.tcp_opened(self)
        if not self.is_closing:
            self._is_served = True
            self._inner.connection_made(_GatedTransport(self, transport))

    def data_received(self, data: bytes) -> None:
        self._from_client.send(data)
        if self._from_client.backlog > LONGEST_BACKLOG:
            self._is_congested = True
            self._transport.pause_reading()

    def _take(self, data: bytes) -> None:
        self._held_input += len(data)
        self._pass(self.incoming, self._deliver, "from client", data)
        if self._held_input > MOST_HELD_INPUT:
            self.cut("RST")
        elif self._is_congested and self._from_client.backlog <= LONGEST_BACKLOG:
            self._is_congested = False
            if self._wants_input:
                self._transport.resume_reading()

    def _deliver(self, data: bytes) -> None:
        self._held_input -= len(data)
        self._inner.data_received(data)

    def eof_received(self) -> bool:
        self._from_client.do(self._take_eof)
        # With False, asyncio would close the transport, although the gates may still hold data.
        return True

    def _take_eof(self) -> None:
        self._end("client", "FIN")
        self._inner.eof_received()
        self.close()

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        flushed, self._unflushed = self._unflushed, []
        for action in flushed:
            action()
        self._inner.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        for gate in (self.outgoing, self.fin, self.incoming):
            gate.clear()
        for line in self.lines.values():
            line.clear()
        if exc is None:
            self._end("server", self._cut_by)
        else:
            self._end("client", "RST")
        if self._is_served:
            self._inner.connection_lost(exc)
        if self.when_lost is not None:
            self.when_lost()
        self._observer.tcp_released(self)

    def _end(self, by: Side, how: TcpEnd) -> None:
        if not self.has_ended:
            self.has_ended = True
            self._observer.tcp_ended(self, by, how)


class _GatedTransport(asyncio.Transport):
    """The transport that the inner protocol uses. `get_extra_info("wire")` returns the Wire."""

    def __init__(self, wire: Wire, transport: asyncio.Transport) -> None:
        super().__init__()
        self._wire = wire
        self._transport = transport

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._wire.write(bytes(data))

    def close(self) -> None:
        self._wire.close()

    def abort(self) -> None:
        self._wire.cut("FIN")

    def is_closing(self) -> bool:
        return self._wire.is_closing

    def get_write_buffer_size(self) -> int:
        return self._wire.unsent

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._wire if name == "wire" else self._transport.get_extra_info(name, default)

    def can_write_eof(self) -> bool:
        return False

    def is_reading(self) -> bool:
        return self._transport.is_reading()

    def pause_reading(self) -> None:
        self._wire.want_input(False)

    def resume_reading(self) -> None:
        self._wire.want_input(True)
