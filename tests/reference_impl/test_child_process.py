"""`python -m reference_impl`: a driver session on standard input and output."""

import asyncio
import contextlib
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator

import pytest

from tests.reference_impl.conftest import DEADLINE, Client, in_a_loop, project, server


@contextlib.asynccontextmanager
async def child(*command: str) -> AsyncIterator[Process]:
    made = await asyncio.create_subprocess_exec(
        sys.executable, *(command or ("-m", "reference_impl")), stdin=PIPE, stdout=PIPE, stderr=PIPE
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


@in_a_loop
async def test_it_answers_and_exits_after_shutdown() -> None:
    async with server() as there, child() as process:
        client = client_of(process)
        await establish(client, there.port)
        await client.ask("shutdown")
        await client.reading
        assert await process.wait() == 0
        await there.is_rid_of_all()
        assert process.stderr is not None
        assert await process.stderr.read() == b""


@in_a_loop
async def test_the_end_of_standard_input_ends_it() -> None:
    async with server() as there, child() as process:
        client = client_of(process)
        await establish(client, there.port)
        client.close()
        await client.reading
        assert await process.wait() == 0
        await there.is_rid_of_all()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@in_a_loop
async def test_a_signal_ends_it_cleanly(number: signal.Signals) -> None:
    async with server() as there, child() as process:
        client = client_of(process)
        await establish(client, there.port)
        process.send_signal(number)
        await client.reading
        assert await process.wait() == 0
        await there.is_rid_of_all()
        assert process.stderr is not None
        assert await process.stderr.read() == b""


@in_a_loop
async def test_it_ends_although_a_server_holds_its_disconnect() -> None:
    async with server() as there, child() as process:
        client = client_of(process)
        await establish(client, there.port)
        there.may_close.clear()
        await client.pulse("stop")
        await there.left()
        client.close()
        await client.reading
        assert await process.wait() == 0


@in_a_loop
async def test_it_ends_when_nobody_reads_any_more() -> None:
    async with child() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout._transport.close()  # type: ignore[attr-defined]
        process.stdin.write(b'{"jsonrpc":"2.0","id":1,"method":"runtime/sync"}\n')
        assert await process.wait() == 0


PRINTS = """
import asyncio, sys
from reference_impl.__main__ import serve_standard_streams, take_standard_output
output = take_standard_output()
print("prose")
asyncio.run(serve_standard_streams(output))
"""


@in_a_loop
async def test_what_is_printed_goes_to_standard_error() -> None:
    async with child("-c", PRINTS) as process:
        client = client_of(process)
        await client.ask("shutdown")
        await client.reading
        assert process.stderr is not None
        assert await process.stderr.read() == b"prose\n"
