"""Socket.IO Send, Subscribe and Unsubscribe, and On Socket.IO Receive."""

import json

import pytest

from event_loop import leaving_no_task
from reference_client import Client, Json, link, project, session
from small_server import Server, server

over_each_transport = pytest.mark.parametrize(
    "transports",
    [("websocket",), ("polling",), ("polling", "websocket")],
    ids=["websocket", "polling", "upgraded"],
)
Transports = tuple[str, ...]


def node(id_: str, kind: str, **attributes: str) -> Json:
    """Return a node for "main". An underscore in an attribute's name stands for a space."""
    named = {key.replace("_", " "): value for key, value in attributes.items()}
    return {"id": id_, "type": kind, "attributes": {"Configuration": "main", **named}}


MESSENGERS = (
    node("send", "Socket.IO Send", Event_Name="greeting", Message="hello"),
    node("send lamps", "Socket.IO Send", Event_Name="greeting", Namespace="/lamps"),
    node("subscribe", "Socket.IO Subscribe", Event_Name="news"),
    node("unsubscribe", "Socket.IO Unsubscribe", Event_Name="news"),
)


async def establish(
    there: Server, client: Client, *transports: str, links: tuple[Json, ...] = ()
) -> None:
    opened = project(there.port, *transports, links=links, extra=MESSENGERS)
    await client.ask("project/open", project=opened)
    await client.pulse("start")
    await client.pulsed("on start")


def event(name: str, *arguments: object, namespace: str = "") -> str:
    return f"42{namespace}{json.dumps([name, *arguments])}"


# --- sending --------------------------------------------------------------------------------


@over_each_transport
@leaving_no_task
async def test_the_server_receives_a_sent_event(transports: Transports) -> None:
    async with server() as there, session() as client:
        await establish(there, client, *transports)
        await client.pulse("send")
        await there.received('42["greeting","hello"]')
        await client.ask("runtime/sync")
        assert client.order() == ["start", "on start", "send"]


@over_each_transport
@leaving_no_task
async def test_the_connection_is_usable_on_the_branch_of_on_start(transports: Transports) -> None:
    async with server() as there, session() as client:
        await establish(there, client, *transports, links=(link("on start", "send"),))
        await there.received('42["greeting","hello"]')


@over_each_transport
@leaving_no_task
async def test_an_event_sent_before_a_stop_arrives(transports: Transports) -> None:
    async with server() as there, session() as client:
        await establish(there, client, *transports, links=(link("send", "stop"),))
        await client.pulse("send")
        await there.received('42["greeting","hello"]')
        await client.pulsed("on stop")


@over_each_transport
@leaving_no_task
async def test_an_event_that_waits_for_its_namespace_arrives_before_a_stop(
    transports: Transports,
) -> None:
    async with server() as there, session() as client:
        await establish(there, client, *transports, links=(link("send", "stop"),))
        await client.pulse("send", Namespace="/doors", Message="goodbye")
        await there.received('42/doors,["greeting","goodbye"]')
        await client.pulsed("on stop")


@over_each_transport
@leaving_no_task
async def test_sends_arrive_in_order_and_unchanged(transports: Transports) -> None:
    texts = ["", "Grüße 👋", "x" * 2**20, *map(str, range(50))]
    async with server() as there, session() as client:
        await establish(there, client, *transports)
        for text in texts:
            await client.pulse("send", Message=text)
        await there.until(lambda: len(there.packets) == len(texts) + 2)
        sent = [json.loads(packet[2:])[1] for packet in there.packets if packet.startswith("42[")]
        assert sent == texts


@leaving_no_task
async def test_a_send_joins_the_namespace_of_its_node() -> None:
    async with server() as there, session() as client:
        await establish(there, client)
        assert "40/lamps,{}" in there.packets
        await client.pulse("send lamps", Message="on")
        await there.received('42/lamps,["greeting","on"]')


@leaving_no_task
async def test_the_namespace_of_a_pulse_is_joined_before_the_first_event() -> None:
    async with server() as there, session() as client:
        await establish(there, client)
        for message in ("first", "second"):
            await client.pulse("send", Namespace="/doors", Message=message)
        await there.received('42/doors,["greeting","second"]')
        await client.pulse("send", Namespace="/doors", Message="third")
        await there.received('42/doors,["greeting","third"]')
        assert [packet for packet in there.packets if "/doors" in packet] == [
            "40/doors,{}",
            *(f'42/doors,["greeting","{message}"]' for message in ("first", "second", "third")),
        ]
        assert len(there.sessions) == 1


@leaving_no_task
async def test_an_event_for_a_refused_namespace_is_never_sent() -> None:
    async with server() as there, session() as client:
        there.refusals["/doors"] = {"message": "closed"}
        await establish(there, client)
        await client.pulse("send", Namespace="/doors")
        await client.pulsed("on error")
        assert client.pulses("on error")[0][1] == {"Namespace": "/doors", "Message": "closed"}
        del there.refusals["/doors"]
        await client.pulse("send", Namespace="/doors", Message="again")
        await there.received('42/doors,["greeting","again"]')
        assert there.packets.count("40/doors,{}") == 2
        assert '42/doors,["greeting","hello"]' not in there.packets


@leaving_no_task
async def test_a_subscription_joins_its_namespace_now_and_after_reconnecting() -> None:
    async with server() as there, session() as client:
        await establish(there, client)
        await client.pulse("subscribe", Namespace="/doors")
        await there.received("40/doors,{}")
        await client.pulse("stop")
        await client.pulsed("on stop")
        await client.pulse("start")
        await there.received("40/doors,{}", 2)


@leaving_no_task
async def test_a_namespace_is_not_changed() -> None:
    async with server() as there, session() as client:
        await establish(there, client)
        await client.pulse("subscribe", Namespace="/rooms?color=blue")
        await client.pulse("send", Namespace="/rooms?color=blue")
        await there.received('42/rooms?color=blue,["greeting","hello"]')
        await there.sessions[0].say(event("news", "hi", namespace="/rooms?color=blue,"))
        await client.pulsed("on receive")
        assert client.pulses("on receive")[0][1]["Namespace"] == "/rooms?color=blue"


@leaving_no_task
async def test_the_optional_listeners_report_subscriptions() -> None:
    listeners = (
        node("on subscribe", "On Socket.IO Subscribe"),
        node("on unsubscribe", "On Socket.IO Unsubscribe"),
    )
    async with server() as there, session() as client:
        opened = project(there.port, extra=(*MESSENGERS, *listeners))
        await client.ask("project/open", project=opened)
        await client.pulse("subscribe", Namespace="/doors")
        await client.pulse("unsubscribe")
        await client.ask("runtime/sync")
        assert client.pulses("on subscribe")[0][1] == {"Namespace": "/doors"}
        assert client.pulses("on unsubscribe")[0][1] == {"Namespace": "/"}


@leaving_no_task
async def test_sending_with_nothing_open_is_an_error_and_nothing_arrives_later() -> None:
    async with server() as there, session() as client:
        opened = project(there.port, links=(link("send", "stop"),), extra=MESSENGERS)
        await client.ask("project/open", project=opened)
        await client.pulse("send")
        assert await client.faulted("send") == (
            'the connection "main" is not established: nothing was sent; start it, and send on the '
            "branch of On Socket.IO Start"
        )
        await client.pulse("start")
        await client.pulsed("on start")
        await client.pulse("send", Message="now")
        await there.received('42["greeting","now"]')
        assert event("greeting", "hello") not in there.packets
        assert client.order().count("send") == 1


@leaving_no_task
async def test_sending_after_a_stop_is_an_error_and_nothing_arrives() -> None:
    async with server() as there, session() as client:
        await establish(there, client, "polling")
        there.may_close.clear()
        await client.pulse("stop")
        await there.left()
        await client.pulse("send")
        assert "is not established: nothing was sent" in await client.faulted("send")
        there.may_close.set()
        await client.pulsed("on stop")
        assert event("greeting", "hello") not in there.packets


@leaving_no_task
async def test_a_lost_namespace_is_an_error_and_the_others_still_work() -> None:
    async with server() as there, session() as client:
        await establish(there, client)
        await there.sessions[0].say("41/lamps,")
        await client.pulsed("on error")
        assert client.pulses("on error")[0][1] == {
            "Namespace": "/lamps",
            "Message": "the server has disconnected the client from the namespace",
        }
        await client.pulse("send")
        await there.received('42["greeting","hello"]')
        await client.pulse("send lamps")
        await there.received("40/lamps,{}", 2)
        await there.received('42/lamps,["greeting",""]')


# --- receiving ------------------------------------------------------------------------------


@over_each_transport
@leaving_no_task
async def test_on_receive_executes_for_subscribed_events(transports: Transports) -> None:
    async with server() as there, session() as client:
        await establish(there, client, *transports)
        await client.pulse("subscribe")
        await client.pulse("subscribe")
        await client.pulsed("subscribe", 2)
        for packet in (
            event("weather", "rain"),
            event("news", "elsewhere", namespace="/lamps,"),
            event("news", "first"),
            event("news", "second"),
        ):
            await there.sessions[0].say(packet)
        await client.pulsed("on receive", 2)
        common = {"Namespace": "/", "Trigger Name": "news"}
        assert [values for _, values in client.pulses("on receive")] == [
            {**common, "Message": "first"},
            {**common, "Message": "second"},
        ]


@leaving_no_task
async def test_unsubscribing_ends_only_that_subscription() -> None:
    async with server() as there, session() as client:
        await establish(there, client)
        await client.pulse("subscribe")
        await client.pulse("subscribe", Namespace="lamps")
        await client.pulse("unsubscribe")
        await client.pulse("unsubscribe")
        await client.pulsed("unsubscribe", 2)
        await there.sessions[0].say(event("news", "unheard"))
        await there.sessions[0].say(event("news", "heard", namespace="/lamps,"))
        await client.pulsed("on receive")
        assert [values["Message"] for _, values in client.pulses("on receive")] == ["heard"]


@leaving_no_task
async def test_a_subscription_lasts_longer_than_the_connection() -> None:
    async with server() as there, session() as client:
        opened = project(there.port, extra=MESSENGERS)
        await client.ask("project/open", project=opened)
        await client.pulse("subscribe")
        await client.pulse("start")
        await client.pulsed("on start")
        await there.sessions[0].say(event("news", "heard"))
        await client.pulsed("on receive")


@over_each_transport
@leaving_no_task
async def test_a_burst_is_received_in_order_and_complete(transports: Transports) -> None:
    async with server() as there, session() as client:
        await establish(there, client, *transports)
        await client.pulse("subscribe")
        await client.pulsed("subscribe")
        burst = [str(number) for number in range(1000)]
        packets = [event("news", number) for number in burst]
        if transports == ("polling",):
            packets = ["\x1e".join(packets)]
        for packet in packets:
            await there.sessions[0].say(packet)
        await client.pulsed("on receive", len(burst))
        assert [values["Message"] for _, values in client.pulses("on receive")] == burst


@leaving_no_task
async def test_a_message_reaches_the_linked_input_in_every_execution() -> None:
    async with server() as there, session() as client:
        links = (link("on receive", "send"), link("on receive", "send", "Message"))
        await establish(there, client, links=links)
        await client.pulse("subscribe")
        await client.pulsed("subscribe")
        await there.sessions[0].say(event("news", "one"))
        await there.sessions[0].say(event("news", "two"))
        await there.received('42["greeting","two"]')
        assert there.packets.index('42["greeting","one"]') < there.packets.index(
            '42["greeting","two"]'
        )


@leaving_no_task
async def test_nothing_is_received_while_stopping() -> None:
    async with server() as there, session() as client:
        await establish(there, client, "polling")
        await client.pulse("subscribe")
        await client.pulsed("subscribe")
        there.may_close.clear()
        await client.pulse("stop")
        await there.left()
        await there.sessions[0].say(event("news", "too late"))
        there.may_close.set()
        await client.pulsed("on stop")
        await client.ask("runtime/sync")
        assert not client.pulses("on receive")


@pytest.mark.parametrize(
    "packet",
    [
        '42["connect"]',
        '42["disconnect"]',
        '42["disconnect","client disconnect"]',
        '42["connect_error",{"message":"no"}]',
        '42["__disconnect_final"]',
        '42[["news"],"text"]',
        "42[]",
        "42",
        "42{",
        "4",
        "49",
        "43[1]",
        "451-[",
        "9",
        "40",
    ],
)
@leaving_no_task
async def test_an_invalid_packet_does_not_stop_the_connection(packet: str) -> None:
    async with server() as there, session() as client:
        await establish(there, client, "websocket")
        await client.pulse("subscribe")
        await client.pulsed("subscribe")
        await there.sessions[0].say(packet)
        await there.sessions[0].say(event("news", "heard"))
        await client.pulse("stop")
        await client.pulsed("on stop")
        await client.ask("runtime/sync")
        assert client.order().count("on start") == 1


@leaving_no_task
async def test_a_lone_surrogate_from_a_server_is_replaced() -> None:
    async with server() as there, session() as client:
        await establish(there, client)
        await client.pulse("subscribe")
        await client.pulsed("subscribe")
        await there.sessions[0].say('42["news","half \\ud83d"]')
        await client.pulsed("on receive")
        assert client.pulses("on receive")[0][1]["Message"] == "half ?"
