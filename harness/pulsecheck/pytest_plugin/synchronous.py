"""A mock server for synchronous code. It runs on an event loop in its own thread."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self, TypedDict, TypeVar, Unpack

from pulsecheck.mock_server import (
    ALL,
    Connection,
    ConnectionView,
    Detail,
    EventMissingError,
    Fault,
    FaultHandle,
    Handler,
    MockServer,
    Namespace,
    Occurrence,
    Reactions,
    ReceivedEvent,
    Scope,
    load_reactions,
)
from pulsecheck.mock_server.inbox import DEFAULT_TIMEOUT
from pulsecheck.shared.loop_thread import LoopThread
from pulsecheck.shared.timeline import Entry, Timeline

CALL_TIMEOUT = 5.0
"""Seconds that a call may take. If the call has its own timeout, that timeout is added."""
SHOWN = 8
"""The number of timeline entries that an error shows."""
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
    """Settings of the fixture: arguments of MockServer, and `reactions`, a TOML or JSON file."""

    reactions: Path


class LoopBlockedError(TimeoutError):
    """The server's event loop did not execute a call in time."""

    def __str__(self) -> str:
        return (
            f"the mock server did not respond within {CALL_TIMEOUT:g} s. Check that no handler "
            "blocks, and that no handler calls the fixture or SynchronousMockServer."
        )


class HandlersFailedError(Exception):
    """Handlers failed, or other errors occurred on the server's event loop."""

    def __init__(self, failures: Sequence[str]) -> None:
        super().__init__("\n".join(failures))


class OccurrenceMissingError(TimeoutError):
    """An occurrence has not been recorded within the timeout."""

    def __init__(self, expected: str, seconds: float, timeline: Sequence[Entry]) -> None:
        super().__init__(expected, seconds, timeline)
        self.expected = expected
        self.seconds = seconds
        self.timeline = timeline

    def __str__(self) -> str:
        lines = [str(entry) for entry in self.timeline[-SHOWN:]] or ["no entries"]
        return "\n  ".join(
            [f"expected {self.expected} within {self.seconds:g} s. Last timeline entries:", *lines]
        )


class SynchronousFaultHandle:
    """The handle of a fault that was added to a SynchronousMockServer."""

    def __init__(self, handle: FaultHandle, release: Callable[[], None]) -> None:
        self._handle = handle
        self._release = release

    @property
    def is_over(self) -> bool:
        """The fault has ended."""
        return self._handle.is_over

    def release(self) -> None:
        """End the fault, and release everything that it holds. A second call has no effect."""
        self._release()


class SynchronousMockServer:
    """A MockServer for synchronous code. Use it as a context manager, in one thread.

    Every call has a timeout. If the server does not respond in that time, LoopBlockedError is
    raised. Handlers run on the server's event loop, in another thread. A handler must use the
    Connection that it gets, and not this object. On exit, HandlersFailedError is raised if a
    handler has failed.
    """

    def __init__(self, reactions: Path | None = None, **settings: Unpack[_ServerArguments]) -> None:
        """Create a server. `reactions` is a TOML or JSON file. `settings`: arguments of MockServer.

        The setting `namespaces` overrides the namespaces of the reactions. Raises ReactionsError.
        """
        self.timeline = Timeline()
        """The records of the server. All methods of the timeline are thread-safe."""
        read = Reactions() if reactions is None else load_reactions(reactions)
        if read.namespaces is not None:
            settings.setdefault("namespaces", read.namespaces)
        self._server = MockServer(**settings, record=self.timeline.append)
        read.register(self._server)

    def __enter__(self) -> Self:
        """Start the server. Raises PortInUseError."""
        self._loop = LoopThread()
        self._loop.start()
        try:
            self._run(self._server.start())
        except BaseException:
            self._loop.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        # Raises LoopBlockedError if the loop is blocked. The loop's thread then stays, as a daemon.
        self._run(self._server.close())
        self._loop.stop()
        if failures := self._loop.take_failures():
            raise HandlersFailedError(failures)

    @property
    def port(self) -> int:
        """The port that the server listens on."""
        return self._server.port

    @property
    def url(self) -> str:
        """The URL to connect to, without a path."""
        return self._server.url

    # --- faults, events and handlers ------------------------------------------------------------

    def add(
        self,
        fault: Fault,
        scope: Scope | Namespace | ConnectionView = ALL,
        seconds: float | None = None,
        times: int | None = None,
    ) -> SynchronousFaultHandle:
        """Add a fault, as MockServer.add does. The fault is active when the call returns."""
        handle = self._call(
            lambda: self._server.add(fault, self._scope(scope), seconds=seconds, times=times)
        )
        return SynchronousFaultHandle(handle, partial(self._call, handle.release))

    def emit(
        self, event: str, *arguments: Any, namespace: str = "/", to: ConnectionView | None = None
    ) -> None:
        """Send an event, as MockServer.emit does."""
        receiver = None if to is None else self._connection(to)
        self._run(self._server.emit(event, *arguments, namespace=namespace, to=receiver))

    def reset(self) -> None:
        """Reset the server, as MockServer.reset does. The timeline keeps its entries."""
        self._call(self._server.reset)

    def on(self, event: str, namespace: str = "/") -> Callable[[H], H]:
        """Register a handler of an event, as MockServer.on does."""
        return self._server.on(event, namespace)

    def on_connect(self, namespace: str = "/") -> Callable[[H], H]:
        """Register a handler of connections, as MockServer.on_connect does."""
        return self._server.on_connect(namespace)

    # --- connections, events and records --------------------------------------------------------

    @property
    def connections(self) -> tuple[ConnectionView, ...]:
        """Snapshots of MockServer.connections."""
        return self._call(
            lambda: tuple(ConnectionView.of(connection) for connection in self._server.connections)
        )

    @property
    def events(self) -> tuple[ReceivedEvent, ...]:
        """The received events, as in MockServer.events."""
        return self._call(lambda: self._server.events)

    def wait_for_event(
        self, name: str, *, namespace: str = "/", count: int = 1, seconds: float = DEFAULT_TIMEOUT
    ) -> ReceivedEvent:
        """Wait for an event, as MockServer.wait_for_event does. Raises EventMissingError."""
        waiting = self._server.wait_for_event(
            name, namespace=namespace, count=count, seconds=seconds
        )
        return self._run(waiting, seconds)

    def wait_for(
        self,
        what: Occurrence,
        *,
        count: int = 1,
        seconds: float = DEFAULT_TIMEOUT,
        **details: Detail,
    ) -> Entry:
        """Wait for an occurrence with these details, and return its timeline entry.

        `count` selects the first, second, … such entry of the timeline. Occurrence lists the
        details of each kind. Raises OccurrenceMissingError after `seconds`.
        """

        def find(entries: tuple[Entry, ...]) -> Entry | None:
            matching = [
                entry
                for entry in entries
                if entry.what == what and details.items() <= entry.details.items()
            ]
            return matching[count - 1] if len(matching) >= count else None

        found = self.timeline.wait_for(find, seconds)
        if found is None:
            conditions = "".join(f", {name}={value!r}" for name, value in details.items())
            expected = f'"{what}"{conditions}, number {count},'
            raise OccurrenceMissingError(expected, seconds, self.timeline.entries())
        return found

    def wait_for_connection(
        self, *, namespace: str = "/", count: int = 1, seconds: float = DEFAULT_TIMEOUT
    ) -> ConnectionView:
        """Wait until a client has entered the namespace. Return a snapshot of its connection.

        `count` selects the first, second, … time that a client has entered the namespace. Raises
        OccurrenceMissingError after `seconds`.
        """
        entry = self.wait_for(
            Occurrence.ESTABLISHED, count=count, seconds=seconds, namespace=namespace
        )
        return next(found for found in self.connections if found.id == entry.details["connection"])

    # --- the loop -------------------------------------------------------------------------------

    def _run(self, work: Coroutine[Any, Any, T], own_timeout: float = 0.0) -> T:
        """Run a coroutine on the loop, for at most `own_timeout` plus CALL_TIMEOUT seconds."""
        try:
            return self._loop.run(work, own_timeout + CALL_TIMEOUT)
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
        """Return the connection of a snapshot. Raises ValueError if the server has dropped it."""
        for connection in self._server.connections:
            if connection.id == view.id:
                return connection
        raise ValueError(
            f"the server has no connection {view.id} any more: it was dropped by a reset"
        )
