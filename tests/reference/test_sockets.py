"""The sockets of an attempt. The attempt ends after its sockets have closed."""

import asyncio
import socket

import pytest
from aiohttp import AddrInfoType

from deadlines import DEADLINE
from event_loop import leaving_no_task
from pulsecheck_reference import attempt
from pulsecheck_reference.attempt import Attempt
from pulsecheck_reference.sockets import Sockets
from small_server import server

ADDRESS = (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 1))


@leaving_no_task
async def test_all_are_closed_when_the_last_one_is() -> None:
    sockets = Sockets()
    await sockets.all_closed()
    first, second = sockets.create(ADDRESS), sockets.create(ADDRESS)
    waiting = asyncio.create_task(sockets.all_closed())
    first.close()
    first.close()
    await asyncio.wait({waiting}, timeout=0)
    assert not waiting.done()
    second.close()
    await waiting


@leaving_no_task
async def test_a_cut_ends_all_connections_and_allows_no_more() -> None:
    with socket.create_server(("127.0.0.1", 0)) as there:
        sockets = Sockets()
        idle = sockets.create(ADDRESS)
        with sockets.create(ADDRESS) as connected:
            connected.connect(there.getsockname())
            sockets.cut()
            assert connected.recv(1) == b""
            with pytest.raises(OSError, match="the connection has been given up"):
                sockets.create(ADDRESS)
        idle.close()
        await sockets.all_closed()


class RememberingSockets(Sockets):
    """The sockets of a test's only attempt. Class attributes keep the sockets for the test."""

    made: list[socket.socket]
    of_attempt: Sockets

    def __init__(self) -> None:
        super().__init__()
        RememberingSockets.of_attempt = self

    def create(self, address: AddrInfoType) -> socket.socket:
        self.made.append(super().create(address))
        return self.made[-1]


class Witness:
    """A witness that notes which sockets are still open when its attempt ends."""

    def __init__(self) -> None:
        self.is_established = asyncio.Event()
        self.open_at_the_end: list[int] | None = None

    def established(self) -> None:
        self.is_established.set()

    def ended(self) -> None:
        made = RememberingSockets.made
        self.open_at_the_end = [each.fileno() for each in made if each.fileno() != -1]

    def failed(self, message: str) -> None:
        raise AssertionError(message)

    def dismissed(self) -> None:
        raise AssertionError

    def received(self, namespace: str, event: str, message: str) -> None:
        raise AssertionError((namespace, event, message))

    def errored(self, namespace: str, message: str) -> None:
        raise AssertionError((namespace, message))


@pytest.mark.parametrize("transports", [("websocket",), ("polling",), ("polling", "websocket")])
@leaving_no_task
async def test_no_socket_is_open_when_an_attempt_has_ended(
    transports: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    RememberingSockets.made = []
    monkeypatch.setattr(attempt, "Sockets", RememberingSockets)
    async with server() as there:
        witness = Witness()
        made = Attempt(f"http://127.0.0.1:{there.port}", transports, {"/"}, witness)
        await witness.is_established.wait()
        assert any(each.fileno() != -1 for each in RememberingSockets.made)
        made.close()
        await made.wait_ended()
        assert witness.open_at_the_end == []


@leaving_no_task
async def test_an_attempt_has_not_ended_while_one_socket_is_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    RememberingSockets.made = []
    monkeypatch.setattr(attempt, "Sockets", RememberingSockets)
    async with server() as there:
        witness = Witness()
        made = Attempt(f"http://127.0.0.1:{there.port}", ("websocket",), {"/"}, witness)
        await witness.is_established.wait()
        last = RememberingSockets.of_attempt.create(ADDRESS)
        made.close()
        await there.has_no_clients()
        over = asyncio.create_task(made.wait_ended())
        await asyncio.wait({over}, timeout=0.05)
        assert witness.open_at_the_end is None
        last.close()
        await over
        assert witness.open_at_the_end == []


@leaving_no_task
async def test_a_server_that_stops_reading_keeps_no_socket_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    RememberingSockets.made = []
    monkeypatch.setattr(attempt, "Sockets", RememberingSockets)
    monkeypatch.setattr(attempt, "CLOSE_TIMEOUT", 0.1)
    async with server() as there:
        witness = Witness()
        made = Attempt(f"http://127.0.0.1:{there.port}", ("websocket",), {"/"}, witness)
        await witness.is_established.wait()
        there.sessions[0].stop_reading()
        await made.send("/", "news", "x" * 32 * 2**20)
        made.close()
        async with asyncio.timeout(DEADLINE):
            await made.wait_ended()
        assert witness.open_at_the_end == []
        there.sessions[0].reset()
