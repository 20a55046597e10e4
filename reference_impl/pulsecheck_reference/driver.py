"""Serve one session of the driver protocol over two streams, one message per line."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping

import msgspec

from pulsecheck.driver.protocol import ErrorCode, Message, Pulsed, Request, Response, RuntimeFault
from pulsecheck_reference import rpc
from pulsecheck_reference.application import Application
from pulsecheck_reference.lines import bounded_lines
from pulsecheck_reference.refusal import RefusedError

logger = logging.getLogger(__name__)


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one driver session until `shutdown` or the end of the stream.

    Closes the writer. Leaves no task, socket or connection behind, even if `serve` is cancelled.
    """
    outbox = Outbox(writer)
    application = Application(outbox)
    try:
        with contextlib.suppress(ConnectionError):
            async for line in bounded_lines(reader, rpc.LONGEST_LINE):
                outbox.send(await _answer(line, application))
                await writer.drain()
                if application.is_shut_down:
                    break
    finally:
        await application.close()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def _answer(line: bytes | None, application: Application) -> Response:
    try:
        request = rpc.read_request(line)
        return rpc.answer(request, await _handle(request, application))
    except rpc.RpcError as error:
        return rpc.failure(error)


async def _handle(request: Request, application: Application) -> Message:
    """Handle a request. Raises RpcError."""
    params = rpc.read_params(request)
    try:
        return await application.handlers[request.method](params)
    except RefusedError as error:
        raise rpc.RpcError(ErrorCode.REFUSED, str(error), request.id) from None
    except Exception as error:
        # A bug in the runtime must not end the session without an error message.
        logger.exception("%s failed", request.method)
        message = f"{type(error).__name__}: {error}"
        raise rpc.RpcError(ErrorCode.INTERNAL_ERROR, message, request.id) from error


class Outbox:
    """Sends messages to the harness, in the order of the calls."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    def send(self, message: Message) -> None:
        self._writer.write(msgspec.json.encode(message) + b"\n")

    def pulsed(self, node: str, outputs: Mapping[str, str]) -> None:
        self.send(rpc.notification("runtime/pulsed", Pulsed(node=node, values=dict(outputs))))

    def error(self, message: str, node: str | None = None) -> None:
        self.send(rpc.notification("runtime/error", RuntimeFault(message=message, node=node)))

    async def delivered(self) -> None:
        """Wait until the write buffer has room. Ignore a lost connection: it ends the reader."""
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()
