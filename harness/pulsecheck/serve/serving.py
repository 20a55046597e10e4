"""Runs a mock server with its control interface and its log until SIGINT or SIGTERM."""

import asyncio
import errno
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from rich.console import Console

from pulsecheck.mock_server import MockServer, PortInUseError, Reactions
from pulsecheck.oracle.recording import ENDS, RecordedServer
from pulsecheck.serve.fault_kinds import FaultKinds
from pulsecheck.serve.guard import Guard
from pulsecheck.serve.history import History
from pulsecheck.serve.http_interface import application
from pulsecheck.serve.log import ServerLog
from pulsecheck.serve.messages import FaultRequest
from pulsecheck.serve.recorder import Recorder
from pulsecheck.serve.server_control import NotFoundError, ServerControl

TOKEN_VARIABLE = "PULSECHECK_CONTROL_TOKEN"  # noqa: S105 - the name of a variable, not a token
SHUTDOWN_TIMEOUT = 0.2
"""Seconds to wait for pending requests to the control interface when the server ends."""
ANY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - only compared, not bound

_LOG = logging.getLogger(__name__)
# aiohttp logs malformed requests here. Without a handler, Python would print the log on stderr.
_LOG.addHandler(logging.NullHandler())


class CannotServeError(Exception):
    """The server cannot start. The message says why."""


@dataclass(frozen=True, kw_only=True)
class ServeSettings:
    """The settings of a server. Times are in seconds. If `token` is None, no token is needed.

    `record`: the file for the recording, or None to record nothing. `connection`: the name of the
    product's connection that leads to this server.
    """

    host: str
    port: int
    control_port: int
    token: str | None
    reactions: Reactions
    kinds: FaultKinds
    faults: Sequence[FaultRequest]
    ping_interval: float
    ping_timeout: float
    connect_timeout: float
    max_payload: int
    packets: bool
    record: Path | None
    connection: str


async def run(settings: ServeSettings, console: Console) -> None:
    """Serve until SIGINT or SIGTERM. Raises CannotServeError and CannotRecordError."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    recorder = None if settings.record is None else Recorder(settings.record, ended.set)
    history = History(recorder.record if recorder else None)
    _record_errors(history)
    async with (
        _mock_server(settings, history) as control,
        _control_interface(settings, control) as control_port,
    ):
        server = RecordedServer(
            connection=settings.connection,
            url=control.state().url,
            namespaces=settings.reactions.namespaces,
        )
        with recorder.recording(history.began, server) if recorder else nullcontext():
            _print_addresses(console, settings, server.url, control_port)
            log = asyncio.create_task(
                ServerLog(console, shows_packets=settings.packets).follow(history)
            )
            ending = asyncio.create_task(ended.wait())
            await asyncio.wait((log, ending), return_when=asyncio.FIRST_COMPLETED)
            log.cancel()
            ending.cancel()
            # The server is about to close, and so to end its connections. These ends show nothing
            # about the product. So mark the point in the recording after which they come.
            history.append("pulsecheck", ENDS, {})


def _record_errors(history: History) -> None:
    """Record the errors that reach the event loop's exception handler."""

    def record(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        message = f"{context['message']}: {error!r}" if error else context["message"]
        history.append("pulsecheck", "internal error", {"message": message})

    asyncio.get_running_loop().set_exception_handler(record)


@asynccontextmanager
async def _mock_server(settings: ServeSettings, history: History) -> AsyncIterator[ServerControl]:
    server = MockServer(
        settings.host,
        settings.port,
        ping_interval=settings.ping_interval,
        ping_timeout=settings.ping_timeout,
        connect_timeout=settings.connect_timeout,
        max_payload=settings.max_payload,
        namespaces=settings.reactions.namespaces,
        record=history.append,
    )
    settings.reactions.register(server)
    control = ServerControl(server, history, settings.kinds)
    try:
        for request in settings.faults:
            control.add(request)
        await server.start()
    except (NotFoundError, ValueError) as error:
        raise CannotServeError(f"cannot add a fault: {error}") from error
    except PortInUseError as error:
        raise CannotServeError(str(error)) from error
    except OSError as error:
        raise CannotServeError(_cannot_listen(settings.host, settings.port, error)) from error
    try:
        yield control
    finally:
        await server.close()


@asynccontextmanager
async def _control_interface(settings: ServeSettings, control: ServerControl) -> AsyncIterator[int]:
    """Serve the control interface, and yield its port."""
    app = application(control, Guard(settings.host, settings.token))
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=_LOG,
        handler_cancellation=True,  # ends a live timeline when its client disconnects
        shutdown_timeout=SHUTDOWN_TIMEOUT,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.control_port).start()
    except OSError as error:
        await runner.cleanup()
        if error.errno == errno.EADDRINUSE:
            problem: object = PortInUseError(settings.host, settings.control_port)
        else:
            problem = _cannot_listen(settings.host, settings.control_port, error)
        raise CannotServeError(f"control interface: {problem}") from error
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    reason, _, _ = str(error.strerror).partition(" (")
    return (
        f"cannot listen on {host} port {port}: {reason}. "
        "Give --host an address of this machine, and choose a port that you may use."
    )


def _print_addresses(
    console: Console, settings: ServeSettings, url: str, control_port: int
) -> None:
    host = socket.gethostname() if settings.host in ANY_ADDRESS else settings.host
    page = f"http://{host}:{control_port}/"
    if settings.token is not None and TOKEN_VARIABLE in os.environ:
        page += f"#token=…  (the token is in {TOKEN_VARIABLE})"
    elif settings.token is not None:
        page += f"#token={settings.token}"
    console.print(f"Socket.IO server  {url}", soft_wrap=True)
    console.print(f"control page      {page}", soft_wrap=True)
    console.print("Press Ctrl-C to stop.", end="\n\n")
