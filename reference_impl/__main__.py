"""`python -m reference_impl`: serve one driver session on standard input and output."""

import asyncio
import os
import signal
import sys
from typing import BinaryIO

from reference_impl.driver import serve


def take_standard_output() -> BinaryIO:
    """Standard output for the protocol alone: what anything else prints goes to standard error."""
    protocol = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return protocol


async def serve_standard_streams(output: BinaryIO) -> None:
    """Serve until the session is over, or SIGINT or SIGTERM ends it."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    # StreamWriter needs a protocol that knows when the pipe is full; this one reads nothing.
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), output
    )
    session = loop.create_task(serve(reader, asyncio.StreamWriter(transport, protocol, None, loop)))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, session.cancel)
    await asyncio.wait({session})
    if not session.cancelled():
        session.result()


if __name__ == "__main__":
    asyncio.run(serve_standard_streams(take_standard_output()))
