"""SynchronousMockServer, used from a synchronous test."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import socketio

from deadlines import DEADLINE
from pulsecheck.mock_server import (
    Connection,
    EventMissingError,
    HoldDisconnects,
    LeaveNamespace,
    Namespace,
    Occurrence,
    PortInUseError,
    ReactionsError,
    RefuseConnection,
)
from pulsecheck.pytest_plugin import synchronous
from pulsecheck.pytest_plugin.synchronous import (
    HandlersFailedError,
    LoopBlockedError,
    OccurrenceMissingError,
    SynchronousMockServer,
)
from simple_client import simple_client

SHORTLY = 0.05


@pytest.fixture
def server() -> Iterator[SynchronousMockServer]:
    with SynchronousMockServer() as server:
        yield server


def connected(
    server: SynchronousMockServer, namespace: str = "/"
) -> contextlib.AbstractContextManager[Any]:
    return simple_client(server.url, namespace)


def test_events_are_sent_in_both_directions(server: SynchronousMockServer) -> None:
    with connected(server) as client:
        client.emit("news", {"n": 1})
        event = server.wait_for_event("news")
        assert (event.connection, event.arguments) == (1, ({"n": 1},))
        assert server.events == (event,)
        server.emit("answer", "text", to=server.wait_for_connection())
        assert client.receive(timeout=DEADLINE) == ["answer", "text"]


def test_connections_are_snapshots(server: SynchronousMockServer) -> None:
    with connected(server):
        view = server.wait_for_connection()
        assert server.connections == (view,)
        assert (view.id, view.transport, view.namespaces) == (1, "websocket", ("/",))
        assert view.is_established
    server.wait_for(Occurrence.TERMINATED, connection=1)
    assert server.connections[0].is_terminated


def test_a_held_disconnect_ends_with_its_release(server: SynchronousMockServer) -> None:
    with connected(server) as client:
        hold = server.add(HoldDisconnects())
        leaving = threading.Thread(target=client.disconnect)
        leaving.start()
        server.wait_for(Occurrence.FAULT_APPLIED, fault="hold disconnects")
        assert server.connections[0].has_left
        assert not server.connections[0].is_terminated
        assert not hold.is_over
        hold.release()
        assert hold.is_over
        server.wait_for(Occurrence.TERMINATED)
        leaving.join(DEADLINE)


def test_a_fault_can_be_limited(server: SynchronousMockServer) -> None:
    server.add(RefuseConnection("no"), Namespace("/"), times=1)
    with pytest.raises(socketio.exceptions.ConnectionError), connected(server):
        pass
    server.wait_for(Occurrence.REFUSED, message="no")
    server.wait_for(Occurrence.FAULT_ENDS)
    with connected(server):
        server.add(LeaveNamespace(), server.wait_for_connection())
        server.wait_for(Occurrence.NAMESPACE_LEFT, by="server")


def test_a_reset_drops_terminated_connections_and_events(server: SynchronousMockServer) -> None:
    with connected(server) as client:
        client.emit("news")
        server.wait_for_event("news")
        view = server.wait_for_connection()
    server.wait_for(Occurrence.TERMINATED)
    hold = server.add(HoldDisconnects())
    server.reset()
    assert hold.is_over
    assert (server.connections, server.events) == ((), ())
    with pytest.raises(ValueError, match="has no connection 1 any more"):
        server.emit("news", to=view)


def test_handlers_are_registered_on_the_server(server: SynchronousMockServer) -> None:
    @server.on("twice")
    def twice(_connection: Connection, number: int) -> tuple[int]:
        return (2 * number,)

    @server.on_connect()
    def greet(connection: Connection, _auth: object) -> None:
        connection.emit("/", "hello", ())

    with connected(server) as client:
        assert client.receive(timeout=DEADLINE) == ["hello"]
        assert client.call("twice", 21, timeout=DEADLINE) == 42


def fail_in_a_handler() -> None:
    failed = threading.Event()
    with SynchronousMockServer() as server:

        @server.on("fail")
        async def fail(_connection: Connection) -> None:
            failed.set()
            raise KeyError("x")

        with connected(server) as client:
            client.emit("fail")
            assert failed.wait(DEADLINE)


def test_an_error_in_a_handler_is_raised_on_exit() -> None:
    with pytest.raises(HandlersFailedError, match=r"an event's handler failed: KeyError\('x'\)"):
        fail_in_a_handler()


def test_a_blocked_loop_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synchronous, "CALL_TIMEOUT", 0.5)
    may_continue = threading.Event()
    with SynchronousMockServer() as server:

        @server.on("block")
        def block(_connection: Connection) -> None:
            assert may_continue.wait(DEADLINE)

        with connected(server) as client:
            client.emit("block")
            server.wait_for(Occurrence.EVENT_RECEIVED)
            with pytest.raises(LoopBlockedError) as raised:
                server.emit("news")
            assert str(raised.value).startswith("the mock server did not respond within 0.5 s. ")
            may_continue.set()
            server.wait_for_event("block")


def test_timeout_errors_show_what_was_received(server: SynchronousMockServer) -> None:
    with pytest.raises(EventMissingError, match="received: no event"):
        server.wait_for_event("news", seconds=SHORTLY)
    with pytest.raises(OccurrenceMissingError) as raised:
        server.wait_for_connection(seconds=SHORTLY)
    assert str(raised.value) == (
        "expected \"namespace established\", namespace='/', number 1, within 0.05 s. "
        "Last timeline entries:\n  no entries"
    )
    server.add(HoldDisconnects())
    with pytest.raises(OccurrenceMissingError, match="fault begins fault='hold disconnects'"):
        server.wait_for_connection(seconds=SHORTLY)


def test_a_port_in_use_is_an_error(server: SynchronousMockServer) -> None:
    with pytest.raises(PortInUseError), SynchronousMockServer(port=server.port):
        pass


def test_namespaces_of_reactions_are_used(tmp_path: Path) -> None:
    path = tmp_path / "reactions.toml"
    path.write_text(
        'namespaces = ["/only"]\n[[on_connect]]\nnamespace = "/only"\n'
        'do = [{ action = "emit", event = "hello" }]'
    )
    with SynchronousMockServer(reactions=path) as server:
        with connected(server, "/only") as client:
            assert client.receive(timeout=DEADLINE) == ["hello"]
        with pytest.raises(socketio.exceptions.ConnectionError), connected(server):
            pass
        server.wait_for(Occurrence.REFUSED, message="Invalid namespace")
    with pytest.raises(ReactionsError):
        SynchronousMockServer(reactions=tmp_path / "none.toml")
