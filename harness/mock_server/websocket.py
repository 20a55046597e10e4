"""The server's end of one WebSocket."""

import asyncio
import struct
from collections.abc import Callable
from functools import partial

from aiohttp import WSMsgType, web

from harness.mock_server.engine_io.packets import Packet, encode_frame
from harness.mock_server.wire import Wire

NORMAL_CLOSURE = 1000
CLOSE_TIMEOUT = 10.0
"""Seconds that a client has to answer the server's Close frame before TCP is closed."""


class WebSocket:
    """Sends packets in order, then one Close frame, and knows when the handshake is complete.

    `passed` is told of each packet that has passed the wire's gate, `sent` of each that has been
    handed to the kernel, `changed` that the Close frame has.
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
        self._outbox: asyncio.Queue[Packet | None] = asyncio.Queue()
        self._is_closed = False
        self._code = NORMAL_CLOSURE
        self._reason = b""
        self.close_was_received = False
        self._close_was_sent = False

    @property
    def is_finished(self) -> bool:
        """Both Close frames are through, or TCP has ended."""
        return self.wire.has_ended or (self.close_was_received and self._close_was_sent)

    def send(self, packets: tuple[Packet, ...]) -> None:
        for packet in packets:
            self._outbox.put_nowait(packet)

    def close(self, code: int | None = None, reason: str = "") -> None:
        """Send a Close frame after all that was sent; without effect the second time.

        Without a code it is the client's if it has closed, or else 1000.
        """
        if not self._is_closed:
            self._is_closed = True
            if code is not None:
                self._code, self._reason = code, reason.encode()
            self._outbox.put_nowait(None)

    async def receive(self) -> str | bytes | None:
        """The next message; None once none will come any more."""
        message = await self._response.receive()
        if message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
            data: str | bytes = message.data
            return data
        if message.type is WSMsgType.CLOSE:
            self.close_was_received = True
            if not self._is_closed:
                self._code = message.data
        return None

    async def pump(self) -> None:
        """Hand what is sent to the wire, until the Close frame; a lost TCP connection ends it."""
        try:
            while (packet := await self._outbox.get()) is not None:
                frame = encode_frame(packet)
                if isinstance(frame, str):
                    await self._response.send_str(frame)
                else:
                    await self._response.send_bytes(frame)
                self.wire.when_flushed(partial(self._sent, packet))
                self.wire.outgoing.do(partial(self._passed, packet))
            # A Close frame without a code is answered in kind (RFC 6455, section 5.5.1).
            code = struct.pack("!H", self._code) if self._code else b""
            await self._response.send_frame(code + self._reason, WSMsgType.CLOSE)
            self.wire.when_flushed(self._has_sent_close)
        except ConnectionError:
            return

    def _has_sent_close(self) -> None:
        self._close_was_sent = True
        if not self.close_was_received:
            asyncio.get_running_loop().call_later(CLOSE_TIMEOUT, self.wire.close)
        self._changed()
