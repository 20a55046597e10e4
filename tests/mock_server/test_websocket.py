"""Engine.IO over WebSocket and the upgrade to it, on the wire."""

import json

import pytest

from event_loop import in_a_loop
from mock_clients import PING, POLLING, PONG, TEXT, WEBSOCKET, Http, Tcp, mock
from pulsecheck.mock_server import Occurrence

QUICK = {"ping_interval": 0.1, "ping_timeout": 0.1}
PATIENT = {"ping_interval": 0.1, "ping_timeout": 5.0}
UPGRADE_HEADERS = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    "Sec-WebSocket-Version: 13",
)


@in_a_loop
async def test_a_websocket_opens_a_session() -> None:
    async with mock() as (server, log):
        client = await Tcp.connect(server)
        client.request(WEBSOCKET, None, *UPGRADE_HEADERS)
        assert (await client.response())[0] == 101
        assert json.loads((await client.text())[1:])["upgrades"] == []
        assert log.of(Occurrence.OPENED) == [{"connection": 1, "transport": "websocket"}]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/socket.io/?transport=websocket", 5),
        ("/socket.io/?EIO=4&transport=abc", 0),
        (f"{WEBSOCKET}&sid=nobody", 1),
        (POLLING, 3),
    ],
)
def test_an_invalid_request_is_refused_before_the_websocket_opens(path: str, code: int) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, _):
            client = await Tcp.connect(server)
            client.request(path, None, *UPGRADE_HEADERS)
            status, body = await client.response()
            assert (status, json.loads(body)["code"]) == (400, code)

    test()


@in_a_loop
async def test_a_websocket_handshake_without_a_key_is_refused_and_opens_no_session() -> None:
    async with mock() as (server, log):
        client = await Tcp.connect(server)
        client.request(WEBSOCKET, None, *UPGRADE_HEADERS[:2])
        assert (await client.response())[0] == 400
        assert log.of(Occurrence.OPENED) == []


@in_a_loop
async def test_events_and_acknowledgements_go_both_ways() -> None:
    async with mock() as (server, _):

        @server.on("add")
        def add(_connection: object, *numbers: int) -> tuple[int]:
            return (sum(numbers),)

        client = await Tcp.websocket(server)
        await client.establish()
        client.send('427["add",1,2]')
        assert await client.text() == "437[3]"
        await server.emit("news", {"deep": [None]})
        assert await client.text() == '42["news",{"deep":[null]}]'


@in_a_loop
async def test_bytes_are_sent_as_binary_frames() -> None:
    async with mock() as (server, _):

        @server.on("photo")
        def photo(_connection: object, data: bytes) -> tuple[bytes]:
            return (data[::-1],)

        client = await Tcp.websocket(server)
        await client.establish()
        client.send('451-7["photo",{"_placeholder":true,"num":0}]')
        client.send(b"\x01\x02")
        assert await client.text() == '461-7[{"_placeholder":true,"num":0}]'
        assert await client.frame() == (2, b"\x02\x01")


@pytest.mark.parametrize("frame", ["abc", "", "2", "2probe", "4abc", '42["early"]', "41", "40[]"])
def test_an_invalid_frame_ends_the_session(frame: str) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log):
            client = await Tcp.websocket(server)
            client.send(frame)
            assert await client.closing() == 1000
            client.send_close()
            await log.wait_for(Occurrence.TERMINATED)

    test()


@in_a_loop
async def test_a_frame_that_is_too_long_ends_the_session() -> None:
    async with mock(max_payload=1000) as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        client.send(f'42["a","{"x" * 1000}"]')
        assert await client.closing() == 1009
        client.send_close()
        await log.wait_for(Occurrence.TERMINATED)
        assert log.of(Occurrence.EVENT_RECEIVED) == []


@in_a_loop
async def test_text_that_is_not_utf_8_ends_the_session() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        client.send_frame(TEXT, b"4\xff\xfe")
        assert await client.closing() == 1007
        client.send_close()
        await log.wait_for(Occurrence.TERMINATED)


@in_a_loop
async def test_a_ping_frame_is_answered() -> None:
    async with mock() as (server, _):
        client = await Tcp.websocket(server)
        client.send_frame(PING, b"hi")
        assert await client.frame() == (PONG, b"hi")


@in_a_loop
async def test_heartbeats_continue_while_the_client_answers() -> None:
    async with mock(**PATIENT) as (server, _):
        client = await Tcp.websocket(server)
        for _ in range(3):
            assert await client.text() == "2"
            client.send("3")


@in_a_loop
async def test_a_client_that_does_not_answer_a_heartbeat_is_disconnected() -> None:
    async with mock(**QUICK) as (server, log):
        client = await Tcp.websocket(server)
        assert await client.text() == "2"
        assert await client.closing() == 1000
        assert log.of(Occurrence.CLOSED) == [{"connection": 1, "reason": "ping timeout"}]


@in_a_loop
async def test_a_client_that_asks_for_no_namespace_is_disconnected() -> None:
    async with mock(connect_timeout=0.05) as (server, log):
        client = await Tcp.websocket(server)
        assert await client.closing() == 1000
        assert log.of(Occurrence.CLOSED) == [{"connection": 1, "reason": "forced close"}]


@in_a_loop
async def test_the_packet_1_is_answered_with_a_close_frame() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        client.send("1")
        assert await client.closing() == 1000
        assert log.of(Occurrence.CLIENT_LEAVES) == [{"connection": 1, "sign": "1"}]


@pytest.mark.parametrize("code", [1000, 1001, 4000])
def test_a_close_frame_is_answered_with_its_code(code: int) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log):
            client = await Tcp.websocket(server)
            client.send_close(code)
            assert await client.closing() == code
            assert await client.end() == b""
            assert log.of(Occurrence.CLIENT_LEAVES) == [{"connection": 1, "sign": "Close frame"}]

    test()


# --- namespaces -----------------------------------------------------------------------------


@in_a_loop
async def test_a_namespace_that_does_not_exist_is_refused() -> None:
    async with mock(namespaces=["/", "/a"]) as (server, log):
        client = await Tcp.websocket(server)
        client.send("40/random,")
        assert await client.text() == '44/random,{"message":"Invalid namespace"}'
        await client.establish("/a,")
        assert log.of(Occurrence.REFUSED) == [
            {"connection": 1, "namespace": "/random", "message": "Invalid namespace"}
        ]
        assert server.connections[0].namespaces == ("/a",)
        assert not server.connections[0].is_established


@in_a_loop
async def test_a_client_that_leaves_one_of_two_namespaces_has_not_left() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        await client.establish("/a,")
        client.send("41/a,")
        await log.wait_for(Occurrence.NAMESPACE_LEFT, namespace="/a", by="client")
        assert server.connections[0].namespaces == ("/",)
        assert log.of(Occurrence.CLIENT_LEAVES) == []
        client.send("41")
        await log.wait_for(Occurrence.CLIENT_LEAVES, sign="41")
        assert not server.connections[0].is_established


@in_a_loop
async def test_a_client_that_has_left_may_return_on_the_same_connection() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        client.send("41")
        await log.wait_for(Occurrence.CLIENT_LEAVES)
        await client.establish()
        assert server.connections[0].is_established
        client.send_close()
        await log.wait_for(Occurrence.CLIENT_LEAVES, sign="Close frame")


# --- the upgrade ----------------------------------------------------------------------------


async def upgrade(tcp: Tcp) -> None:
    tcp.send("2probe")
    assert await tcp.text() == "3probe"
    tcp.send("5")


@in_a_loop
async def test_a_session_is_upgraded_and_goes_on() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.establish()
        tcp = await Tcp.websocket(server, client.sid)
        await upgrade(tcp)
        tcp.send('42["over websocket"]')
        await log.wait_for(Occurrence.EVENT_RECEIVED, event="over websocket")
        assert log.of(Occurrence.UPGRADED) == [{"connection": 1}]
        (connection,) = server.connections
        assert (connection.transport, connection.upgraded) == ("websocket", True)


@in_a_loop
async def test_an_event_sent_during_the_upgrade_arrives_after_it() -> None:
    async with mock() as (server, _), Http(server) as client:
        await client.establish()
        tcp = await Tcp.websocket(server, client.sid)
        tcp.send("2probe")
        assert await tcp.text() == "3probe"
        await server.emit("news")
        tcp.send("5")
        assert await tcp.text() == '42["news"]'


@in_a_loop
async def test_a_pending_get_is_answered_for_the_upgrade() -> None:
    async with mock() as (server, _), Http(server) as client:
        await client.establish()
        tcp = await Tcp.websocket(server, client.sid)
        tcp.send("2probe")
        assert await tcp.text() == "3probe"
        assert await client.get() == (200, "6")


@in_a_loop
async def test_after_the_upgrade_requests_of_the_session_are_refused() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.establish()
        tcp = await Tcp.websocket(server, client.sid)
        await upgrade(tcp)
        await log.wait_for(Occurrence.UPGRADED)
        assert (await client.get())[0] == 400
        second = await Tcp.websocket(server, client.sid)
        assert await second.closing() == 1000
        tcp.send('42["still here"]')
        await log.wait_for(Occurrence.EVENT_RECEIVED)


@in_a_loop
async def test_a_probe_that_fails_leaves_the_session_on_long_polling() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.establish()
        tcp = await Tcp.websocket(server, client.sid)
        tcp.send('42["too early"]')
        assert await tcp.closing() == 1000
        await tcp.close()
        assert await client.post('42["fine"]') == (200, "ok")
        assert [seen["event"] for seen in log.of(Occurrence.EVENT_RECEIVED)] == ["fine"]


@in_a_loop
async def test_after_a_lost_probe_another_one_is_accepted() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.establish()
        lost = await Tcp.websocket(server, client.sid)
        lost.send("2probe")
        await lost.text()
        await lost.close()
        await log.wait_for(Occurrence.TCP_ENDED, by="client", connection=1, tcp=4)
        tcp = await Tcp.websocket(server, client.sid)
        await upgrade(tcp)
        await log.wait_for(Occurrence.UPGRADED)
