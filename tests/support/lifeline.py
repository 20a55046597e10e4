"""A named pipe that shows when the last process that opened it has ended."""

import asyncio
import os
from pathlib import Path


class Lifeline:
    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)
        self._pipe = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0)

    async def end(self) -> None:
        """Wait until the last process that opened the pipe has ended."""
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), self._pipe
        )
        assert await reader.read() == b""
        transport.close()
