"""A driver that is a child process: messages on its standard input and output."""

import asyncio
import atexit
import contextlib
import os
import signal
from collections.abc import Sequence
from typing import BinaryIO, NamedTuple

from pulsecheck.driver.channel import LONGEST_MESSAGE, Force
from pulsecheck.driver.environment import inherited
from pulsecheck.driver.errors import (
    CommandNotExecutableError,
    CommandNotFoundError,
    DriverError,
    DriverExitedError,
    DriverKilledError,
    ShutdownIgnoredError,
)
from pulsecheck.driver.spec import CommandSpec

LOG_KEPT = 64 * 1024
"""Bytes of standard error that are kept: the last ones."""


class Incoming(NamedTuple):
    """The end of a pipe that is read here."""

    reader: asyncio.StreamReader
    transport: asyncio.ReadTransport


class ProcessChannel:
    """A running child process, the leader of a process group of its own.

    The group ends with its leader, on `close`, and when the interpreter exits.
    """

    ignored = ShutdownIgnoredError

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        writer: asyncio.StreamWriter,
        output: Incoming,
        errors: Incoming,
    ) -> None:
        self.writer = writer
        self.reader = output.reader
        self.forces: Sequence[Force] = (
            Force("SIGTERM", lambda: self._signal(signal.SIGTERM)),
            Force("SIGKILL", self._kill),
        )
        self.has_left_something = False
        self._process = process
        self._output = output
        self._errors = errors
        self._tail = bytearray()
        self._exit = asyncio.create_task(self._until_exit())
        self._logging = asyncio.create_task(self._keep_log())
        atexit.register(self._kill)

    @property
    def log(self) -> str:
        return self._tail.decode(errors="replace")

    async def has_ended(self, seconds: float) -> bool:
        await asyncio.wait((self._exit,), timeout=seconds)
        if not self._exit.done():
            return False
        # Its last words may be in the pipe still, which a process outside the group may hold open.
        await asyncio.wait((self._logging,), timeout=seconds)
        return True

    def diagnosis(self) -> DriverError:
        code = self._process.returncode or 0
        if code < 0:
            return DriverKilledError(signal.Signals(-code).name, self.log)
        return DriverExitedError(code, self.log)

    def close(self) -> None:
        self._kill()
        if not self.writer.transport.is_closing():
            self.writer.transport.abort()
        self._output.transport.close()
        self._errors.transport.close()

    async def _until_exit(self) -> None:
        try:
            await self._process.wait()
            self.has_left_something = self._group_exists()
        finally:
            # What it leaves behind holds its pipes and its ports; cancelled, nobody waits for it.
            self._kill()
            await self._process.wait()
            atexit.unregister(self._kill)

    def _group_exists(self) -> bool:
        try:
            os.killpg(self._process.pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    async def _keep_log(self) -> None:
        while piece := await self._errors.reader.read(LOG_KEPT):
            self._tail += piece
            del self._tail[:-LOG_KEPT]

    def _kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        # Once it has exited, its id may be somebody else's.
        if self._exit.done():
            return
        # A group without members is not there, or, on macOS, not ours any more.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


async def launch(spec: CommandSpec) -> ProcessChannel:
    """Start the command, without a shell. Raises a LaunchError."""
    with contextlib.ExitStack() as theirs, contextlib.ExitStack() as ours:
        stdin_read, stdin_write = _pipe(reader=theirs, writer=ours)
        stdout_read, stdout_write = _pipe(reader=ours, writer=theirs)
        stderr_read, stderr_write = _pipe(reader=ours, writer=theirs)
        process = await _spawn(spec, stdin_read, stdout_write, stderr_write)
        ours.pop_all()
    return ProcessChannel(
        process,
        await _outgoing(stdin_write),
        await _incoming(stdout_read),
        await _incoming(stderr_read),
    )


async def _spawn(
    spec: CommandSpec, stdin: BinaryIO, stdout: BinaryIO, stderr: BinaryIO
) -> asyncio.subprocess.Process:
    command = spec.arguments[0]
    try:
        return await asyncio.create_subprocess_exec(
            *spec.arguments,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env=inherited(os.environ) | spec.variables,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise CommandNotFoundError(command) from None
    except OSError as error:
        raise CommandNotExecutableError(command, error.strerror or str(error)) from None


def _pipe(
    *, reader: contextlib.ExitStack, writer: contextlib.ExitStack
) -> tuple[BinaryIO, BinaryIO]:
    """Both ends of a new pipe, each closed with its stack."""
    read, write = os.pipe()
    return (
        reader.enter_context(os.fdopen(read, "rb", buffering=0)),
        writer.enter_context(os.fdopen(write, "wb", buffering=0)),
    )


async def _incoming(pipe: BinaryIO) -> Incoming:
    reader = asyncio.StreamReader(limit=LONGEST_MESSAGE)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return Incoming(reader, transport)


async def _outgoing(pipe: BinaryIO) -> asyncio.StreamWriter:
    # The reader never gets anything: it is there because a stream's protocol has one.
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    return asyncio.StreamWriter(transport, protocol, reader, loop)
