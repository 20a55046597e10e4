"""The server answers any input from the network with an error, or closes the connection.

Each example uses one server. After the example, no exception has reached the event loop, every TCP
connection has ended, and the server still serves a correct client.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.mock_server.test_faults import EVERY_FAULT

from deadlines import DEADLINE
from event_loop import run_bounded
from mock_clients import POLLING, WEBSOCKET, Http, Log, Tcp, mock
from pulsecheck.mock_server import Fault, MockServer, Occurrence

MOST_PAYLOAD = 1_000
fuzzed = settings(
    max_examples=90,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
few = settings(fuzzed, max_examples=50)

# --- input ----------------------------------------------------------------------------------


def as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
messages = st.one_of(
    st.text(max_size=20),
    st.builds(
        "{}{}{}{}{}".format,
        st.sampled_from("0123456789"),
        st.sampled_from(["", "1-", "2-", "999999999-", "-"]),
        st.sampled_from(["", "/,", "/a,", "/a", "/" + "a" * 300 + ","]),
        st.sampled_from(["", "0", "12", "9" * 40]),
        st.sampled_from(
            ["", "[]", "{}", "null", '["a"]', '["a",{"_placeholder":true,"num":0}]', "[" * 200]
        )
        | json_like.map(str),
    ),
)
packets = st.one_of(
    st.builds("{}{}".format, st.sampled_from("0123456"), st.text(max_size=20)),
    messages.map("4{}".format),
    st.just("2probe"),
    st.text(max_size=20),
)
payloads = st.one_of(
    st.lists(packets, max_size=4)
    .map("\x1e".join)
    .map(lambda text: text.encode("utf-8", "replace")),
    st.binary(max_size=40),
    st.binary(max_size=20).map(lambda data: b"b" + data),
    st.just(b"4" * (MOST_PAYLOAD + 1)),
)
frames = st.tuples(st.integers(0, 15), st.binary(max_size=130)) | packets.map(
    lambda text: (1, as_bytes(text))
)
queries = st.dictionaries(
    st.sampled_from(["EIO", "transport", "sid", "j", "b64", "t"]),
    st.sampled_from(["4", "3", "polling", "websocket", "", "nobody", "\u00e9"])
    | st.text(max_size=5),
)


# --- checks ---------------------------------------------------------------------------------


def check(example: Callable[[MockServer, Log], Awaitable[None]]) -> None:
    async def run() -> None:
        async with mock(max_payload=MOST_PAYLOAD) as (server, log):
            server.on("a")(lambda _, *arguments: arguments)
            async with asyncio.timeout(DEADLINE):
                await example(server, log)
                await Tcp.close_all()
                await log.wait_for(Occurrence.TCP_ENDED, len(log.of(Occurrence.TCP_OPENED)))
                for connection in server.connections:
                    connection.cut("FIN")
                    assert connection.is_terminated
            async with Http(server) as correct:
                await correct.establish()
        assert asyncio.all_tasks() == {asyncio.current_task()}
        opened, ended = log.of(Occurrence.TCP_OPENED), log.of(Occurrence.TCP_ENDED)
        assert len(opened) == len(ended)

    assert run_bounded(run) == []


async def read_answer(client: Tcp) -> bytes:
    """End TCP on the client's side. Return all data that the server sends before it ends TCP."""
    client.writer.write_eof()
    with contextlib.suppress(ConnectionError):
        return await client.end()
    return b""


@fuzzed
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_end_the_connection(data: bytes) -> None:
    async def example(server: MockServer, log: Log) -> None:
        client = await Tcp.connect(server)
        client.write(data)
        answer = await read_answer(client)
        assert answer == b"" or answer.startswith(b"HTTP/1.")
        assert log.of(Occurrence.OPENED) == []

    check(example)


@few
@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH", "FOO"]),
    queries,
    st.lists(
        st.sampled_from(
            [
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                "Sec-WebSocket-Key: !",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Version: 99",
                "Transfer-Encoding: chunked",
                "Content-Encoding: gzip",
                "Content-Length: 3",
                "Expect: 100-continue",
                "Cookie: \x7f",
            ]
        ),
        unique=True,
    ),
    payloads,
)
def test_any_request_gets_an_http_answer(
    method: str, query: dict[str, str], headers: list[str], body: bytes
) -> None:
    async def example(server: MockServer, _: Log) -> None:
        client = await Tcp.connect(server)
        pairs = "&".join(f"{name}={value}" for name, value in query.items())
        path = "".join(char if "!" <= char <= "~" else "%00" for char in f"/socket.io/?{pairs}")
        head = "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *headers, "", ""])
        client.write(head.encode("latin-1") + body)
        answer = await read_answer(client)
        assert answer == b"" or answer.startswith((b"HTTP/1.1 ", b"HTTP/1.0 "))
        assert b" 500 " not in answer.split(b"\r\n")[0]

    check(example)


@fuzzed
@given(st.lists(payloads, min_size=1, max_size=3))
def test_any_payload_is_accepted_or_closes_the_session(bodies: list[bytes]) -> None:
    async def example(server: MockServer, _: Log) -> None:
        async with Http(server) as client:
            await client.open()
            (connection,) = server.connections
            for body in bodies:
                was_open = connection.is_open
                status, text = await client.post(body)
                if status == 200:
                    assert was_open
                    assert text == "ok"
                else:
                    assert status in {400, 413}
                    assert status == 413 or not connection.is_open

    check(example)


@fuzzed
@given(st.lists(frames, min_size=1, max_size=4), st.booleans())
def test_any_frames_leave_a_session_open_or_close_it(
    sent: list[tuple[int, bytes]], probes: bool
) -> None:
    async def example(server: MockServer, log: Log) -> None:
        async with Http(server) as polling:
            if probes:
                await polling.open()
            client = await Tcp.websocket(server, polling.sid)
            for opcode, data in sent:
                client.send_frame(opcode, data)
            await read_answer(client)
            await log.wait_for(Occurrence.TCP_ENDED, 1)

    check(example)


@few
@given(st.binary(max_size=60), st.booleans())
def test_any_bytes_on_a_websocket_leave_nothing_behind(data: bytes, is_established: bool) -> None:
    async def example(server: MockServer, log: Log) -> None:
        client = await Tcp.websocket(server)
        if is_established:
            await client.establish()
        client.write(data)
        await read_answer(client)
        await log.wait_for(Occurrence.TERMINATED, connection=1)

    check(example)


@few
@given(st.lists(messages | st.binary(max_size=5), min_size=1, max_size=6))
def test_any_messages_are_accepted_or_close_the_connection(sent: list[str | bytes]) -> None:
    async def example(server: MockServer, log: Log) -> None:
        client = await Tcp.websocket(server)
        await client.establish()
        for message in sent:
            client.send(message if isinstance(message, bytes) else as_bytes(f"4{message}").decode())
        client.send_close()
        await client.end()
        await log.wait_for(Occurrence.TERMINATED, connection=1)
        violations = log.of(Occurrence.PROTOCOL_VIOLATED)
        assert len(violations) <= 1
        assert bool(violations) == (log.of(Occurrence.CLOSED)[0]["reason"] == "forced close")

    check(example)


@pytest.mark.parametrize("path", [POLLING, WEBSOCKET])
def test_half_a_request_ends_with_its_client(path: str) -> None:
    async def example(server: MockServer, log: Log) -> None:
        request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        for end in range(0, len(request) - 1, 7):
            client = await Tcp.connect(server)
            client.write(request[:end])
            await client.close()
        assert log.of(Occurrence.OPENED) == []

    check(example)


@few
@given(
    st.lists(st.sampled_from(EVERY_FAULT), min_size=1, max_size=3, unique_by=type),
    st.lists(frames, max_size=3),
    st.booleans(),
)
def test_any_frames_and_any_faults_leave_nothing_behind(
    faults: list[Fault], sent: list[tuple[int, bytes]], is_released: bool
) -> None:
    async def example(server: MockServer, log: Log) -> None:
        client = await Tcp.websocket(server)
        await client.establish()
        handles = [server.add(fault, times=2) for fault in faults]
        for opcode, data in sent:
            client.send_frame(opcode, data)
        await server.emit("news", "x" * 200, b"\x01")
        client.send("41")
        if is_released:
            for handle in handles:
                handle.release()
        await client.close()
        for handle in handles:
            handle.release()
        await log.wait_for(Occurrence.TERMINATED, connection=1)

    check(example)
