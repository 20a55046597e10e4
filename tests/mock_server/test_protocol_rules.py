"""Rules of the Engine.IO and Socket.IO protocols, checked on the wire.

Each docstring restates a rule of a protocol, and names the section that contains the rule.
"""

import asyncio
import json

import pytest

from event_loop import in_a_loop
from mock_clients import POLLING, Http, Tcp, mock, nothing_more
from pulsecheck.mock_server import Occurrence

SESSION_UNKNOWN = {"code": 1, "message": "Session ID unknown"}


# --- Engine.IO, version 4 -------------------------------------------------------------------


@in_a_loop
async def test_every_long_polling_answer_has_a_text_content_type() -> None:
    """Packets are sent as text or base64, so the Content-Type is plain text ("Headers")."""
    async with mock() as (server, _), Http(server) as client:
        await client.open()
        for body in (None, "40"):
            tcp = await Tcp.connect(server)
            tcp.request(f"{POLLING}&sid={client.sid}" if body else POLLING, body)
            head = (await tcp.reader.readuntil(b"\r\n\r\n")).decode().lower()
            assert "content-type: text/plain; charset=utf-8" in head


@pytest.mark.parametrize("kind", [None, "text/plain;charset=UTF-8", "application/octet-stream"])
def test_a_body_is_read_as_text_with_any_content_type(kind: str | None) -> None:
    """Without a Content-Type the receiver infers plain text ("Headers")."""

    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log), Http(server) as client:
            await client.establish()
            tcp = await Tcp.connect(server)
            headers = () if kind is None else (f"Content-Type: {kind}",)
            tcp.request(f"{POLLING}&sid={client.sid}", '42["a"]', *headers)
            assert await tcp.response() == (200, "ok")
            await log.wait_for(Occurrence.EVENT_RECEIVED, event="a")

    test()


@in_a_loop
async def test_waiting_packets_come_in_one_answer_in_order() -> None:
    """Buffered packets are encoded as one payload ("Receiving data")."""
    async with mock() as (server, _), Http(server) as client:
        await client.establish()
        await server.emit("a")
        await server.emit("b", b"\x01")
        await server.emit("c")
        assert await client.get() == (
            200,
            '42["a"]\x1e451-["b",{"_placeholder":true,"num":0}]\x1ebAQ==\x1e42["c"]',
        )


@in_a_loop
async def test_non_ascii_characters_are_utf_8_over_each_transport() -> None:
    """The character encoding is UTF-8 ("Packet encoding")."""
    async with mock() as (server, log), Http(server) as polling:
        client = await Tcp.websocket(server)
        await client.establish()
        await polling.establish()
        await server.emit("€\u2028𝄞")
        assert await client.text() == '42["€\u2028𝄞"]'
        assert await polling.get() == (200, '42["€\u2028𝄞"]')
        client.send('42["é𝄞"]')
        await polling.post('42["é𝄞"]'.encode())
        await log.wait_for(Occurrence.EVENT_RECEIVED, 2, event="é𝄞")


@in_a_loop
async def test_each_packet_has_a_frame_of_its_own() -> None:
    """Each packet is sent in its own frame ("WebSocket"), even if some waited for the upgrade."""
    async with mock() as (server, _), Http(server) as polling:
        await polling.establish()
        probe = await Tcp.websocket(server, polling.sid)
        await server.emit("a")
        await server.emit("b")
        probe.send("2probe")
        assert await probe.text() == "3probe"
        probe.send("5")
        assert [await probe.text(), await probe.text()] == ['42["a"]', '42["b"]']


@in_a_loop
async def test_a_second_websocket_for_a_session_is_closed_and_the_first_goes_on() -> None:
    """A session has at most one WebSocket ("WebSocket")."""
    async with mock() as (server, _), Http(server) as polling:
        await polling.open()
        first = await Tcp.websocket(server, polling.sid)
        second = await Tcp.websocket(server, polling.sid)
        assert await second.closing() == 1000
        first.send("2probe")
        assert await first.text() == "3probe"
        first.send("5")
        first.send("40")
        assert (await first.text()).startswith("40{")
        third = await Tcp.websocket(server, polling.sid)
        assert await third.closing() == 1000
        await server.emit("news")
        assert await first.text() == '42["news"]'


@in_a_loop
async def test_a_session_that_began_on_a_websocket_accepts_no_second_one() -> None:
    """A session has at most one WebSocket ("WebSocket"), even if the session began on it."""
    async with mock() as (server, _):
        client = await Tcp.websocket(server)
        await client.establish()
        other = await Tcp.websocket(server, server.connections[0].sid)
        assert await other.closing() == 1000
        await server.emit("news")
        assert await client.text() == '42["news"]'


@in_a_loop
async def test_a_session_on_a_websocket_refuses_long_polling_requests() -> None:
    """The transport of a request must be the transport of its session ("Query parameters")."""
    async with mock() as (server, _), Http(server) as other:
        client = await Tcp.websocket(server)
        await client.establish()
        other.sid = server.connections[0].sid
        assert (await other.get())[0] == (await other.post("40/a,"))[0] == 400
        await server.emit("news")
        assert await client.text() == '42["news"]'


@pytest.mark.parametrize("pairs", ["EIO=4", "transport=websocket", "EIO=4&transport=carrier"])
def test_a_websocket_without_a_mandatory_parameter_does_not_open(pairs: str) -> None:
    """If a mandatory parameter is missing, the WebSocket is closed ("WebSocket")."""

    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log):
            client = await Tcp.connect(server)
            client.request(
                f"/socket.io/?{pairs}",
                None,
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                "Sec-WebSocket-Version: 13",
            )
            assert (await client.response())[0] == 400
            assert log.of(Occurrence.OPENED) == []

    test()


# --- Socket.IO, version 5 -------------------------------------------------------------------


@in_a_loop
async def test_each_namespace_has_its_own_id() -> None:
    """The Socket.IO id is not the Engine.IO id ("Difference", v5)."""
    async with mock() as (server, _):
        client = await Tcp.websocket(server)
        ids = {server.connections[0].sid}
        for namespace in ("", "/a,", "/b,"):
            client.send(f"40{namespace}")
            answer = (await client.text()).removeprefix(f"40{namespace}")
            ids.add(json.loads(answer)["sid"])
        assert len(ids) == 4


@in_a_loop
async def test_a_client_is_in_the_namespace_that_it_asked_for_and_in_no_other() -> None:
    """There is no implicit connection to "/" ("Difference", v5)."""
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish("/a,")
        await server.emit("unheard")
        await server.emit("heard", namespace="/a")
        assert await client.text() == '42/a,["heard"]'
        client.send('42["unasked"]')
        assert await client.closing() == 1000
        assert log.of(Occurrence.EVENT_RECEIVED) == []


@pytest.mark.parametrize("message", ['42["a"]', "41", "43[]", "44{}", "42/a,[]"])
def test_a_packet_before_connect_closes_the_connection_at_once(message: str) -> None:
    """If CONNECT does not come first, the connection is closed ("Connection to a namespace")."""

    @in_a_loop
    async def test() -> None:
        async with mock() as (server, _), Http(server) as polling:
            client = await Tcp.websocket(server)
            client.send(message)
            assert await client.closing() == 1000
            await polling.open()
            await polling.post(message)
            assert (await polling.get())[1] in {"1", json.dumps(SESSION_UNKNOWN)}

    test()


@pytest.mark.parametrize("message", ["42", "42{}", "42[]", '42"a"', "42null", "45", "451-"])
def test_an_event_without_a_non_empty_array_closes_the_connection(message: str) -> None:
    """The payload is a non-empty array ("Sending and receiving data")."""

    @in_a_loop
    async def test() -> None:
        async with mock() as (server, _):
            client = await Tcp.websocket(server)
            await client.establish()
            client.send(message)
            assert await client.closing() == 1000

    test()


@in_a_loop
async def test_an_acknowledgement_has_the_events_id_and_possibly_an_empty_array() -> None:
    """An acknowledgement has its event's id ("Acknowledgement"). Tests 0 and the largest id."""
    async with mock() as (server, _):
        server.on("ask")(lambda _connection, *arguments: arguments)
        client = await Tcp.websocket(server)
        await client.establish()
        for number in (0, 12, 999_999_999_999_999):
            client.send(f'42{number}["ask"]')
            assert await client.text() == f"43{number}[]"


@in_a_loop
async def test_text_can_be_acknowledged_with_bytes_and_bytes_with_text() -> None:
    """An event and its acknowledgement need not both carry bytes ("Acknowledgement")."""
    async with mock() as (server, _):
        server.on("tellme", "/admin")(lambda _connection: [b"\x01\x02"])
        server.on("foo", "/admin")(lambda _connection, data: [len(data)])
        client = await Tcp.websocket(server)
        await client.establish("/admin,")
        client.send('42/admin,1["tellme"]')
        assert await client.text() == '461-/admin,1[{"_placeholder":true,"num":0}]'
        assert await client.frame() == (2, b"\x01\x02")
        client.send('451-/admin,14["foo",{"_placeholder":true,"num":0}]')
        client.send(b"\x01\x02\x03\x04")
        assert await client.text() == "43/admin,14[4]"


@in_a_loop
async def test_acknowledgements_from_the_client_are_ignored() -> None:
    """The server ignores an acknowledgement that it did not ask for ("Acknowledgement")."""
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        client.send('431["bar"]')
        client.send('461-15["bar",{"_placeholder":true,"num":0}]')
        client.send(b"\x01")
        client.send('42["on"]')
        await log.wait_for(Occurrence.EVENT_RECEIVED, event="on")
        assert log.of(Occurrence.PROTOCOL_VIOLATED) == []


@in_a_loop
async def test_leaving_a_namespace_is_not_answered_and_affects_no_other() -> None:
    """No response is expected; the connection is kept alive ("Disconnection from a namespace")."""
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        await client.establish("/a,")
        client.send("41/a,")
        await log.wait_for(Occurrence.NAMESPACE_LEFT, namespace="/a", by="client")
        await server.emit("unheard", namespace="/a")
        await server.emit("news")
        assert await client.text() == '42["news"]'


@in_a_loop
async def test_the_servers_disconnect_needs_no_answer() -> None:
    """Either side may end the connection to a namespace ("Disconnection from a namespace")."""
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        server.connections[0].leave("/")
        assert await client.text() == "41"
        reading = asyncio.create_task(client.frame())
        await nothing_more(server)
        assert not reading.done()
        client.send("40")
        assert (await reading)[1].startswith(b"40{")
        assert log.of(Occurrence.CLOSED) == []
