"""Read lines of limited length from a stream."""

import asyncio
from collections.abc import AsyncIterator

CHUNK = 64 * 1024


async def bounded_lines(reader: asyncio.StreamReader, longest: int) -> AsyncIterator[bytes | None]:
    """Yield each line without its line feed, or None for a line of more than `longest` bytes.

    Drops an incomplete line at the end of the stream.
    """
    pending = bytearray()
    is_too_long = False
    while chunk := await reader.read(CHUNK):
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            pending += end
            yield None if is_too_long or len(pending) > longest else bytes(pending)
            pending.clear()
            is_too_long = False
        pending += rest
        if len(pending) > longest:
            is_too_long = True
            pending.clear()
