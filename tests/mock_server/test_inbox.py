"""The events that a server has received, and waiting for them."""

import asyncio

import pytest

from event_loop import in_a_loop
from mock_clients import Tcp, mock
from pulsecheck.mock_server import EventMissingError, ReceivedEvent

SHORTLY = 0.05


@in_a_loop
async def test_every_event_is_kept_with_its_connection_namespace_arguments_and_ack() -> None:
    async with mock() as (server, _):
        first, second = await Tcp.websocket(server), await Tcp.websocket(server)
        await first.establish()
        await second.establish("/chat,")
        second.send('42/chat,["say","hi",{"to":1}]')
        await server.wait_for_event("say", namespace="/chat")
        first.send('427["say"]')
        first.send('451-["picture",{"_placeholder":true,"num":0}]')
        first.send(b"\x00\xff")
        await server.wait_for_event("picture")
        assert server.events == (
            ReceivedEvent(2, "/chat", "say", ("hi", {"to": 1}), wants_ack=False),
            ReceivedEvent(1, "/", "say", (), wants_ack=True),
            ReceivedEvent(1, "/", "picture", (b"\x00\xff",), wants_ack=False),
        )


@in_a_loop
async def test_waiting_returns_the_event_of_the_given_number() -> None:
    async with mock() as (server, _):
        client = await Tcp.websocket(server)
        await client.establish()
        waiting = asyncio.create_task(server.wait_for_event("tick", count=2))
        client.send('42["tick",1]')
        client.send('42["tock"]')
        client.send('42["tick",2]')
        assert (await waiting).arguments == (2,)
        assert (await server.wait_for_event("tick")).arguments == (1,)


@in_a_loop
async def test_the_error_for_a_missing_event_has_the_received_events() -> None:
    async with mock() as (server, _):
        with pytest.raises(EventMissingError, match=r"within 0.05 s; received: no event$"):
            await server.wait_for_event("news", seconds=SHORTLY)
        client = await Tcp.websocket(server)
        await client.establish()
        client.send('42["other"]')
        await server.wait_for_event("other")
        with pytest.raises(
            EventMissingError,
            match=r'expected event "news" number 1 in the namespace "/a" within 0.05 s; '
            r'received: "other" in "/"$',
        ):
            await server.wait_for_event("news", namespace="/a", seconds=SHORTLY)
