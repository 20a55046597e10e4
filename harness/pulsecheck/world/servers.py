"""The mock servers of a scenario: one server for each connection, with the connection's name."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from pulsecheck.driver.spec import LOOPBACK
from pulsecheck.mock_server import ALL, Detail, Fault, FaultHandle, MockServer, url_of
from pulsecheck.shared.loop_thread import LoopThread
from pulsecheck.shared.timeline import Entry, Timeline

WILDCARDS = ("0.0.0.0", "::", "")  # noqa: S104 - bound only if the user names one
MAX_PAYLOAD = 16_000_000
"""The maximum size of a message in bytes, with room for escapes, which make texts longer."""
DEFAULT_HEARTBEAT = (25.0, 20.0)
SHORT_HEARTBEAT = (0.1, 0.5)
"""Interval and timeout in seconds. The short heartbeat is for scenarios in which the heartbeat
stops. The short timeout is still long enough for a slow client."""


class Hosts(msgspec.Struct, frozen=True, kw_only=True):
    """The host on which mock servers listen, and the host in the URLs that implementations get."""

    bound: str = LOOPBACK
    advertised: str = LOOPBACK


LOCAL = Hosts()


def hosts(bound: str = LOOPBACK, advertised: str | None = None) -> Hosts:
    """Return the hosts. `advertised` defaults to `bound`.

    Raises ValueError, with a message for users, if `bound` is a wildcard and `advertised` is None.
    """
    if advertised is None and bound in WILDCARDS:
        raise ValueError(
            f"{bound} stands for all addresses of this machine, so the implementation cannot "
            "connect to it. Give --advertise-host an address that the implementation can reach."
        )
    return Hosts(bound=bound, advertised=advertised or bound)


class Servers:
    """Mock servers on the loop. Call the methods from the scenario's thread."""

    def __init__(self, loop: LoopThread, timeline: Timeline, hosts: Hosts) -> None:
        self._loop = loop
        self._hosts = hosts
        self._timeline = timeline
        self._servers: dict[str, MockServer] = {}
        self._faults: dict[str, list[FaultHandle]] = {}

    def __getitem__(self, name: str) -> MockServer:
        return self._servers[name]

    def start(self, name: str, *, short_heartbeat: bool = False) -> MockServer:
        """Start a mock server. In the server's timeline entries, the detail "server" is `name`."""

        def record(source: str, what: str, details: Mapping[str, Detail]) -> Entry:
            return self._timeline.append(source, what, {"server": name, **details})

        async def start() -> MockServer:
            interval, timeout = SHORT_HEARTBEAT if short_heartbeat else DEFAULT_HEARTBEAT
            server = MockServer(
                self._hosts.bound,
                ping_interval=interval,
                ping_timeout=timeout,
                max_payload=MAX_PAYLOAD,
                record=record,
            )
            await server.start()
            return server

        self._servers[name] = server = self._loop.run(start())
        return server

    def url(self, name: str) -> str:
        """Return the URL by which an implementation reaches a server."""
        return url_of(self._hosts.advertised, self._servers[name].port)

    def stop(self, name: str) -> None:
        self._loop.run(self._servers.pop(name).close())

    def add_fault(self, name: str, fault: Fault) -> None:
        """Add a fault for all connections to a server, until the fault is released."""
        handle = self._loop.call(lambda: self._servers[name].add(fault, scope=ALL))
        self._faults.setdefault(name, []).append(handle)

    def apply_once(self, name: str, fault: Fault) -> None:
        """Apply a fault to the connections that are open now, but not to later connections."""
        self._loop.call(lambda: self._servers[name].add(fault, scope=ALL).release())

    def release_faults(self, name: str) -> None:
        """Release all faults that `add_fault` added to a server."""
        for handle in self._faults.pop(name, []):
            self._loop.call(handle.release)

    def emit(
        self,
        name: str,
        event: str,
        argument_lists: Sequence[tuple[Any, ...]],
        namespace: str,
        *,
        ack: bool,
    ) -> None:
        """Emit the event once for each argument list, one after the other."""
        server = self._servers[name]

        async def emit() -> None:
            for arguments in argument_lists:
                await server.emit(event, *arguments, namespace=namespace, ack=ack)

        self._loop.run(emit())

    def release_all_faults(self) -> None:
        for name in tuple(self._faults):
            self.release_faults(name)

    def stop_all(self) -> None:
        for name in tuple(self._servers):
            self.stop(name)
