"""A correct runtime with one failure: in the second project that it opens, or after shutdown.

The arguments are the failure and a file. The length of the file is the number of opened projects. A
driver that is started again after a crash therefore continues the count.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from stopping import Reader, Runtime, Writer

BAD_PROJECT = 2
LATE = 3.1
"""Seconds. Longer than the tests' timeout of 3 s, so that the answer is late. Only slightly longer,
because the harness reads a late answer only until the end of the grace."""
IGNORES_SHUTDOWN = "ignores shutdown"


class Buffer:
    """An output that is flushed only when it closes."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._kept = b""

    def write(self, data: bytes) -> None:
        self._kept += data

    def close(self) -> None:
        self._writer.write(self._kept)
        self._writer.close()


class FailingRuntime(Runtime):
    def __init__(self, reader: Reader, writer: Writer, failure: str, count: Path) -> None:
        super().__init__(reader, writer)
        self._failure, self._count = failure, count
        self._is_bad = False

    async def _answer(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        if method == "initialize" and self._failure == "wrong version" and self._projects() == 2:
            self._add_project()
            return {"protocolVersion": 2}
        if method == "project/open":
            self._add_project()
            self._is_bad = self._failure in FAILURES and self._projects() == BAD_PROJECT
        if method == "runtime/pulse" and self._is_bad:
            await FAILURES[self._failure](self)
        return await super()._answer(method, params)

    def _projects(self) -> int:
        return self._count.stat().st_size if self._count.exists() else 0

    def _add_project(self) -> None:
        with self._count.open("a") as file:
            file.write(".")

    def write(self, data: bytes) -> None:
        self._writer.write(data)

    def send(self, **message: Any) -> None:
        self._send(message)

    def buffer(self) -> None:
        self._writer = Buffer(self._writer)  # type: ignore[assignment] # write and close suffice

    async def drain(self) -> None:
        await self._writer.drain()

    @property
    def gate(self) -> Path:
        """A named pipe through which this process reports to a test."""
        return self._count.with_name("gate")


async def exits(_: FailingRuntime) -> None:
    os._exit(3)


async def is_killed(_: FailingRuntime) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def answers_late(_: FailingRuntime) -> None:
    await asyncio.sleep(LATE)


async def buffers(runtime: FailingRuntime) -> None:
    runtime.buffer()


async def hangs(_: FailingRuntime) -> None:
    await asyncio.Event().wait()


def writes(data: bytes) -> Callable[[FailingRuntime], Awaitable[None]]:
    async def write(runtime: FailingRuntime) -> None:
        runtime.write(data)
        await hangs(runtime)

    return write


def sends(**message: Any) -> Callable[[FailingRuntime], Awaitable[None]]:
    return writes(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")


async def writes_without_end(runtime: FailingRuntime) -> None:
    while True:
        runtime.write(b"x" * 65536)
        await runtime.drain()


async def closes_input(_: FailingRuntime) -> None:
    os.close(0)


async def floods(runtime: FailingRuntime) -> None:
    for number in range(1_000_000):
        runtime.send(method="log", params={"message": f"line {number}"})
        await runtime.drain()
    await hangs(runtime)


GRANDCHILD = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(flush=True)
signal.pause()
"""


async def hangs_with_child(runtime: FailingRuntime) -> None:
    """Hang, with a child process that ignores SIGTERM.

    Writes the ids of both processes to the gate, and later one line for each SIGTERM.
    """
    grandchild = await asyncio.create_subprocess_exec(
        sys.executable, "-S", "-c", GRANDCHILD, stdout=asyncio.subprocess.PIPE
    )
    assert grandchild.stdout
    await grandchild.stdout.readline()
    gate = runtime.gate.open("w", buffering=1)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, gate.write, "SIGTERM\n")
    gate.write(f"{os.getpid()} {grandchild.pid}\n")
    await hangs(runtime)


FAILURES: dict[str, Callable[[FailingRuntime], Awaitable[None]]] = {
    "another output": sends(
        method="runtime/pulsed", params={"node": "Socket.IO Start", "output": "Out", "values": {}}
    ),
    "no such node": sends(method="runtime/pulsed", params={"node": "made up", "values": {}}),
    "no such error": sends(method="runtime/error", params={"node": "made up", "message": "lost"}),
    "exits": exits,
    "is killed": is_killed,
    "hangs": hangs,
    "answers late": answers_late,
    "buffers": buffers,
    "unknown id": sends(id=7777, result={}),
    "wrong type": sends(method="runtime/pulsed", params={"node": 5}),
    "prose": writes(b"Server listening\n"),
    "no json": writes(b'{"id": 1,\n'),
    "no end": writes_without_end,
    "closes input": closes_input,
    "floods": floods,
    "wrong version": exits,
    "hangs with a child": hangs_with_child,
}


async def main(failure: str, count: str) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), sys.stdout
    )
    writer = asyncio.StreamWriter(transport, protocol, None, loop)
    await FailingRuntime(reader, writer, failure, Path(count)).serve()
    if failure == IGNORES_SHUTDOWN:
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
