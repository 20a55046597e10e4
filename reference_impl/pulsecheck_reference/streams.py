"""Serve driver sessions over standard streams and over TCP."""

import asyncio
import os
import socket
import sys
from typing import BinaryIO

from pulsecheck_reference.driver import serve


def take_standard_output() -> BinaryIO:
    """Return a stream to standard output. From then on, all other output goes to standard error."""
    protocol = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return protocol


async def serve_standard(output: BinaryIO) -> None:
    """Serve one session on standard input and `output`."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    # StreamWriter needs a protocol with flow control. StreamReaderProtocol has flow control, but
    # needs a reader. This reader is not used.
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), output
    )
    await serve(reader, asyncio.StreamWriter(transport, protocol, None, loop))


async def serve_connected(host: str, port: int) -> None:
    """Connect to an address and serve one session. Raises OSError."""
    await serve(*await asyncio.open_connection(host, port))


async def serve_listening(host: str, port: int) -> None:
    """Listen, and serve one session at a time until cancelled. Raises OSError.

    Prints the address on standard error. With port 0, the system chooses a free port, and only this
    output shows the port.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listening:
        listening.setblocking(False)
        here, number = listening.getsockname()[:2]
        sys.stderr.write(f"listening on {here}:{number}\n")
        sys.stderr.flush()
        while True:
            accepted, _ = await asyncio.get_running_loop().sock_accept(listening)
            await serve(*await asyncio.open_connection(sock=accepted))
