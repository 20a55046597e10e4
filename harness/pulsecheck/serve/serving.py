"""Runs a mock server with its control interface and its log, until it is told to end."""

import asyncio
import errno
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from rich.console import Console

from pulsecheck.mock_server import MockServer, PortInUseError, Reactions
from pulsecheck.serve.control import application
from pulsecheck.serve.guard import Guard
from pulsecheck.serve.history import History
from pulsecheck.serve.kinds import Kinds
from pulsecheck.serve.log import ServerLog
from pulsecheck.serve.messages import Placing
from pulsecheck.serve.server_control import NotThereError, ServerControl

TOKEN_VARIABLE = "PULSECHECK_CONTROL_TOKEN"  # noqa: S105 - its name, and no token
ENDING = 0.2
"""Seconds that requests to the control interface have left when the server ends."""
ANY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - nothing listens there unasked

_LOG = logging.getLogger(__name__)
# What is no HTTP is the client's fault: aiohttp's account of it is there for those who want it.
_LOG.addHandler(logging.NullHandler())


class CannotServeError(Exception):
    """What was asked for cannot be served; the message says why."""


@dataclass(frozen=True, kw_only=True)
class ServeSettings:
    """What to serve; times are in seconds. A `token` of None asks for none."""

    host: str
    port: int
    control_port: int
    token: str | None
    reactions: Reactions
    kinds: Kinds
    faults: Sequence[Placing]
    ping_interval: float
    ping_timeout: float
    connect_timeout: float
    max_payload: int
    packets: bool


async def run(settings: ServeSettings, console: Console) -> None:
    """Serve until SIGINT or SIGTERM. Raises CannotServeError."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    history = History()
    _tell_failures(history)
    async with (
        _mock_server(settings, history) as control,
        _control(settings, control) as control_port,
    ):
        _greet(console, settings, control.state().url, control_port)
        log = asyncio.create_task(
            ServerLog(console, shows_packets=settings.packets).follow(history)
        )
        ending = asyncio.create_task(ended.wait())
        await asyncio.wait((log, ending), return_when=asyncio.FIRST_COMPLETED)
        log.cancel()
        ending.cancel()


def _tell_failures(history: History) -> None:
    """Put on the timeline what goes wrong where nobody waits for it."""

    def tell(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        message = f"{context['message']}: {error!r}" if error else context["message"]
        history.append("pulsecheck", "internal error", {"message": message})

    asyncio.get_running_loop().set_exception_handler(tell)


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
        for placing in settings.faults:
            control.add(placing)
        await server.start()
    except (NotThereError, ValueError) as error:
        raise CannotServeError(f"a fault cannot be put in place: {error}") from error
    except PortInUseError as error:
        raise CannotServeError(str(error)) from error
    except OSError as error:
        raise CannotServeError(_no_listening(settings.host, settings.port, error)) from error
    try:
        yield control
    finally:
        await server.close()


@asynccontextmanager
async def _control(settings: ServeSettings, control: ServerControl) -> AsyncIterator[int]:
    """Serve the control interface; gives its port."""
    app = application(control, Guard(settings.host, settings.token))
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=_LOG,
        handler_cancellation=True,  # who follows the timeline and goes is noticed at once
        shutdown_timeout=ENDING,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.control_port).start()
    except OSError as error:
        await runner.cleanup()
        if error.errno == errno.EADDRINUSE:
            problem: object = PortInUseError(settings.host, settings.control_port)
        else:
            problem = _no_listening(settings.host, settings.control_port, error)
        raise CannotServeError(f"the control interface: {problem}") from error
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _no_listening(host: str, port: int, error: OSError) -> str:
    reason, _, _ = str(error.strerror).partition(" (")
    return f"cannot listen on {host} port {port}: {reason}; name an address of this machine"


def _greet(console: Console, settings: ServeSettings, url: str, control_port: int) -> None:
    host = socket.gethostname() if settings.host in ANY_ADDRESS else settings.host
    page = f"http://{host}:{control_port}/"
    if settings.token is not None and TOKEN_VARIABLE in os.environ:
        page += f"#token=…  (the token is that of {TOKEN_VARIABLE})"
    elif settings.token is not None:
        page += f"#token={settings.token}"
    console.print(f"Socket.IO server  {url}", soft_wrap=True)
    console.print(f"control page      {page}", soft_wrap=True)
    console.print("Ctrl-C ends it", end="\n\n")
