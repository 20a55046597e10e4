"""The protocols on the wire, without a client library."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from serving import SOON, Log, Raw, run

from harness.mock_server import MockServer, Occurrence, PortInUseError

Work = Callable[[Raw, Log], Awaitable[None]]
UNKNOWN_SID = (400, '{"code": 1, "message": "Session ID unknown"}')
BAD_REQUEST = (400, '{"code": 3, "message": "Bad request"}')


def served(work: Work, ping_interval: float = 25.0, ping_timeout: float = 20.0) -> None:
    """Run a test against a server whose limits are small."""

    async def serve() -> None:
        log = Log()
        async with (
            MockServer(
                ping_interval=ping_interval,
                ping_timeout=ping_timeout,
                connect_timeout=SOON,
                max_payload=1000,
                namespaces=["/", "/chat"],
                record=log,
            ) as server,
            aiohttp.ClientSession() as http,
        ):
            server.on("echo", lambda connection, *data: connection.emit("echoed", *data))
            server.on("ask", lambda _connection, *data: data)
            await work(Raw(server, http), log)

    run(serve())


async def join(websocket: aiohttp.ClientWebSocketResponse) -> None:
    """Read the handshake, establish the default namespace."""
    assert (await websocket.receive_str(timeout=SOON)).startswith("0{")
    await websocket.send_str("40")
    assert (await websocket.receive_str(timeout=SOON)).startswith('40{"sid":')


# --- handshake ------------------------------------------------------------------------------


def test_a_polling_handshake_offers_the_upgrade() -> None:
    async def work(raw: Raw, _log: Log) -> None:
        status, text = await raw.request()
        fields = json.loads(text[1:])
        assert (status, text[0]) == (200, "0")
        assert fields["upgrades"] == ["websocket"]
        assert (fields["pingInterval"], fields["pingTimeout"]) == (25000, 20000)
        assert fields["maxPayload"] == 1000

    served(work)


def test_a_websocket_handshake_offers_no_upgrade() -> None:
    async def work(raw: Raw, _log: Log) -> None:
        async with raw.websocket() as websocket:
            text = await websocket.receive_str(timeout=SOON)
            assert json.loads(text[1:])["upgrades"] == []

    served(work)


@pytest.mark.parametrize(
    ("method", "query", "answer"),
    [
        ("GET", {"transport": "pigeon"}, '{"code": 0, "message": "Transport unknown"}'),
        ("GET", {"EIO": "3"}, '{"code": 5, "message": "Unsupported protocol version"}'),
        ("POST", {}, '{"code": 2, "message": "Bad handshake method"}'),
        ("PUT", {}, '{"code": 2, "message": "Bad handshake method"}'),
        ("GET", {"sid": "unknown"}, UNKNOWN_SID[1]),
        ("GET", {"transport": "websocket"}, BAD_REQUEST[1]),
    ],
)
def test_what_is_not_allowed_is_refused_as_the_official_server_does(
    method: str, query: dict[str, str], answer: str
) -> None:
    async def work(raw: Raw, _log: Log) -> None:
        assert await raw.request(method, **query) == (400, answer)

    served(work)


def test_an_unknown_method_of_a_session_is_refused() -> None:
    async def work(raw: Raw, _log: Log) -> None:
        assert await raw.request("PUT", sid=await raw.open()) == BAD_REQUEST

    served(work)


# --- long-polling ---------------------------------------------------------------------------


def test_events_go_both_ways_over_polling() -> None:
    async def work(raw: Raw, _log: Log) -> None:
        sid = await raw.open()
        assert await raw.request("POST", "40", sid=sid) == (200, "ok")
        _, text = await raw.request(sid=sid)
        assert text.startswith('40{"sid":')
        await raw.request("POST", '42["echo","a"]\x1e427["ask","b"]', sid=sid)
        _, text = await raw.request(sid=sid)
        assert text == '42["echoed","a"]\x1e437["b"]'

    served(work)


def test_binary_goes_both_ways_over_polling() -> None:
    async def work(raw: Raw, log: Log) -> None:
        sid = await raw.open()
        await raw.request("POST", "40", sid=sid)
        await log.wait_for(Occurrence.CONNECT_REQUESTED)
        await raw.request(sid=sid)
        binary = '451-["echo",{"_placeholder":true,"num":0}]\x1ebAQID'
        await raw.request("POST", binary, sid=sid)
        _, text = await raw.request(sid=sid)
        assert text == '451-["echoed",{"_placeholder":true,"num":0}]\x1ebAQID'

    served(work)


def test_a_second_poll_ends_the_session() -> None:
    async def work(raw: Raw, log: Log) -> None:
        sid = await raw.open()
        polls = [asyncio.ensure_future(raw.request(sid=sid)) for _ in range(2)]
        assert sorted([await poll for poll in polls]) == [(200, "1"), BAD_REQUEST]
        assert await raw.request(sid=sid) == UNKNOWN_SID
        await log.wait_for(Occurrence.CLOSED, reason="transport error")

    served(work)


def test_an_invalid_packet_ends_the_session() -> None:
    async def work(raw: Raw, log: Log) -> None:
        sid = await raw.open()
        assert await raw.request("POST", "abc", sid=sid) == BAD_REQUEST
        assert await raw.request(sid=sid) == UNKNOWN_SID
        await log.wait_for(Occurrence.CLOSED, reason="parse error")

    served(work)


def test_a_payload_that_is_too_long_ends_the_session() -> None:
    async def work(raw: Raw, log: Log) -> None:
        sid = await raw.open()
        status, _ = await raw.request("POST", "4" + "x" * 1000, sid=sid)
        assert status == 413
        await log.wait_for(Occurrence.CLOSED, reason="transport error")

    served(work)


def test_a_client_that_closes_gets_a_noop_on_its_poll() -> None:
    async def work(raw: Raw, log: Log) -> None:
        sid = await raw.open()
        poll = await raw.poll(sid)
        assert await raw.request("POST", "1", sid=sid) == (200, "ok")
        assert await poll == (200, "6")
        assert await raw.request(sid=sid) == UNKNOWN_SID
        assert (await log.wait_for(Occurrence.CLIENT_LEAVES))["sign"] == "1"
        await log.wait_for(Occurrence.TERMINATED)

    served(work)


def test_a_heartbeat_below_a_second_is_kept_and_its_absence_ends_the_session() -> None:
    async def work(raw: Raw, log: Log) -> None:
        sid = await raw.open()
        assert await raw.request(sid=sid) == (200, "2")
        await raw.request("POST", "3", sid=sid)
        assert await raw.request(sid=sid) == (200, "2")
        await log.wait_for(Occurrence.CLOSED, reason="ping timeout")
        assert await raw.request(sid=sid) == UNKNOWN_SID
        await log.wait_for(Occurrence.TERMINATED)

    served(work, ping_interval=0.1, ping_timeout=0.1)


# --- WebSocket ------------------------------------------------------------------------------


def test_events_and_acknowledgements_go_both_ways_over_websocket() -> None:
    async def work(raw: Raw, _log: Log) -> None:
        async with raw.websocket() as websocket:
            await join(websocket)
            await websocket.send_str('42["echo","a",{"b":1}]')
            assert await websocket.receive_str() == '42["echoed","a",{"b":1}]'
            await websocket.send_str('429["ask",1,2]')
            assert await websocket.receive_str() == "439[1,2]"

    served(work)


def test_binary_goes_both_ways_over_websocket() -> None:
    async def work(raw: Raw, _log: Log) -> None:
        async with raw.websocket() as websocket:
            await join(websocket)
            text = '451-["echo",{"_placeholder":true,"num":0}]'
            await websocket.send_str(text)
            await websocket.send_bytes(b"\x01\x02")
            assert await websocket.receive_str() == text.replace("echo", "echoed")
            assert await websocket.receive_bytes() == b"\x01\x02"

    served(work)


@pytest.mark.parametrize("frame", ["abc", "4abc", '42{"no":1}', "2", '42/chat,["early"]'])
def test_an_invalid_frame_ends_the_connection(frame: str) -> None:
    async def work(raw: Raw, log: Log) -> None:
        async with raw.websocket() as websocket:
            await join(websocket)
            await websocket.send_str(frame)
            message = await websocket.receive(timeout=SOON)
            assert message.type is aiohttp.WSMsgType.CLOSE
            await log.wait_for(Occurrence.CLOSED, reason="parse error")
        await log.wait_for(Occurrence.TERMINATED)

    served(work)


def test_an_unknown_namespace_is_refused() -> None:
    async def work(raw: Raw, log: Log) -> None:
        async with raw.websocket() as websocket:
            await websocket.receive_str()
            await websocket.send_str("40/nowhere,")
            answer = '44/nowhere,{"message":"Invalid namespace"}'
            assert await websocket.receive_str() == answer
            await log.wait_for(Occurrence.REFUSED, namespace="/nowhere")

    served(work)


def test_a_pong_keeps_a_websocket_open_and_its_absence_closes_it() -> None:
    async def work(raw: Raw, log: Log) -> None:
        async with raw.websocket() as websocket:
            await websocket.receive_str()
            for _ in range(2):
                assert await websocket.receive_str() == "2"
                await websocket.send_str("3")
            assert await websocket.receive_str() == "2"
            message = await websocket.receive(timeout=SOON)
            assert message.type is aiohttp.WSMsgType.CLOSE
            await log.wait_for(Occurrence.CLOSED, reason="ping timeout")

    served(work, ping_interval=0.1, ping_timeout=0.1)


def test_a_connection_without_a_namespace_is_closed_in_time() -> None:
    async def serve() -> None:
        log = Log()
        async with (
            MockServer(connect_timeout=0.05, record=log) as server,
            aiohttp.ClientSession() as http,
            Raw(server, http).websocket() as websocket,
        ):
            await websocket.receive_str()
            assert (await websocket.receive(timeout=SOON)).type is aiohttp.WSMsgType.CLOSE
            await log.wait_for(Occurrence.CLOSED, reason="connect timeout")

    run(serve())


# --- upgrade --------------------------------------------------------------------------------


async def probe(raw: Raw, sid: str) -> aiohttp.ClientWebSocketResponse:
    websocket: aiohttp.ClientWebSocketResponse = await raw.websocket(sid=sid)
    await websocket.send_str("2probe")
    assert await websocket.receive_str() == "3probe"
    return websocket


def test_an_upgrade_answers_the_poll_and_moves_the_connection() -> None:
    async def work(raw: Raw, log: Log) -> None:
        sid = await raw.open()
        poll = await raw.poll(sid)
        websocket = await probe(raw, sid)
        assert await poll == (200, "6")
        await websocket.send_str("5")
        await websocket.send_str("40")
        assert (await websocket.receive_str()).startswith('40{"sid":')
        await log.wait_for(Occurrence.UPGRADED)
        assert await raw.request(sid=sid) == BAD_REQUEST
        await websocket.close()

    served(work)


def test_a_second_websocket_of_an_upgraded_connection_is_closed_and_the_first_works_on() -> None:
    async def work(raw: Raw, _log: Log) -> None:
        sid = await raw.open()
        websocket = await probe(raw, sid)
        await websocket.send_str("5")
        async with raw.websocket(sid=sid) as second:
            assert (await second.receive(timeout=SOON)).type is aiohttp.WSMsgType.CLOSE
        await websocket.send_str("40")
        assert (await websocket.receive_str()).startswith('40{"sid":')
        await websocket.close()

    served(work)


def test_a_websocket_that_does_not_probe_leaves_the_connection_on_polling() -> None:
    async def work(raw: Raw, _log: Log) -> None:
        sid = await raw.open()
        async with raw.websocket(sid=sid) as websocket:
            await websocket.send_str("5")
            assert (await websocket.receive(timeout=SOON)).type is aiohttp.WSMsgType.CLOSE
        assert await raw.request("POST", "40", sid=sid) == (200, "ok")

    served(work)


# --- the server -----------------------------------------------------------------------------


def test_a_port_in_use_is_explained() -> None:
    async def serve() -> None:
        async with MockServer() as first:
            with pytest.raises(PortInUseError) as error:
                await MockServer(port=first.port).start()
            assert str(error.value) == (
                f"the mock server cannot listen on 127.0.0.1:{first.port}: "
                f"{error.value.reason}\n"
                "  End what listens there, or give another port; port 0 takes one that is free."
            )
            assert "in use" in error.value.reason

    run(serve())


def test_closing_ends_connections_that_are_open_and_requests_that_wait() -> None:
    async def serve() -> None:
        log = Log()
        async with aiohttp.ClientSession() as http:
            async with MockServer(record=log) as server:
                raw = Raw(server, http)
                poll = await raw.poll(await raw.open())
                websocket = await raw.websocket()
                await websocket.receive_str()
            with pytest.raises(aiohttp.ClientError):
                await poll
            closed = (await websocket.receive(timeout=SOON)).type
            assert closed in {aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR}
        assert len(log.seen(Occurrence.TCP_OPENED)) == len(log.seen(Occurrence.TCP_ENDED))
        others = asyncio.all_tasks() - {asyncio.current_task()}
        assert [task for task in others if "harness" in str(task.get_coro())] == []

    run(serve())
