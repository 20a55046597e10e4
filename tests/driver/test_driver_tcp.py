"""A driver at the other end of a TCP connection. Either end may connect."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

import bad_factories
from deadlines import DEADLINE
from pulsecheck.driver import errors
from pulsecheck.driver.driver import start
from pulsecheck.driver.pool import DriverPool
from pulsecheck.driver.spec import ConnectSpec, ListenSpec
from pulsecheck.driver.tcp import Connector, DriverListener
from pulsecheck.shared.timeouts import Timeouts

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
HASTY = Timeouts(patience=0.2, arrival=0.2, grace=0.3)
QUICK = Timeouts(patience=DEADLINE, arrival=DEADLINE, grace=0.3)


class Device:
    """Serves each connection with the next session, then closes the connection.

    The last session serves all further connections. `at` is the address of the device.
    """

    def __init__(self, *sessions: Serve) -> None:
        self._sessions = list(sessions)
        self.at = ConnectSpec("127.0.0.1", 0)
        self.sessions = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sessions += 1
        session = self._sessions.pop(0) if len(self._sessions) > 1 else self._sessions[0]
        await session(reader, writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    @contextlib.asynccontextmanager
    async def listening(self, port: int = 0) -> AsyncIterator["Device"]:
        server = await asyncio.start_server(self.serve, "127.0.0.1", port)
        self.at = ConnectSpec("127.0.0.1", server.sockets[0].getsockname()[1])
        try:
            yield self
        finally:
            server.close()

    def connect(self, address: str) -> None:
        """Connect to an announced address and serve there."""
        host, _, port = address.rpartition(":")

        async def connect() -> None:
            await self.serve(*await asyncio.open_connection(host.strip("[]"), int(port)))

        self.connecting = asyncio.create_task(connect())


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await bad_factories.answer(await reader.readline(), writer)
    await reader.readline()
    linger_not = b"\1\0\0\0\0\0\0\0"
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
    writer.transport.abort()


async def half_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await bad_factories.answer(await reader.readline(), writer)
    writer.write_eof()
    await reader.read()


async def print_banner(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await bad_factories.answer(await reader.readline(), writer)
    writer.write(b"> ready\n")
    await reader.read()


async def stay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer shutdown, and wait for the harness to close the connection."""
    while line := await reader.readline():
        await bad_factories.answer(line, writer)


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


# --- the harness connects -----------------------------------------------------------------------


def test_one_connection_serves_the_whole_run(run: Any) -> None:
    async def work() -> None:
        async with Device(bad_factories.serve).listening() as device:
            pool = DriverPool(device.at, QUICK)
            assert pool.limit == 1
            for _ in range(3):
                driver = await pool.acquire()
                await driver.sync()
                await pool.release(driver)
            assert await pool.close() == ()
            assert device.sessions == 1

    run(work())


def test_shutdown_ends_the_session_but_the_device_may_continue(run: Any) -> None:
    async def work() -> None:
        async with Device(bad_factories.serve).listening() as device:
            for number in (1, 2):
                driver = await start(Connector(device.at), QUICK)
                assert await driver.stop() is None
                assert device.sessions == number

    run(work())


def test_a_lost_connection_is_replaced_for_the_next_scenario(run: Any) -> None:
    async def work() -> None:
        async with Device(bad_factories.leave, bad_factories.serve).listening() as device:
            pool = DriverPool(device.at, QUICK)
            driver = await pool.acquire()
            with pytest.raises(errors.ConnectionEndedError):
                await driver.sync()
            await pool.release(driver)
            driver = await pool.acquire()
            await driver.sync()
            await pool.release(driver)
            assert await pool.close() == ()
            assert device.sessions == 2

    run(work())


def test_a_device_that_starts_late_is_reached(run: Any) -> None:
    async def work() -> None:
        port = unused_port()
        starting = asyncio.create_task(start(Connector(ConnectSpec("127.0.0.1", port)), QUICK))
        done, _ = await asyncio.wait((starting,), timeout=0.15)
        assert not done
        async with Device(bad_factories.serve).listening(port):
            driver = await starting
            await driver.sync()
            await driver.stop()

    run(work())


def test_an_unreachable_driver_is_reported_with_address_and_reason(run: Any) -> None:
    spec = ConnectSpec("127.0.0.1", unused_port())
    with pytest.raises(errors.DriverUnreachableError) as caught:
        run(start(Connector(spec), HASTY))
    text = str(caught.value)
    assert text.startswith(f"no driver could be reached at {spec} within 0.2 s: ")
    assert "refused" in text or "Connect call failed" in text
    assert "Start the driver first" in text


def test_a_host_that_does_not_exist_is_reported(run: Any) -> None:
    with pytest.raises(
        errors.DriverUnreachableError, match="no driver could be reached at tcp://no"
    ):
        run(start(Connector(ConnectSpec("nowhere.invalid", 4000)), HASTY))


def test_after_one_timeout_the_next_attempt_has_a_short_timeout(run: Any) -> None:
    async def work() -> None:
        port = unused_port()
        source = Connector(ConnectSpec("127.0.0.1", port))
        with pytest.raises(errors.DriverUnreachableError):
            await start(source, HASTY)
        with pytest.raises(errors.DriverUnreachableError, match=r"within 0\.5 s"):
            await start(source, QUICK)
        async with Device(bad_factories.serve).listening(port):
            driver = await start(source, QUICK)
            await driver.stop()

    run(work())


@pytest.mark.parametrize(
    ("session", "kind", "text"),
    [
        (bad_factories.leave, errors.ConnectionEndedError, "the other end closed it"),
        (half_close, errors.ConnectionEndedError, "the other end closed it"),
        (reset, errors.ConnectionEndedError, "Connection reset by peer"),
        (print_banner, errors.PlainTextError, "“> ready”"),
    ],
)
def test_a_lost_connection_is_diagnosed_without_standard_error(
    run: Any, session: Serve, kind: type[errors.DriverError], text: str
) -> None:
    async def work() -> None:
        async with Device(session).listening() as device:
            driver = await start(Connector(device.at), QUICK)
            with pytest.raises(errors.DriverError) as caught:
                await driver.sync()
            assert type(caught.value) is kind
            assert text in str(caught.value)
            assert "standard error:" not in str(caught.value)
            assert not driver.is_usable
            assert await driver.stop() is None

    run(work())


def test_a_connection_that_stays_open_after_shutdown_is_reported(run: Any) -> None:
    async def work() -> None:
        async with Device(stay).listening() as device:
            driver = await start(Connector(device.at), QUICK)
            ending = await driver.stop()
            assert type(ending) is errors.ConnectionNotClosedError
            assert "connection was still open 0.3 s after it had answered shutdown" in str(ending)

    run(work())


# --- the driver connects ------------------------------------------------------------------------


def test_a_driver_that_connects_is_used(run: Any) -> None:
    async def work() -> None:
        device = Device(bad_factories.serve)
        pool = DriverPool(ListenSpec("127.0.0.1", 0), QUICK, device.connect)
        assert pool.limit == 1
        for _ in range(2):
            driver = await pool.acquire()
            await driver.sync()
            await pool.release(driver)
        assert await pool.close() == ()
        await device.connecting
        assert device.sessions == 1

    run(work())


def test_a_driver_that_connects_again_is_used_again(run: Any) -> None:
    async def work() -> None:
        device = Device(bad_factories.leave, bad_factories.serve)
        pool = DriverPool(ListenSpec("127.0.0.1", 0), QUICK, device.connect)
        driver = await pool.acquire()
        with pytest.raises(errors.ConnectionEndedError, match=r"\(from 127\.0\.0\.1:\d+\) ended"):
            await driver.sync()
        await pool.release(driver)
        driver = await pool.acquire()
        await driver.sync()
        await pool.release(driver)
        assert await pool.close() == ()
        await device.connecting
        assert device.sessions == 2

    run(work())


def test_a_driver_that_connects_early_is_used_by_the_next_launch(run: Any) -> None:
    async def work() -> None:
        device, again = Device(bad_factories.leave), Device(bad_factories.serve)
        announced: asyncio.Queue[str] = asyncio.Queue()
        source = DriverListener(ListenSpec("127.0.0.1", 0), announced.put_nowait)
        starting = asyncio.create_task(start(source, QUICK))
        address = await announced.get()
        device.connect(address)
        driver = await starting
        again.connect(address)
        await driver.stop()
        second = await start(source, QUICK)
        await second.sync()
        await second.stop()
        await asyncio.gather(device.connecting, again.connecting)
        source.close()

    run(work())


def test_no_connection_within_the_timeout_is_reported(run: Any) -> None:
    async def work() -> None:
        announced: list[str] = []
        source = DriverListener(ListenSpec("127.0.0.1", 0), announced.append)
        with pytest.raises(errors.NoDriverConnectedError) as caught:
            await start(source, HASTY)
        source.close()
        assert f"no driver connected to {announced[0]} within 0.2 s\n" in str(caught.value)

    run(work())


def test_an_address_in_use_is_reported(run: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(errors.AddressUnusableError) as caught:
            run(start(DriverListener(ListenSpec("127.0.0.1", port), print), HASTY))
    assert f"cannot listen on 127.0.0.1:{port}: Address already in use" in str(caught.value)


def test_ipv6_works_both_ways(run: Any) -> None:
    async def work() -> None:
        device = Device(bad_factories.serve)
        source = DriverListener(ListenSpec("::1", 0), device.connect)
        driver = await start(source, QUICK)
        await driver.stop()
        source.close()
        await device.connecting
        server = await asyncio.start_server(device.serve, "::1", 0)
        port = server.sockets[0].getsockname()[1]
        driver = await start(Connector(ConnectSpec("::1", port)), QUICK)
        assert await driver.stop() is None
        server.close()

    run(work())
