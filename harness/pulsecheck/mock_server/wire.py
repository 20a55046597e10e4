"""One TCP connection, between the kernel and the protocol that serves it.

A Wire is the ground truth of what was handed to the kernel and of how the TCP connection ended.
All that is written or closed passes its gates, which faults hold, and between them and the kernel
its lines, which faults make late and slow.
"""

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

from pulsecheck.mock_server.gates import Gate
from pulsecheck.mock_server.line import Line

if TYPE_CHECKING:
    from pulsecheck.mock_server.connection import Connection

By = Literal["client", "server"]
How = Literal["FIN", "RST"]
Direction = Literal["to client", "from client"]
Purpose = Literal["GET", "POST", "upgrade", "frame"]
"""What is written: the answer to a request, that to a WebSocket handshake, or a WebSocket frame."""

MOST_HELD_INPUT = 4_000_000
"""Bytes of a client that are kept while it gets no answer; one that sends more is cut off."""
LONGEST_BACKLOG = 65_536
"""Bytes of a client that wait in a slow line; then the kernel keeps what comes."""


@dataclass(frozen=True)
class Stop:
    """After that many bytes something is done before the others go on."""

    position: int
    action: Callable[[], object]


class WireObserver(Protocol):
    """Who wants to know. `how` and `by` say how the TCP connection ended and who ended it."""

    def tcp_opened(self, wire: "Wire") -> None: ...

    def tcp_closing(self, wire: "Wire") -> None:
        """The server is about to send its FIN."""

    def stop(self, wire: "Wire", direction: Direction, data: bytes) -> Stop | None:
        """Where these bytes, which are about to pass, are to stop, if anywhere."""

    def tcp_ended(self, wire: "Wire", by: By, how: How) -> None:
        """The client's FIN or RST has come, or the server's has gone; comes once."""

    def tcp_released(self, wire: "Wire") -> None:
        """Nothing of it is left; the last call."""


class Wire(asyncio.Protocol):
    """A TCP connection. `connection` is the Engine.IO session that it served last.

    outgoing holds what is written and the FIN behind it, fin the FIN alone, incoming what the
    client sends. The end of TCP is seen whatever is held, once it has come through the line.
    """

    def __init__(self, number: int, inner: asyncio.Protocol, observer: WireObserver) -> None:
        self.number = number
        self.connection: Connection | None = None
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
        """Called once the TCP connection is gone."""
        self.has_ended = False
        self.is_closing = False
        self._inner = inner
        self._observer = observer
        self._cut_by: How = "FIN"
        self._held_input = 0
        self._held_output = 0
        self._is_served = False
        self._is_congested = False
        self._wants_input = True
        self._unflushed: list[Callable[[], object]] = []

    # --- what the server does -------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        self._held_output += len(data)
        self._pass(self.outgoing, self._write, "to client", data)

    def when_flushed(self, action: Callable[[], object]) -> None:
        """Act once all that was written so far has been handed to the kernel.

        Never happens if the TCP connection is lost before.
        """
        self.outgoing.do(partial(self._to_client.do, partial(self._after_flush, action)))

    def close(self) -> None:
        """Send FIN after all that was written."""
        if self.is_closing:
            return
        self.is_closing = True
        self._observer.tcp_closing(self)
        end = partial(self._to_client.do, self._transport.close)
        self.outgoing.do(partial(self.fin.do, end))

    def cut(self, how: How) -> None:
        """End the TCP connection now, whatever is held; what waits is lost."""
        self.is_closing = True
        self._cut_by = how
        if how == "RST":
            sock: socket.socket = self._transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def want_input(self, wanted: bool) -> None:
        """Say whether what serves the TCP connection reads it."""
        self._wants_input = wanted
        if wanted and not self._is_congested:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()

    @property
    def unsent(self) -> int:
        """Bytes that were written and not yet handed to the kernel."""
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

    # --- what the kernel says -------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport = cast("asyncio.Transport", transport)
        # Nothing may wait in the transport unnoticed: see resume_writing.
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
        return True  # the transport stays open for what the gates hold

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

    def _end(self, by: By, how: How) -> None:
        if not self.has_ended:
            self.has_ended = True
            self._observer.tcp_ended(self, by, how)


class _GatedTransport(asyncio.Transport):
    """What the inner protocol takes for its transport; `get_extra_info("wire")` is the Wire."""

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
