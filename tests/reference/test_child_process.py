"""`python -m pulsecheck_reference`: driver sessions on standard streams, and over TCP."""

import asyncio
import contextlib
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator

import pytest

from deadlines import DEADLINE
from event_loop import leaving_no_task
from reference_client import Client, project
from small_server import server


@contextlib.asynccontextmanager
async def child(*command: str) -> AsyncIterator[Process]:
    made = await asyncio.create_subprocess_exec(
        sys.executable,
        *(command or ("-m", "pulsecheck_reference")),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
    )
    try:
        async with asyncio.timeout(DEADLINE):
            yield made
    finally:
        if made.returncode is None:
            made.kill()
        await made.communicate()


def client_of(process: Process) -> Client:
    assert process.stdin is not None
    assert process.stdout is not None
    return Client(process.stdout, process.stdin)


async def establish(client: Client, port: int) -> None:
    await client.ask("project/open", project=project(port))
    await client.pulse("start")
    await client.pulsed("on start")


@leaving_no_task
async def test_it_answers_and_exits_after_shutdown() -> None:
    async with server() as there, child() as process:
        client = client_of(process)
        await establish(client, there.port)
        await client.ask("shutdown")
        await client.reading
        assert await process.wait() == 0
        await there.has_no_clients()
        assert process.stderr is not None
        assert await process.stderr.read() == b""


@leaving_no_task
async def test_the_end_of_standard_input_ends_it() -> None:
    async with server() as there, child() as process:
        client = client_of(process)
        await establish(client, there.port)
        client.close()
        await client.reading
        assert await process.wait() == 0
        await there.has_no_clients()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@leaving_no_task
async def test_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    async with server() as there, child() as process:
        client = client_of(process)
        await establish(client, there.port)
        process.send_signal(number)
        await client.reading
        assert await process.wait() == 0
        await there.has_no_clients()
        assert process.stderr is not None
        assert await process.stderr.read() == b""


@leaving_no_task
async def test_it_ends_while_a_server_holds_a_disconnect() -> None:
    async with server() as there, child() as process:
        client = client_of(process)
        await establish(client, there.port)
        there.may_close.clear()
        await client.pulse("stop")
        await there.left()
        client.close()
        await client.reading
        assert await process.wait() == 0


@leaving_no_task
async def test_it_ends_when_its_output_is_closed() -> None:
    async with child() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout._transport.close()  # type: ignore[attr-defined]
        process.stdin.write(b'{"jsonrpc":"2.0","id":1,"method":"runtime/sync"}\n')
        assert await process.wait() == 0


PRINTS = """
import asyncio, sys
from pulsecheck_reference.streams import serve_standard, take_standard_output
output = take_standard_output()
print("prose")
asyncio.run(serve_standard(output))
"""


@leaving_no_task
async def test_printed_text_goes_to_standard_error() -> None:
    async with child("-c", PRINTS) as process:
        client = client_of(process)
        await client.ask("shutdown")
        await client.reading
        assert process.stderr is not None
        assert await process.stderr.read() == b"prose\n"


async def address_of(process: Process) -> tuple[str, int]:
    """Read the address on which the process listens."""
    assert process.stderr is not None
    line = await process.stderr.readline()
    host, _, port = line.decode().removeprefix("listening on ").partition(":")
    return host, int(port)


@leaving_no_task
async def test_it_serves_one_tcp_session_after_the_other() -> None:
    async with server() as there, child("-m", "pulsecheck_reference", "--listen", "0") as process:
        where = await address_of(process)
        for _ in range(2):
            client = Client(*await asyncio.open_connection(*where))
            await establish(client, there.port)
            await client.ask("shutdown")
            await client.reading
            client.close()
            await there.has_no_clients()
        client = Client(*await asyncio.open_connection(*where))
        await establish(client, there.port)
        process.send_signal(signal.SIGTERM)
        await client.reading
        client.close()
        assert await process.wait() == 0
        await there.has_no_clients()


@leaving_no_task
async def test_it_connects_and_ends_after_the_session() -> None:
    connected: asyncio.Queue[Client] = asyncio.Queue()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.put_nowait(Client(reader, writer))

    async with await asyncio.start_server(take, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        async with child("-m", "pulsecheck_reference", "--connect", f"127.0.0.1:{port}") as process:
            client = await connected.get()
            await client.ask("shutdown")
            await client.reading
            client.close()
            assert await process.wait() == 0


@pytest.mark.parametrize("way", ["--listen", "--connect"])
@leaving_no_task
async def test_an_unusable_address_is_reported_in_one_line(way: str) -> None:
    async with await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0) as taken:
        port = taken.sockets[0].getsockname()[1]
        if way == "--connect":
            taken.close()
        async with child("-m", "pulsecheck_reference", way, str(port)) as process:
            assert await process.wait() == 1
            assert process.stderr is not None
            printed = (await process.stderr.read()).decode()
            assert printed.startswith("pulsecheck_reference: ")
            assert str(port) in printed
            assert "Traceback" not in printed
