"""A driver that is a child process. Its standard input and output carry the messages."""

import asyncio
import atexit
import contextlib
import os
import signal
from collections.abc import Sequence
from typing import BinaryIO, NamedTuple

from pulsecheck.driver.channel import LONGEST_MESSAGE, ForcedStop
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

MAX_LOG = 64 * 1024
"""The number of bytes to keep from the end of standard error."""


class InputPipe(NamedTuple):
    """The reading end of a pipe."""

    reader: asyncio.StreamReader
    transport: asyncio.ReadTransport


class ProcessChannel:
    """A running child process, which leads its own process group.

    The whole group is killed when the child process exits, on `close`, and when the harness exits.
    """

    shutdown_error = ShutdownIgnoredError

    def __init__(
        self,
        process: asyncio.subprocess.Process,
        writer: asyncio.StreamWriter,
        output: InputPipe,
        errors: InputPipe,
    ) -> None:
        self.writer = writer
        self.reader = output.reader
        self.forced_stops: Sequence[ForcedStop] = (
            ForcedStop("SIGTERM", lambda: self._signal(signal.SIGTERM)),
            ForcedStop("SIGKILL", self._kill),
        )
        self.left_processes = False
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
        # Read the rest of the driver's standard error from the pipe. Limit the wait: if a process
        # outside the group keeps the pipe open, the reading never ends.
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
            self.left_processes = self._group_exists()
        finally:
            # Even if this task is cancelled, kill the other processes of the group. They may hold
            # pipes and ports.
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
        while piece := await self._errors.reader.read(MAX_LOG):
            self._tail += piece
            del self._tail[:-MAX_LOG]

    def _kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        # The group has the driver's process id. After the driver has exited and the group has been
        # killed, the system may give this id to another process.
        if self._exit.done():
            return
        # If the group has no members, killpg raises ProcessLookupError or, on macOS,
        # PermissionError.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


async def launch(spec: CommandSpec) -> ProcessChannel:
    """Start the command, without a shell. Raises a LaunchError."""
    with contextlib.ExitStack() as child_ends, contextlib.ExitStack() as own_ends:
        stdin_read, stdin_write = _pipe(reader=child_ends, writer=own_ends)
        stdout_read, stdout_write = _pipe(reader=own_ends, writer=child_ends)
        stderr_read, stderr_write = _pipe(reader=own_ends, writer=child_ends)
        process = await _spawn(spec, stdin_read, stdout_write, stderr_write)
        own_ends.pop_all()
    return ProcessChannel(
        process,
        await _open_writer(stdin_write),
        await _open_reader(stdout_read),
        await _open_reader(stderr_read),
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
    """Open a pipe. Add each end to the stack that has to close this end."""
    read, write = os.pipe()
    return (
        reader.enter_context(os.fdopen(read, "rb", buffering=0)),
        writer.enter_context(os.fdopen(write, "wb", buffering=0)),
    )


async def _open_reader(pipe: BinaryIO) -> InputPipe:
    reader = asyncio.StreamReader(limit=LONGEST_MESSAGE)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return InputPipe(reader, transport)


async def _open_writer(pipe: BinaryIO) -> asyncio.StreamWriter:
    # StreamReaderProtocol requires a reader, although nothing is read from this pipe.
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    return asyncio.StreamWriter(transport, protocol, reader, loop)
