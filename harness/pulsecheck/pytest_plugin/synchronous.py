"""A mock server for code that is not asynchronous: it runs on a loop in a thread of its own."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self, TypedDict, TypeVar, Unpack

from pulsecheck.mock_server import (
    ALL,
    Connection,
    EventMissingError,
    Fault,
    Handle,
    MockServer,
    Namespace,
    Occurrence,
    Reactions,
    ReceivedEvent,
    Scope,
)
from pulsecheck.mock_server.handlers import Handler
from pulsecheck.mock_server.inbox import PATIENCE
from pulsecheck.mock_server.reactions import load
from pulsecheck.mock_server.views import ConnectionView
from pulsecheck.shared.loop_thread import LoopThread
from pulsecheck.shared.timeline import Detail, Entry, Timeline

AT_ONCE = 5.0
"""Seconds after which a call that waits for nothing is given up: something blocks the loop."""
SHOWN = 8
"""Entries of the timeline that an error shows."""
T = TypeVar("T")
H = TypeVar("H", bound=Handler)


class _ServerArguments(TypedDict, total=False):
    """Keyword arguments of MockServer."""

    host: str
    port: int
    ping_interval: float
    ping_timeout: float
    connect_timeout: float
    max_payload: int
    namespaces: Iterable[str]


class ServerSettings(_ServerArguments, total=False):
    """Those of MockServer, and a file of reactions."""

    reactions: Path


class LoopBlockedError(TimeoutError):
    """The server's loop did not come to what it was asked for."""

    def __str__(self) -> str:
        return (
            f"the mock server did not answer within {AT_ONCE:g} s: does a handler block its loop, "
            "or call the server that it handles an event of?"
        )


class HandlersFailedError(Exception):
    """What went wrong on the server's loop while nobody waited for it."""

    def __init__(self, failures: Sequence[str]) -> None:
        super().__init__("\n".join(failures))


class OccurrenceMissingError(TimeoutError):
    """What was waited for has not happened in time."""

    def __init__(self, wanted: str, seconds: float, happened: Sequence[Entry]) -> None:
        super().__init__(wanted, seconds, happened)
        self.wanted = wanted
        self.seconds = seconds
        self.happened = happened

    def __str__(self) -> str:
        lines = [str(entry) for entry in self.happened[-SHOWN:]] or ["nothing happened"]
        return "\n  ".join([f"wanted {self.wanted} within {self.seconds:g} s; last came:", *lines])


class SynchronousHandle:
    """A fault that is in place."""

    def __init__(self, handle: Handle, release: Callable[[], None]) -> None:
        self._handle = handle
        self._release = release

    @property
    def is_over(self) -> bool:
        return self._handle.is_over

    def release(self) -> None:
        """As a Placement's: what the fault holds back goes on; without effect the second time."""
        self._release()


class SynchronousMockServer:
    """A MockServer to be used as a context manager, from any one thread.

    Every call returns within a bounded time. Handlers run on the server's loop, in another thread:
    they use the Connection that they are given, and not this server. One that fails is raised as
    HandlersFailedError at the end.
    """

    def __init__(self, reactions: Path | None = None, **settings: Unpack[_ServerArguments]) -> None:
        """Raises ReactionsError. Namespaces that are given win over those of the reactions."""
        self.timeline = Timeline()
        read = Reactions() if reactions is None else load(reactions)
        if read.namespaces is not None:
            settings.setdefault("namespaces", read.namespaces)
        self._server = MockServer(**settings, record=self.timeline.append)
        read.register(self._server)

    def __enter__(self) -> Self:
        """Raises PortInUseError."""
        self._loop = LoopThread()
        self._loop.start()
        try:
            self._run(self._server.start())
        except BaseException:
            self._loop.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        # If the loop is blocked its thread is let be: it is a daemon.
        self._run(self._server.close())
        self._loop.stop()
        if failures := self._loop.take_failures():
            raise HandlersFailedError(failures)

    @property
    def port(self) -> int:
        return self._server.port

    @property
    def url(self) -> str:
        return self._server.url

    # --- what it is told to do ------------------------------------------------------------------

    def add(
        self,
        fault: Fault,
        scope: Scope | Namespace | ConnectionView = ALL,
        seconds: float | None = None,
        times: int | None = None,
    ) -> SynchronousHandle:
        """Put a fault in place as MockServer.add does, before it returns."""
        handle = self._call(
            lambda: self._server.add(fault, self._scope(scope), seconds=seconds, times=times)
        )
        return SynchronousHandle(handle, partial(self._call, handle.release))

    def emit(
        self, event: str, *arguments: Any, namespace: str = "/", to: ConnectionView | None = None
    ) -> None:
        """As MockServer.emit."""
        receiver = None if to is None else self._connection(to)
        self._run(self._server.emit(event, *arguments, namespace=namespace, to=receiver))

    def reset(self) -> None:
        """As MockServer.reset; the timeline goes on."""
        self._call(self._server.reset)

    def on(self, event: str, namespace: str = "/") -> Callable[[H], H]:
        """As MockServer.on."""
        return self._server.on(event, namespace)

    def on_connect(self, namespace: str = "/") -> Callable[[H], H]:
        """As MockServer.on_connect."""
        return self._server.on_connect(namespace)

    # --- what it has seen -----------------------------------------------------------------------

    @property
    def connections(self) -> tuple[ConnectionView, ...]:
        """As MockServer.connections, as they are now."""
        return self._call(
            lambda: tuple(ConnectionView.of(found) for found in self._server.connections)
        )

    @property
    def events(self) -> tuple[ReceivedEvent, ...]:
        """As MockServer.events."""
        return self._call(lambda: self._server.events)

    def wait_for_event(
        self, name: str, *, namespace: str = "/", count: int = 1, seconds: float = PATIENCE
    ) -> ReceivedEvent:
        """As MockServer.wait_for_event; raises EventMissingError."""
        waiting = self._server.wait_for_event(
            name, namespace=namespace, count=count, seconds=seconds
        )
        return self._run(waiting, seconds)

    def wait_for(
        self, what: Occurrence, *, count: int = 1, seconds: float = PATIENCE, **details: Detail
    ) -> Entry:
        """The entry which is number `count` of those of that kind that have these details.

        The details of each kind are named at Occurrence. Raises OccurrenceMissingError.
        """

        def look(entries: tuple[Entry, ...]) -> Entry | None:
            fitting = [
                entry
                for entry in entries
                if entry.what == what and details.items() <= entry.details.items()
            ]
            return fitting[count - 1] if len(fitting) >= count else None

        found = self.timeline.wait_for(look, seconds)
        if found is None:
            named = "".join(f", {name} {value!r}" for name, value in details.items())
            wanted = f'"{what}"{named}, number {count}'
            raise OccurrenceMissingError(wanted, seconds, self.timeline.entries())
        return found

    def wait_for_connection(
        self, *, namespace: str = "/", count: int = 1, seconds: float = PATIENCE
    ) -> ConnectionView:
        """The connection whose entering of the namespace was number `count`, as it is now.

        Raises OccurrenceMissingError.
        """
        entry = self.wait_for(
            Occurrence.ESTABLISHED, count=count, seconds=seconds, namespace=namespace
        )
        return next(found for found in self.connections if found.id == entry.details["connection"])

    # --- the loop -------------------------------------------------------------------------------

    def _run(self, work: Coroutine[Any, Any, T], waiting: float = 0.0) -> T:
        """Run what itself waits for that many seconds at the most."""
        try:
            return self._loop.run(work, waiting + AT_ONCE)
        except EventMissingError:
            raise
        except TimeoutError:
            raise LoopBlockedError from None

    def _call(self, function: Callable[[], T]) -> T:
        async def work() -> T:
            return function()

        return self._run(work())

    def _scope(self, scope: Scope | Namespace | ConnectionView) -> Scope | Namespace | Connection:
        return self._connection(scope) if isinstance(scope, ConnectionView) else scope

    def _connection(self, view: ConnectionView) -> Connection:
        """Raises ValueError if the server has forgotten the connection."""
        for connection in self._server.connections:
            if connection.id == view.id:
                return connection
        raise ValueError(f"the server knows no connection {view.id}: it was reset")
