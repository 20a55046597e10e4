"""Socket.IO Start, On Socket.IO Start and On Socket.IO Error, with correct and faulty servers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from event_loop import leaving_no_task
from pulsecheck_reference import attempt
from reference_client import link, project, session
from small_server import server, unused_port

over_each_transport = pytest.mark.parametrize(
    "transports",
    [("websocket",), ("polling",), ("polling", "websocket"), ()],
    ids=["websocket", "polling", "upgraded", "as the library likes"],
)
Transports = tuple[str, ...]


@contextlib.asynccontextmanager
async def server_that_sends(answer: bytes) -> AsyncIterator[int]:
    """Run a TCP server that sends `answer` to each request. Yields its port."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await reader.read()
        writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as made:
        yield made.sockets[0].getsockname()[1]


@over_each_transport
@leaving_no_task
async def test_on_start_waits_for_the_answer_to_the_request_to_connect(
    transports: Transports,
) -> None:
    async with server() as there, session() as client:
        there.accepts = False
        await client.ask("project/open", project=project(there.port, *transports))
        await client.pulse("start")
        await there.received("40{}")
        await client.ask("runtime/sync")
        assert client.order() == ["start"]
        await there.sessions[0].say('40{"sid":"s"}')
        await client.pulsed("on start")
        assert client.order() == ["start", "on start"]


@leaving_no_task
async def test_a_second_start_opens_no_second_connection() -> None:
    async with server() as there, session() as client:
        await client.ask("project/open", project=project(there.port))
        await client.pulse("start")
        await client.pulse("start")
        await client.pulsed("on start")
        await client.pulse("start")
        await client.ask("runtime/sync")
        assert client.order() == ["start", "start", "on start", "start"]
        assert len(there.sessions) == 1


@over_each_transport
@leaving_no_task
async def test_a_refusal_executes_on_error_with_its_message(transports: Transports) -> None:
    async with server() as there, session() as client:
        there.refusals["/"] = {"message": "not today"}
        await client.ask("project/open", project=project(there.port, *transports))
        await client.pulse("start")
        await client.pulsed("on error")
        assert client.pulses("on error")[0][1] == {"Namespace": "/", "Message": "not today"}
        assert client.errors() == ['connection "main", namespace "/": not today']
        await there.has_no_clients()
        await client.ask("runtime/sync")
        assert client.order() == ["start", "on error"]


@leaving_no_task
async def test_a_namespace_that_is_refused_leaves_the_connection_established() -> None:
    async with server() as there, session() as client:
        there.refusals["/lamps"] = {"message": "no lamps"}
        attributes = {"Configuration": "main", "Namespace": "/lamps"}
        send = {"id": "send", "type": "Socket.IO Send", "attributes": attributes}
        await client.ask("project/open", project=project(there.port, extra=(send,)))
        await client.pulse("start")
        await client.pulsed("on start")
        assert client.pulses("on error")[0][1] == {"Namespace": "/lamps", "Message": "no lamps"}


@leaving_no_task
async def test_an_event_named_connect_establishes_nothing() -> None:
    async with server() as there, session() as client:
        there.accepts = False
        await client.ask("project/open", project=project(there.port))
        await client.pulse("start")
        await there.received("40{}")
        await there.sessions[0].say('42["connect"]')
        await there.sessions[0].say('44{"message":"not today"}')
        await client.pulsed("on error")
        assert client.order() == ["start", "on error"]


@pytest.mark.parametrize("transports", [("websocket",), ("polling",)], ids=["websocket", "polling"])
@leaving_no_task
async def test_a_server_that_never_answers_is_an_error_after_the_timeout(
    transports: Transports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt, "CONNECT_TIMEOUT", 0.1)
    async with server() as there, session() as client:
        there.may_answer.clear()
        await client.ask("project/open", project=project(there.port, *transports))
        await client.pulse("start")
        await client.pulsed("on error")
        message = "the server has not accepted the client in 0.1 s"
        assert client.pulses("on error")[0][1] == {"Namespace": "/", "Message": message}
        await there.has_no_clients()


@over_each_transport
@leaving_no_task
async def test_an_unanswered_request_to_connect_is_an_error_after_the_timeout(
    transports: Transports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt, "CONNECT_TIMEOUT", 0.1)
    async with server() as there, session() as client:
        there.accepts = False
        await client.ask("project/open", project=project(there.port, *transports))
        await client.pulse("start")
        await client.pulsed("on error")
        await there.has_no_clients()
        await client.ask("runtime/sync")
        assert client.order() == ["start", "on error"]


@pytest.mark.parametrize("transports", [("websocket",), ("polling",)], ids=["websocket", "polling"])
@leaving_no_task
async def test_a_missing_server_is_an_error_that_says_so(transports: Transports) -> None:
    async with session() as client:
        await client.ask("project/open", project=project(unused_port(), *transports))
        await client.pulse("start")
        await client.pulsed("on error")
        assert "Connect call failed" in client.pulses("on error")[0][1]["Message"]


@leaving_no_task
async def test_a_start_on_the_branch_of_on_error_tries_again() -> None:
    async with server() as there, session() as client:
        there.refusals["/"] = {"message": "not today"}
        retrying = project(there.port, links=(link("on error", "start"),))
        await client.ask("project/open", project=retrying)
        await client.pulse("start")
        await client.pulsed("on error", 3)
        there.refusals.clear()
        await client.pulsed("on start")


@leaving_no_task
async def test_a_connection_that_ends_before_it_is_accepted_is_an_error() -> None:
    async with server() as there, session() as client:
        there.accepts = False
        await client.ask("project/open", project=project(there.port, "websocket"))
        await client.pulse("start")
        await there.received("40{}")
        there.sessions[0].reset()
        await client.pulsed("on error")
        message = "the server ended the connection before it had accepted the client"
        assert client.pulses("on error")[0][1]["Message"] == message


def http(body: bytes, status: bytes = b"200 OK") -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)


@pytest.mark.parametrize("transport", ["websocket", "polling"])
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        http(b""),
        http(b"0"),
        http(b"0{}"),
        http(b"0[]"),
        http(b"\xff\xfe"),
        http(b'0{"sid":1,"upgrades":null,"pingInterval":"x","pingTimeout":null}'),
        http(b"busy", b"503 Service Unavailable"),
        http(b'{"code":3,"message":"Bad request"}', b"400 Bad Request"),
    ],
    ids=repr,
)
@leaving_no_task
async def test_a_server_without_socketio_is_an_error(
    transport: str, answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt, "CONNECT_TIMEOUT", 0.1)
    async with server_that_sends(answer) as port, session() as client:
        await client.ask("project/open", project=project(port, transport))
        await client.pulse("start")
        await client.pulsed("on error")
        assert client.pulses("on error")[0][1]["Message"]
        await client.pulse("stop")
        await client.ask("runtime/sync")
        assert client.order() == ["start", "on error", "stop"]


@leaving_no_task
async def test_a_node_without_a_configuration_reports_an_error_and_ends_the_branch() -> None:
    async with server() as there, session() as client:
        loose = {"id": "loose", "type": "Socket.IO Start"}
        links = (link("loose", "start"),)
        opened = project(there.port, links=links, extra=(loose,))
        await client.ask("project/open", project=opened)
        await client.pulse("loose")
        assert await client.faulted("loose") == (
            "no connection is chosen: choose one in the node's attribute Configuration"
        )
        await client.ask("runtime/sync")
        assert client.order() == []


@leaving_no_task
async def test_a_node_whose_connection_was_removed_reports_an_error() -> None:
    async with server() as there, session() as client:
        await client.ask("project/open", project=project(there.port))
        await client.ask("studio/removeConnection", name="main")
        await client.pulse("start")
        assert await client.faulted("start") == (
            'there is no connection "main" in Project Settings (any more): add it there, or choose '
            "another in the node's attribute Configuration"
        )
        assert there.requests == 0


@leaving_no_task
async def test_removing_an_open_connection_ends_it() -> None:
    async with server() as there, session() as client:
        await client.ask("project/open", project=project(there.port))
        await client.pulse("start")
        await client.pulsed("on start")
        await client.ask("studio/removeConnection")
        await client.pulsed("on stop")
        await there.has_no_clients()


@leaving_no_task
async def test_start_opens_a_connection_from_project_settings() -> None:
    async with server() as there, session() as client:
        opened = project(unused_port())
        opened["connections"] = []
        await client.ask("project/open", project=opened)
        await client.ask(
            "studio/addConnection", name="main", url="http://127.0.0.1", port=there.port
        )
        await client.pulse("start")
        await client.pulsed("on start")


@leaving_no_task
async def test_an_invalid_address_is_an_error_of_the_node() -> None:
    async with session() as client:
        await client.ask("project/open", project=project(70_000))
        await client.pulse("start")
        assert "Port out of range 0-65535" in await client.faulted("start")
