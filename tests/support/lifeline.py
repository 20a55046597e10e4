"""A named pipe that ends when the last process that holds it has ended."""

import asyncio
import os
from pathlib import Path


class Lifeline:
    """A named pipe: it ends when the last process that holds it has ended."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)
        self._pipe = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0)

    async def end(self) -> None:
        """Wait until nobody holds it any more, given that somebody did."""
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), self._pipe
        )
        assert await reader.read() == b""
        transport.close()
