"""One TCP connection, between the kernel and aiohttp: what is really on the wire, and when.

aiohttp writes to a `Port` and believes that it is the transport. The `Wire` behind it passes on
what it may, keeps the rest, and knows when a byte was handed to the kernel and when TCP ended.
"""

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Any, Protocol

Token = object
"""Who wants something held; it is held until all who want it have let go."""


class Owner(Protocol):
    """What a wire reports to."""

    def wire_opened(self, wire: "Wire") -> None: ...

    def wire_ended(self, wire: "Wire", by: str, how: str) -> None:
        """TCP has ended, at least from the client's side."""

    def wire_gone(self, wire: "Wire") -> None:
        """Nothing of the TCP connection is left."""


class Wire(asyncio.Protocol):
    """`number` counts the TCP connections of a server. `ended`: one of the two sides gave it up."""

    def __init__(self, inner: asyncio.Protocol, owner: Owner, number: int) -> None:
        self.number = number
        self.inner = inner
        self.ended = False
        self._owner = owner
        self._transport: asyncio.Transport | None = None
        self._write_holds: set[Token] = set()
        self._fin_holds: set[Token] = set()
        self._deaf_for: set[Token] = set()
        self._unwritten: list[bytes] = []
        self._unheard: list[bytes] = []
        self._is_closing = False
        self._client_is_done = False
        self._is_reset = False
        self._after_flush: list[Callable[[], None]] = []

    @property
    def transport(self) -> asyncio.Transport:
        if self._transport is None:
            raise RuntimeError("the wire is not connected yet")
        return self._transport

    # --- what may pass ----------------------------------------------------------------------

    def hold_writes(self, token: Token) -> None:
        """Keep back what the server writes, and its FIN."""
        self._write_holds.add(token)

    def hold_fin(self, token: Token) -> None:
        """Keep back the FIN alone."""
        self._fin_holds.add(token)

    def hold_reads(self, token: Token) -> None:
        """Keep from the server what the client sends."""
        self._deaf_for.add(token)

    def let_go(self, token: Token) -> None:
        """Withdraw what was wanted under that token; what nobody else holds passes, in order."""
        for wanted in (self._write_holds, self._fin_holds, self._deaf_for):
            wanted.discard(token)
        if not self._deaf_for:
            unheard, self._unheard = self._unheard, []
            for data in unheard:
                self.inner.data_received(data)
        self._pass_on()

    def after_flush(self, callback: Callable[[], None]) -> None:
        """Call back once all that was written so far is with the kernel, or TCP has ended."""
        self._after_flush.append(callback)
        self._tell_flushed()

    def finish(self) -> None:
        """End it now, with a FIN behind what the kernel has."""
        self._unwritten.clear()
        self._is_closing = True
        self.transport.close()

    def reset(self) -> None:
        """End it now, with an RST."""
        self._is_reset = True
        raw = self.transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    # --- the kernel's side ------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError(f"wanted a stream's transport, got {transport!r}")
        self._transport = transport
        # Told of every byte that the kernel does not take at once, and of the last one it takes.
        transport.set_write_buffer_limits(high=0)
        self._owner.wire_opened(self)
        self.inner.connection_made(Port(self))

    def data_received(self, data: bytes) -> None:
        if self._deaf_for:
            self._unheard.append(data)
        else:
            self.inner.data_received(data)

    def eof_received(self) -> bool:
        """Take the client's FIN; returns whether this side stays open for what is kept back."""
        self._end("client", "FIN")
        self._unheard.clear()
        if self._deaf_for or self._write_holds or self._fin_holds:
            self._client_is_done = True
            return True
        return bool(self.inner.eof_received())

    def connection_lost(self, exc: Exception | None) -> None:
        is_reset = self._is_reset or exc is not None
        self._end("server" if exc is None else "client", "RST" if is_reset else "FIN")
        self._unheard.clear()
        self._unwritten.clear()
        self.inner.connection_lost(exc)
        self._owner.wire_gone(self)

    def pause_writing(self) -> None:
        self.inner.pause_writing()

    def resume_writing(self) -> None:
        self.inner.resume_writing()
        self._tell_flushed()

    def _end(self, by: str, how: str) -> None:
        if not self.ended:
            self.ended = True
            self._owner.wire_ended(self, by, how)
            self._tell_flushed()

    # --- aiohttp's side ---------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        self._unwritten.append(data)
        self._pass_on()

    def close(self) -> None:
        self._is_closing = True
        self._pass_on()

    @property
    def is_closing(self) -> bool:
        return self._is_closing or self.transport.is_closing()

    def _pass_on(self) -> None:
        if self._write_holds or self.transport.is_closing():
            return
        unwritten, self._unwritten = self._unwritten, []
        for data in unwritten:
            self.transport.write(data)
        self._tell_flushed()
        may_end = not self._fin_holds and not self._deaf_for
        if may_end and (self._is_closing or self._client_is_done):
            self.transport.close()

    def _tell_flushed(self) -> None:
        flushed = not self._unwritten and not self.transport.get_write_buffer_size()
        if flushed or self.ended:
            callbacks, self._after_flush = self._after_flush, []
            for callback in callbacks:
                callback()


class Port(asyncio.Transport):
    """The transport that aiohttp sees."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """As every transport's; "wire" gives the wire."""
        return self._wire if name == "wire" else self._wire.transport.get_extra_info(name, default)

    def is_closing(self) -> bool:
        return self._wire.is_closing

    def close(self) -> None:
        self._wire.close()

    def abort(self) -> None:
        self._wire.transport.abort()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._wire.write(bytes(data))

    def get_write_buffer_size(self) -> int:
        return self._wire.transport.get_write_buffer_size()

    def pause_reading(self) -> None:
        self._wire.transport.pause_reading()

    def resume_reading(self) -> None:
        self._wire.transport.resume_reading()

    def is_reading(self) -> bool:
        return self._wire.transport.is_reading()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        if not isinstance(protocol, asyncio.Protocol):
            raise TypeError(f"wanted a stream's protocol, got {protocol!r}")
        self._wire.inner = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._wire.inner
