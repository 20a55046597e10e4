"""Measure the mock server with many connections, and compare its speed with other servers.

First, the mock server holds the disconnects of a thousand clients and releases them one by one.
Then clients of each server connect, disconnect and make round trips. The servers take turns: the
mock server, python-socketio's server on aiohttp, and the JavaScript server if Node and npm's
socket.io are installed. The exit code is 1 if a disconnect is lost, or if the mock server is slower
than python-socketio's server.
"""

import asyncio
import contextlib
import resource
import shutil
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

from pulsecheck.mock_server import HoldDisconnects, MockServer
from pulsecheck.shared.timeline import Timeline

HERE = Path(__file__).parent
CLIENTS = 1_000
FILES = 3 * CLIENTS
ROUNDS = 5
SECONDS = 1.0
"""The duration of a measurement, in seconds."""
WORKERS = 16
DEADLINE = 60.0

REQUEST = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
    b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
CLOSE = b"\x88\x82\x00\x00\x00\x00\x03\xe8"


def frame(text: bytes) -> bytes:
    """Return a text frame whose mask is zero."""
    return bytes((0x81, 0x80 | len(text))) + bytes(4) + text


ENTER, LEAVE, ASK = frame(b"40"), frame(b"41"), frame(b'421["echo","x"]')


class Client:
    """A WebSocket client without a library."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def enter(cls, port: int) -> "Client":
        self = cls(*await asyncio.open_connection("127.0.0.1", port))
        self._writer.write(REQUEST)
        await self._reader.readuntil(b"\r\n\r\n")
        await self._frame()
        self._writer.write(ENTER)
        await self._frame()
        return self

    async def ask(self) -> None:
        self._writer.write(ASK)
        await self._frame()

    def send_disconnect(self) -> None:
        self._writer.write(LEAVE + CLOSE)

    async def end(self) -> bytes:
        """Read until the server closes the TCP connection. Returns the bytes."""
        rest = await self._reader.read()
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()
        return rest

    async def _frame(self) -> None:
        head = await self._reader.readexactly(2)
        length = head[1]
        if length == 126:
            length = int.from_bytes(await self._reader.readexactly(2))
        await self._reader.readexactly(length)


def peak_memory() -> int:
    """Return the peak memory of this process in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


# --- held disconnects ---------------------------------------------------------------------------


async def hold_disconnects() -> None:
    async with MockServer(record=Timeline().append) as server:
        before = peak_memory()
        clients = [await Client.enter(server.port) for _ in range(CLIENTS)]
        used = (peak_memory() - before) / CLIENTS
        holds = [server.add(HoldDisconnects(), connection) for connection in server.connections]
        for client in clients:
            client.send_disconnect()
        await asyncio.gather(*(each.wait_until_left(DEADLINE) for each in server.connections))
        ends = [asyncio.create_task(client.end()) for client in clients]
        for number, (hold, end) in enumerate(zip(holds, ends, strict=True)):
            if end.done():
                raise SystemExit(f"client {number} was disconnected before its release")
            hold.release()
            async with asyncio.timeout(DEADLINE):
                await end
        lost = sum(not connection.is_terminated for connection in server.connections)
    print(f"{CLIENTS} disconnects held and released one by one: {lost} lost")
    print(f"memory of a connection, including its client: {used:.0f} KiB")
    if lost:
        raise SystemExit(1)


# --- speed --------------------------------------------------------------------------------------


@contextlib.contextmanager
def served(command: list[str]) -> Iterator[int]:
    """Run a server in its own process. Yields its port."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()


async def cycles(port: int) -> float:
    """Return the number of clients per second that connect, enter the namespace and disconnect."""

    async def cycle() -> AsyncIterator[None]:
        while True:
            client = await Client.enter(port)
            client.send_disconnect()
            await client.end()
            yield

    return await _per_second(cycle)


async def round_trips(port: int) -> float:
    """Return the number of events per second that a server acknowledges."""

    async def talk() -> AsyncIterator[None]:
        client = await Client.enter(port)
        try:
            while True:
                await client.ask()
                yield
        finally:
            client.send_disconnect()
            await client.end()

    return await _per_second(talk)


async def _per_second(work: Callable[[], AsyncIterator[None]]) -> float:
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def run() -> int:
        done = 0
        async with contextlib.aclosing(work()) as steps:  # type: ignore[type-var]
            async for _ in steps:
                done += 1
                if loop.time() - began >= SECONDS:
                    break
        return done

    done = await asyncio.gather(*(run() for _ in range(WORKERS)))
    return sum(done) / (loop.time() - began)


def commands() -> dict[str, list[str]]:
    servers = str(HERE / "servers.py")
    known = {name: [sys.executable, servers, name] for name in ("mock", "python-socketio")}
    node = shutil.which("node")
    script = str(HERE / "server.js")
    has_package = (
        node
        and not subprocess.run(
            [node, "-e", "require.resolve('socket.io')"], capture_output=True, check=False
        ).returncode
    )
    if node and has_package:
        known["socket.io (JavaScript)"] = [node, script]
    else:
        print("the JavaScript server is not measured: Node or npm's socket.io is not installed")
    return known


async def compare() -> bool:
    measures: dict[str, Callable[[int], Awaitable[float]]] = {
        "connect and disconnect": cycles,
        "round trips": round_trips,
    }
    is_fast = True
    with contextlib.ExitStack() as stack:
        ports = {name: stack.enter_context(served(line)) for name, line in commands().items()}
        for what, measure in measures.items():
            speeds: dict[str, list[float]] = {name: [] for name in ports}
            for _ in range(ROUNDS):
                for name, port in ports.items():
                    speeds[name].append(await measure(port))
            middle = {name: statistics.median(values) for name, values in speeds.items()}
            for name, speed in middle.items():
                print(f"{what + ',':<24}{name:<24}{speed:9.0f} a second")
            ratio = middle["mock"] / middle["python-socketio"]
            print(f"{what}: mock / python-socketio = {ratio:.2f}   (at least 1)")
            is_fast = is_fast and ratio >= 1
    return is_fast


def main() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    if limit < FILES:
        raise SystemExit(
            f"the benchmark opens {FILES} files at once, but this machine allows only {most}"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, most))
    asyncio.run(hold_disconnects())
    if not asyncio.run(compare()):
        raise SystemExit("the mock server is slower than python-socketio's")


if __name__ == "__main__":
    main()
