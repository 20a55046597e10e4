"""Engine.IO over HTTP long-polling, on the wire."""

import asyncio
import json

import pytest

from event_loop import in_a_loop
from mock_clients import POLLING, Http, Tcp, mock
from pulsecheck.mock_server import Occurrence

QUICK = {"ping_interval": 0.1, "ping_timeout": 0.1}
PATIENT = {"ping_interval": 0.1, "ping_timeout": 5.0}


@in_a_loop
async def test_a_handshake_opens_a_session() -> None:
    async with mock(ping_interval=0.3, ping_timeout=0.2) as (server, log), Http(server) as client:
        handshake = await client.open()
        assert handshake.pop("sid")
        assert handshake == {
            "upgrades": ["websocket"],
            "pingInterval": 300,
            "pingTimeout": 200,
            "maxPayload": 1_000_000,
        }
        assert log.of(Occurrence.OPENED) == [{"connection": 1, "transport": "polling"}]


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/socket.io/?EIO=4", 0),
        ("GET", "/socket.io/?EIO=4&transport=abc", 0),
        ("GET", "/socket.io/?transport=polling", 5),
        ("GET", "/socket.io/?EIO=abc&transport=polling", 5),
        ("POST", POLLING, 2),
        ("PUT", POLLING, 2),
        ("GET", f"{POLLING}&sid=nobody", 1),
        ("GET", "/socket.io/?EIO=4&transport=websocket", 3),
    ],
)
def test_an_invalid_request_is_refused_with_a_code(method: str, path: str, code: int) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log), Http(server) as client:
            status, body = await client.request(method, path)
            assert (status, json.loads(body)["code"]) == (400, code)
            assert log.of(Occurrence.OPENED) == []

    test()


@in_a_loop
async def test_another_path_is_not_found() -> None:
    async with mock() as (server, _), Http(server) as client:
        assert await client.request("GET", "/") == (404, "Socket.IO is served at /socket.io/\n")


@in_a_loop
async def test_a_post_is_answered_with_ok_and_its_packets_are_processed_in_order() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.establish()
        assert await client.post('42["a"]\x1e42["b",1]') == (200, "ok")
        events = [(seen["event"], seen["arguments"]) for seen in log.of(Occurrence.EVENT_RECEIVED)]
        assert events == [("a", "[]"), ("b", "[1]")]


@in_a_loop
async def test_bytes_are_received_and_sent_in_base64() -> None:
    async with mock() as (server, _), Http(server) as client:
        got = asyncio.Event()

        @server.on("photo")
        def photo(_connection: object, data: object) -> None:
            assert data == b"\x01\x02\x03\x04"
            got.set()

        await client.establish()
        await client.post('451-["photo",{"_placeholder":true,"num":0}]\x1ebAQIDBA==')
        assert got.is_set()
        await server.emit("photo", b"\x01\x02\x03\x04")
        assert await client.get() == (
            200,
            '451-["photo",{"_placeholder":true,"num":0}]\x1ebAQIDBA==',
        )


@in_a_loop
async def test_a_get_waits_for_a_packet() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.establish()
        waiting = asyncio.create_task(client.get())
        await log.wait_for(Occurrence.TCP_OPENED, 4)
        await server.emit("news", "x")
        assert await waiting == (200, '42["news","x"]')


@in_a_loop
async def test_a_second_get_is_refused_and_ends_the_session() -> None:
    async with mock() as (server, log):
        client = Http(server)
        async with client:
            await client.open()
            tcp = await Tcp.connect(server)
            tcp.request(f"{POLLING}&sid={client.sid}")
            await log.wait_for(Occurrence.TCP_OPENED, 2)
            second = await client.get()
            assert second[0] == 400
            assert await tcp.response() == (200, "1")
            assert (await client.get())[0] == 400
            await tcp.close()
    assert log.of(Occurrence.CLOSED) == [{"connection": 1, "reason": "transport error"}]


@in_a_loop
async def test_a_second_post_is_refused_and_ends_the_session() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.open()
        first = await Tcp.connect(server)
        path = f"{POLLING}&sid={client.sid}"
        first.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n4".encode())
        await log.wait_for(Occurrence.TCP_OPENED, 2)
        assert (await client.post("40"))[0] == 400
        await log.wait_for(Occurrence.CLOSED, reason="transport error")
        first.write(b"0")
        assert (await first.response())[0] == 400
        await log.wait_for(Occurrence.TERMINATED)


@pytest.mark.parametrize("body", ["abc", b"\xff\xfe", "", "b%%"])
def test_an_invalid_body_is_refused_and_ends_the_session(body: str | bytes) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log), Http(server) as client:
            await client.open()
            assert (await client.post(body))[0] == 400
            assert (await client.get())[0] == 400
            assert log.of(Occurrence.CLOSED) == [{"connection": 1, "reason": "parse error"}]
            assert len(log.of(Occurrence.PROTOCOL_VIOLATED)) == 1

    test()


@in_a_loop
async def test_a_body_over_max_payload_is_refused() -> None:
    async with mock(max_payload=1000) as (server, log), Http(server) as client:
        await client.establish()
        longest = f'42["a","{"x" * 990}"]'
        assert await client.post(longest) == (200, "ok")
        assert (await client.post(longest + "\x1e6"))[0] == 413
        assert await client.post('42["b"]') == (200, "ok")
        assert [seen["event"] for seen in log.of(Occurrence.EVENT_RECEIVED)] == ["a", "b"]


@in_a_loop
async def test_a_compressed_body_is_refused() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.open()
        tcp = await Tcp.connect(server)
        path = f"{POLLING}&sid={client.sid}"
        tcp.request(path, "this is no gzip", "Content-Encoding: gzip")
        assert (await tcp.response())[0] == 400
        assert log.of(Occurrence.CLOSED) == [{"connection": 1, "reason": "parse error"}]


@in_a_loop
async def test_data_that_is_not_http_is_refused() -> None:
    async with mock() as (server, _):
        tcp = await Tcp.connect(server)
        tcp.write(b"\x00\x01 nonsense\r\n\r\n")
        assert (await tcp.response())[0] == 400


@in_a_loop
async def test_heartbeats_continue_while_the_client_answers() -> None:
    async with mock(**PATIENT) as (server, _), Http(server) as client:
        await client.open()
        for _ in range(3):
            assert await client.get() == (200, "2")
            assert await client.post("3") == (200, "ok")


@in_a_loop
async def test_a_client_that_does_not_answer_a_heartbeat_is_disconnected() -> None:
    async with mock(**QUICK) as (server, log), Http(server) as client:
        await client.open()
        await log.wait_for(Occurrence.CLOSED, reason="ping timeout")
        assert (await client.get())[0] == 400
        assert log.of(Occurrence.CLIENT_LEAVES) == []
        assert log.of(Occurrence.TERMINATED) == [{"connection": 1}]


@in_a_loop
async def test_the_packet_1_answers_a_pending_get_with_a_noop() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.open()
        tcp = await Tcp.connect(server)
        tcp.request(f"{POLLING}&sid={client.sid}")
        await log.wait_for(Occurrence.TCP_OPENED, 2)
        assert await client.post("1") == (200, "ok")
        assert await tcp.response() == (200, "6")
        assert (await client.get())[0] == 400


@in_a_loop
async def test_a_client_that_closes_a_pending_get_ends_the_session() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.open()
        tcp = await Tcp.connect(server)
        tcp.request(f"{POLLING}&sid={client.sid}")
        await log.wait_for(Occurrence.TCP_OPENED, 2)
        await tcp.close()
        await log.wait_for(Occurrence.CLIENT_LEAVES, sign="end of TCP")
        await log.wait_for(Occurrence.TERMINATED)
        assert log.of(Occurrence.CLOSED) == [{"connection": 1, "reason": "transport error"}]


@in_a_loop
async def test_the_end_of_an_idle_tcp_connection_does_not_end_the_session() -> None:
    async with mock() as (server, log):
        async with Http(server, keep_alive=True) as client:
            await client.establish()
        await log.wait_for(Occurrence.TCP_ENDED)
        async with Http(server) as other:
            other.sid = client.sid
            assert await other.post('42["still here"]') == (200, "ok")
        assert log.of(Occurrence.CLOSED) == []
