"""The operations of the control interface."""

import asyncio
import json

from control_client import control, recorded
from deadlines import DEADLINE
from event_loop import in_a_loop
from mock_clients import Tcp
from pulsecheck.mock_server import Occurrence
from pulsecheck.serve.history import LONGEST
from pulsecheck.serve.messages import MOST_ENTRIES


@in_a_loop
async def test_the_server_state_has_url_and_start_time() -> None:
    async with control() as (server, api, history):
        state = await api.get("/api/server")
        assert state["url"] == server.url
        assert state["began"] == history.began.isoformat(timespec="milliseconds")


@in_a_loop
async def test_a_fault_is_added_listed_and_released() -> None:
    async with control() as (server, api, history):
        placed = await api.add("hold-disconnects")
        assert placed == {
            "id": 1,
            "fault": {"kind": "hold-disconnects"},
            "scope": "all",
            "is_over": False,
        }
        client = await Tcp.websocket(server)
        client.send_close()
        await recorded(history, Occurrence.FAULT_APPLIED)
        assert await api.get("/api/faults") == {"faults": [placed]}
        assert (await api("DELETE", "/api/faults/1")).status == 204
        assert await client.closing() == 1000
        assert await api.get("/api/faults") == {"faults": []}


@in_a_loop
async def test_a_fault_has_parameters_a_scope_and_limits() -> None:
    async with control() as (server, api, _):
        fault = {"kind": "refuse-connection", "message": "no", "data": {"code": 7}}
        placing = {"fault": fault, "scope": "namespace /x", "times": 1, "seconds": 60}
        answer = await api("POST", "/api/faults", placing)
        assert answer.status == 201
        assert answer.body["fault"] == {**fault, "namespace": "/"}
        assert answer.body["scope"] == "namespace /x"
        client = await Tcp.websocket(server)
        await client.establish()
        client.send("40/x,")
        assert await client.text() == '44/x,{"message":"no","data":{"code":7}}'
        await client.establish("/x,")
        assert await api.get("/api/faults") == {"faults": []}


@in_a_loop
async def test_a_fault_can_have_one_connection_as_scope_and_be_over_at_once() -> None:
    async with control() as (server, api, _):
        first, second = await Tcp.websocket(server), await Tcp.websocket(server)
        assert (await api.add("close-transport", scope="connection 2"))["is_over"]
        assert await second.closing() == 1000
        await first.establish()
        assert (await api.add("go-silent", scope="next"))["scope"] == "next"


@in_a_loop
async def test_connections_are_listed_with_their_state() -> None:
    async with control() as (server, api, history):
        client = await Tcp.websocket(server)
        await client.establish()
        (connection,) = (await api.get("/api/connections"))["connections"]
        assert connection["sid"] == server.connections[0].sid
        assert (connection["id"], connection["transport"]) == (1, "websocket")
        assert connection["namespaces"] == ["/"]
        assert connection["is_established"]
        client.send_close()
        await recorded(history, Occurrence.TERMINATED)
        (connection,) = (await api.get("/api/connections"))["connections"]
        assert connection["is_terminated"]


@in_a_loop
async def test_a_reported_pulse_is_on_the_timeline_and_long_texts_are_truncated() -> None:
    async with control() as (_, api, history):
        pulse = {
            "node": "Send",
            "type": "Socket.IO Send",
            "kind": "input",
            "configuration": "main",
            "values": {"Event Name": "e", "Message": "x" * 5_000},
            "at": history.began.timestamp(),
        }
        answer = await api("POST", "/api/pulses", pulse)
        assert answer.status == 201
        (entry,) = (await api.get("/api/timeline"))["entries"]
        assert answer.body == {"number": entry["number"], "at": entry["at"]}
        assert (entry["source"], entry["what"]) == ("node", "receives a pulse")
        assert entry["details"]["node"] == "Send"
        assert len(entry["details"]["values"]["Message"]) < 3_000


@in_a_loop
async def test_events_are_listed_and_filtered_by_name_and_namespace() -> None:
    async with control() as (server, api, _):
        client = await Tcp.websocket(server)
        await client.establish()
        await client.establish("/x,")
        client.send('42["a",{"n":1}]')
        client.send('42/x,["a"]')
        client.send('4210["b"]')
        await server.wait_for_event("b")
        events = (await api.get("/api/events"))["events"]
        assert [event["name"] for event in events] == ["a", "a", "b"]
        assert events[0] == {
            "connection": 1,
            "namespace": "/",
            "name": "a",
            "arguments": [{"n": 1}],
            "wants_ack": False,
        }
        assert len((await api.get("/api/events?name=a"))["events"]) == 2
        assert len((await api.get("/api/events?name=a&namespace=/x"))["events"]) == 1


@in_a_loop
async def test_an_event_is_emitted_to_one_or_to_all_in_a_namespace() -> None:
    async with control() as (server, api, _):
        first, second = await Tcp.websocket(server), await Tcp.websocket(server)
        await first.establish()
        await second.establish()
        await second.establish("/x,")
        to_all = {"event": "news", "arguments": ["text", {"n": 1}]}
        assert (await api("POST", "/api/emit", to_all)).body == {"connections": [1, 2]}
        assert await first.text() == await second.text() == '42["news","text",{"n":1}]'
        to_one = {"event": "hello", "namespace": "/x", "connection": 2}
        assert (await api("POST", "/api/emit", to_one)).body == {"connections": [2]}
        assert await second.text() == '42/x,["hello"]'
        to_none = {"event": "hello", "namespace": "/x", "connection": 1}
        assert (await api("POST", "/api/emit", to_none)).body == {"connections": []}


@in_a_loop
async def test_the_timeline_is_read_in_parts() -> None:
    async with control() as (_, api, history):
        for number in range(5):
            history.append("test", f"thing {number}", {"long": "x" * 3_000})
        part = await api.get("/api/timeline?since=1&limit=2")
        assert [entry["what"] for entry in part["entries"]] == ["thing 1", "thing 2"]
        assert (part["next"], part["oldest"]) == (3, 0)
        assert part["entries"][0]["details"]["long"] == f"{'x' * 2_000}… (3000 characters)"
        rest = await api.get(f"/api/timeline?since={part['next']}")
        assert [entry["number"] for entry in rest["entries"]] == [3, 4]
        assert (await api.get("/api/timeline?since=5")) == {"entries": [], "next": 5, "oldest": 0}


@in_a_loop
async def test_the_timeline_has_a_limited_length() -> None:
    async with control() as (_, api, history):
        for _ in range(LONGEST + 5):
            history.append("test", "thing", {})
        part = await api.get("/api/timeline")
        assert (part["entries"][0]["number"], part["oldest"]) == (5, 5)
        assert len(part["entries"]) == MOST_ENTRIES


@in_a_loop
async def test_the_timeline_is_followed_live() -> None:
    async with control() as (server, api, history):
        history.append("test", "before", {})
        history.append("test", "first <b>", {})
        async with (
            asyncio.timeout(DEADLINE),
            api.session.get(f"{api.url}/api/timeline/live?since=1") as response,
        ):
            assert response.content_type == "text/event-stream"
            assert await response.content.readuntil(b"\n\n") == b": the timeline\n\n"
            number, data = (await response.content.readuntil(b"\n\n")).splitlines()[:2]
            assert number == b"id: 1"
            assert json.loads(data.removeprefix(b"data: "))["what"] == "first <b>"
            await Tcp.connect(server)
            assert b"TCP connection opened" in await response.content.readuntil(b"\n\n")


@in_a_loop
async def test_the_number_of_live_timelines_is_limited() -> None:
    async with control() as (_, api, _):
        streams = [await api.session.get(f"{api.url}/api/timeline/live") for _ in range(32)]
        refused = await api("GET", "/api/timeline/live")
        assert refused.status == 503
        assert refused.body["detail"].startswith("32 clients already follow the timeline")
        streams[0].close()
        async with asyncio.timeout(DEADLINE):
            while (again := await api.session.get(f"{api.url}/api/timeline/live")).status == 503:
                again.close()
        assert again.status == 200
        for stream in (*streams, again):
            stream.close()


@in_a_loop
async def test_a_reset_releases_faults_and_clears_events_and_timeline() -> None:
    async with control() as (server, api, history):
        await api.add("hold-disconnects")
        client = await Tcp.websocket(server)
        await client.establish()
        client.send('42["a"]')
        await server.wait_for_event("a")
        before = history.next
        assert (await api("POST", "/api/reset")).status == 204
        assert await api.get("/api/faults") == {"faults": []}
        assert await api.get("/api/events") == {"events": []}
        assert (await api.get("/api/timeline"))["oldest"] > before
        await api("POST", "/api/emit", {"event": "still"})
        assert await client.text() == '42["still"]'
