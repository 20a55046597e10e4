"""A scenario's mock servers: one for each connection, named after it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from pulsecheck.driver.spec import LOOPBACK
from pulsecheck.mock_server import ALL, Fault, FaultHandle, MockServer, url_of
from pulsecheck.shared.loop_thread import LoopThread
from pulsecheck.shared.timeline import Detail, Entry, Timeline

WILDCARDS = ("0.0.0.0", "::", "")  # noqa: S104 - they are refused, or bound when asked for
LARGEST_PAYLOAD = 16_000_000
"""Bytes that a message may have on the wire: escapes may make a long text several times longer."""
USUAL_HEARTBEAT = (25.0, 20.0)
QUICK_HEARTBEAT = (0.1, 0.5)
"""Interval and timeout in seconds. The quick one is for scenarios that wait until it stops; a
slow client can keep it."""


class Hosts(msgspec.Struct, frozen=True, kw_only=True):
    """Where mock servers listen, and by which host an implementation is told to reach them."""

    bound: str = LOOPBACK
    advertised: str = LOOPBACK


LOCAL = Hosts()


def hosts(bound: str = LOOPBACK, advertised: str | None = None) -> Hosts:
    """The hosts that were asked for: what is bound is advertised, unless told otherwise.

    Raises ValueError, with a message for users, if nobody could know what to advertise.
    """
    if advertised is None and bound in WILDCARDS:
        raise ValueError(
            f"{bound} stands for all addresses of this machine, and none to connect to: "
            "give --advertise-host the one that the implementation can reach."
        )
    return Hosts(bound=bound, advertised=advertised or bound)


class Servers:
    """They run on the loop; the methods are called from the scenario's thread."""

    def __init__(self, loop: LoopThread, timeline: Timeline, hosts: Hosts) -> None:
        self._loop = loop
        self._hosts = hosts
        self._timeline = timeline
        self._servers: dict[str, MockServer] = {}
        self._faults: dict[str, list[FaultHandle]] = {}

    def __getitem__(self, name: str) -> MockServer:
        return self._servers[name]

    def start(self, name: str, *, quick: bool = False) -> MockServer:
        """Start a server; with `quick`, one whose heart beats quickly."""

        def record(source: str, what: str, details: Mapping[str, Detail]) -> Entry:
            return self._timeline.append(source, what, {"server": name, **details})

        async def start() -> MockServer:
            interval, timeout = QUICK_HEARTBEAT if quick else USUAL_HEARTBEAT
            server = MockServer(
                self._hosts.bound,
                ping_interval=interval,
                ping_timeout=timeout,
                max_payload=LARGEST_PAYLOAD,
                record=record,
            )
            await server.start()
            return server

        self._servers[name] = server = self._loop.run(start())
        return server

    def url(self, name: str) -> str:
        """How an implementation reaches a server."""
        return url_of(self._hosts.advertised, self._servers[name].port)

    def stop(self, name: str) -> None:
        self._loop.run(self._servers.pop(name).close())

    def add_fault(self, name: str, fault: Fault) -> None:
        """Put a fault in place, for all connections to that server, until released."""
        handle = self._loop.call(lambda: self._servers[name].add(fault, scope=ALL))
        self._faults.setdefault(name, []).append(handle)

    def strike(self, name: str, fault: Fault) -> None:
        """Have a momentary fault befall the connections that are open now, and no later one."""
        self._loop.call(lambda: self._servers[name].add(fault, scope=ALL).release())

    def release_faults(self, name: str) -> None:
        """End all faults of a server."""
        for handle in self._faults.pop(name, []):
            self._loop.call(handle.release)

    def emit(
        self, name: str, event: str, series: Sequence[tuple[Any, ...]], namespace: str
    ) -> None:
        """Emit an event for each of these arguments, one after the other."""
        server = self._servers[name]

        async def emit() -> None:
            for arguments in series:
                await server.emit(event, *arguments, namespace=namespace)

        self._loop.run(emit())

    def release_all_faults(self) -> None:
        for name in tuple(self._faults):
            self.release_faults(name)

    def stop_all(self) -> None:
        for name in tuple(self._servers):
            self.stop(name)
