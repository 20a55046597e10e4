"""The server's end of one WebSocket."""

import asyncio
import struct
from collections.abc import Callable
from functools import partial

from aiohttp import WSMsgType, web

from pulsecheck.mock_server.engine_io.packets import Packet, encode_frame
from pulsecheck.mock_server.wire import Wire

FIN = 0x80
NORMAL_CLOSURE = 1000
CLOSE_TIMEOUT = 10.0
"""Seconds to wait for the client's Close frame before closing TCP."""


class WebSocket:
    """Sends packets in order, then one Close frame, and tracks the closing handshake.

    It calls `passed` when a packet has passed the wire's gate, and `sent` when the packet has been
    handed to the kernel. It calls `changed` when the kernel has the server's Close frame.
    """

    def __init__(
        self,
        response: web.WebSocketResponse,
        wire: Wire,
        passed: Callable[[Packet], None],
        sent: Callable[[Packet], None],
        changed: Callable[[], None],
    ) -> None:
        self.wire = wire
        self._response = response
        self._passed = passed
        self._sent = sent
        self._changed = changed
        self._is_closed = False
        self._code = NORMAL_CLOSURE
        self.close_was_received = False
        self._close_was_sent = False

    @property
    def is_finished(self) -> bool:
        """Both Close frames have been exchanged, or TCP has ended."""
        return self.wire.has_ended or (self.close_was_received and self._close_was_sent)

    def send(self, packets: tuple[Packet, ...]) -> None:
        for packet in packets:
            if self._is_closed:
                return
            frame = encode_frame(packet)
            if isinstance(frame, str):
                self._write(WSMsgType.TEXT, frame.encode())
            else:
                self._write(WSMsgType.BINARY, frame)
            self.wire.when_flushed(partial(self._sent, packet))
            self.wire.outgoing.do(partial(self._passed, packet))

    def close(self, code: int | None = None, reason: str = "") -> None:
        """Send a Close frame after the packets sent so far. A second call has no effect.

        `code` defaults to the code of the client's Close frame, or to 1000 if no Close frame has
        arrived.
        """
        if self._is_closed:
            return
        self._is_closed = True
        if code is None:
            code = self._code
        # The answer to a Close frame without a code has no code either (RFC 6455, section 5.5.1).
        payload = struct.pack("!H", code) + reason.encode() if code else b""
        self._write(WSMsgType.CLOSE, payload)
        self.wire.when_flushed(self._has_sent_close)

    async def receive(self) -> str | bytes | None:
        """Return the next message, or None if the WebSocket has ended."""
        message = await self._response.receive()
        if message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
            data: str | bytes = message.data
            return data
        if message.type is WSMsgType.CLOSE:
            self.close_was_received = True
            self._code = message.data
        return None

    def _write(self, opcode: WSMsgType, payload: bytes) -> None:
        """Write one unfragmented, unmasked frame (RFC 6455, section 5.2)."""
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", FIN | opcode, size)
        elif size < 65_536:
            head = struct.pack("!BBH", FIN | opcode, 126, size)
        else:
            head = struct.pack("!BBQ", FIN | opcode, 127, size)
        self.wire.write(head + payload)

    def _has_sent_close(self) -> None:
        self._close_was_sent = True
        if not self.close_was_received:
            asyncio.get_running_loop().call_later(CLOSE_TIMEOUT, self.wire.close)
        self._changed()
