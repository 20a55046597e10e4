"""Socket.IO Stop and On Socket.IO Stop, with servers that delay the end of a connection."""

import asyncio
import gc

import engineio
import pytest

from event_loop import leaving_no_task
from pulsecheck_reference import attempt, connection
from reference_client import Client, link, project, session
from small_server import Server, server

over_each_transport = pytest.mark.parametrize(
    "transports",
    [("websocket",), ("polling",), ("polling", "websocket")],
    ids=["websocket", "polling", "upgraded"],
)
Transports = tuple[str, ...]


def expire_connect_timeout() -> None:
    """Let the timeout for the server's first answer expire, in the only attempt of this loop."""
    loop = asyncio.get_running_loop()
    attempts = [each for each in gc.get_objects() if isinstance(each, attempt.Attempt)]
    (made,) = (each for each in attempts if each._loop is loop)
    made._deadline = loop.time()


async def establish(there: Server, client: Client, *transports: str) -> None:
    await client.ask("project/open", project=project(there.port, *transports))
    await client.pulse("start")
    await client.pulsed("on start")


@over_each_transport
@leaving_no_task
async def test_on_stop_pulses_after_the_server_has_ended_the_session(
    transports: Transports,
) -> None:
    async with server() as there, session() as client:
        await establish(there, client, *transports)
        there.may_close.clear()
        await client.pulse("stop")
        await there.left()
        await client.ask("runtime/sync")
        assert client.order() == ["start", "on start", "stop"]
        there.may_close.set()
        assert await client.pulsed("on stop") >= there.sessions[0].closed_at
        assert there.sessions[0].has_ended
        assert client.order() == ["start", "on start", "stop", "on stop"]


@over_each_transport
@leaving_no_task
async def test_a_second_stop_does_not_shorten_the_first(transports: Transports) -> None:
    async with server() as there, session() as client:
        await establish(there, client, *transports)
        there.may_close.clear()
        await client.pulse("stop")
        await there.left()
        await client.pulse("stop")
        await client.ask("runtime/sync")
        assert not client.pulses("on stop")
        there.may_close.set()
        assert await client.pulsed("on stop") >= there.sessions[0].closed_at
        assert there.sessions[0].has_ended
        await client.ask("runtime/sync")
        assert client.order().count("on stop") == 1


@over_each_transport
@leaving_no_task
async def test_on_stop_pulses_after_the_timeout_of_a_server_that_never_ends_the_session(
    transports: Transports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempt, "CLOSE_TIMEOUT", 0.2)
    async with server() as there, session() as client:
        await establish(there, client, *transports)
        there.may_close.clear()
        await client.pulse("stop")
        await client.pulsed("on stop")
        await there.has_no_clients()
        assert not there.sessions[0].has_ended


@leaving_no_task
async def test_another_connection_works_during_a_held_disconnect() -> None:
    async with server() as there, server() as elsewhere, session() as client:
        both = project(there.port)
        other = {**both["connections"][0], "name": "other", "port": elsewhere.port}
        both["connections"].append(other)
        chosen = {"Configuration": "other"}
        both["logic"]["Scene"] = {
            "nodes": [
                {"id": "start other", "type": "Socket.IO Start", "attributes": chosen},
                {"id": "on start other", "type": "On Socket.IO Start", "attributes": chosen},
            ]
        }
        await client.ask("project/open", project=both)
        await client.pulse("start")
        await client.pulsed("on start")
        there.may_close.clear()
        await client.pulse("stop")
        await there.left()
        await client.pulse("start other")
        await client.pulsed("on start other")
        assert not client.pulses("on stop")


@leaving_no_task
async def test_stop_without_a_connection_only_sends_its_output_pulse() -> None:
    async with server() as there, session() as client:
        await client.ask("project/open", project=project(there.port))
        await client.pulse("stop")
        await client.pulse("stop")
        await client.ask("runtime/sync")
        assert client.order() == ["stop", "stop"]
        assert not client.errors("stop")
        assert there.requests == 0


@over_each_transport
@leaving_no_task
async def test_stop_before_the_server_accepts_leaves_no_session(
    transports: Transports,
) -> None:
    async with server() as there, session() as client:
        there.accepts = False
        await client.ask("project/open", project=project(there.port, *transports))
        await client.pulse("start")
        await there.received("40{}")
        await client.pulse("stop")
        await there.left()
        await there.has_no_clients()
        await client.ask("runtime/sync")
        assert client.order() == ["start", "stop"]
        assert not client.errors()


@over_each_transport
@leaving_no_task
async def test_stop_before_any_answer_of_the_server_ends_the_request(
    transports: Transports,
) -> None:
    async with server() as there, session() as client:
        there.may_answer.clear()
        await client.ask("project/open", project=project(there.port, *transports))
        await client.pulse("start")
        await there.until(lambda: there.open_requests == 1)
        expire_connect_timeout()
        await client.pulse("stop")
        await there.has_no_clients()
        await client.ask("runtime/sync")
        assert client.order() == ["start", "stop"]


@leaving_no_task
async def test_stop_during_the_handshake_of_a_websocket_ends_it() -> None:
    async with server() as there, session() as client:
        there.may_shake_hands.clear()
        await client.ask("project/open", project=project(there.port, "websocket"))
        await client.pulse("start")
        await there.until(lambda: len(there.sessions) == 1)
        expire_connect_timeout()
        await client.pulse("stop")
        await there.has_no_clients()


@leaving_no_task
async def test_stop_during_the_upgrade_leaves_no_session() -> None:
    async with server() as there, session() as client:
        await client.ask("project/open", project=project(there.port, "polling", "websocket"))
        await client.pulse("start")
        await there.until(lambda: len(there.sessions) == 1)
        there.may_answer.clear()
        await there.until(lambda: there.requests == 2)
        await client.pulse("stop")
        await client.ask("runtime/sync")
        there.may_answer.set()
        await there.until(lambda: there.sessions[0].is_leaving)
        await there.has_no_clients()


@over_each_transport
@leaving_no_task
async def test_start_while_stopping_opens_a_connection_after_the_end(
    transports: Transports,
) -> None:
    async with server() as there, session() as client:
        await establish(there, client, *transports)
        there.may_close.clear()
        await client.pulse("stop")
        await there.left()
        await client.pulse("start")
        await client.ask("runtime/sync")
        assert len(there.sessions) == 1
        there.may_close.set()
        await client.pulsed("on start", 2)
        assert client.order() == ["start", "on start", "stop", "start", "on stop", "on start"]


@over_each_transport
@leaving_no_task
async def test_a_start_on_the_branch_of_on_stop_opens_a_connection(transports: Transports) -> None:
    async with server() as there, session() as client:
        restarting = project(there.port, *transports, links=(link("on stop", "start"),))
        await client.ask("project/open", project=restarting)
        await client.pulse("start")
        await client.pulsed("on start")
        await client.pulse("stop")
        await client.pulsed("on start", 2)
        assert client.order() == ["start", "on start", "stop", "on stop", "start", "on start"]
        assert len(there.open_sessions()) == 1


@over_each_transport
@leaving_no_task
async def test_a_disconnect_by_the_server_pulses_on_stop_and_does_not_reconnect(
    transports: Transports,
) -> None:
    async with server() as there, session() as client:
        await establish(there, client, *transports)
        there.may_close.clear()
        await there.sessions[0].say("41")
        await there.left()
        await client.ask("runtime/sync")
        assert not client.pulses("on stop")
        there.may_close.set()
        assert await client.pulsed("on stop") >= there.sessions[0].closed_at
        assert there.sessions[0].has_ended
        await client.pulse("start")
        await client.pulsed("on start", 2)
        assert len(there.sessions) == 2


@over_each_transport
@leaving_no_task
async def test_a_transport_closed_by_the_server_pulses_on_stop_and_reconnects(
    transports: Transports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "RETRY_DELAY", 0.01)
    async with server() as there, session() as client:
        await establish(there, client, *transports)
        await there.sessions[0].say("1")
        await client.pulsed("on start", 2)
        assert client.order() == ["start", "on start", "on stop", "on start"]


@over_each_transport
@leaving_no_task
async def test_stop_while_the_server_closes_the_transport_waits_for_the_end(
    transports: Transports,
) -> None:
    async with server() as there, session() as client:
        await establish(there, client, *transports)
        there.may_close.clear()
        await there.sessions[0].say("1")
        if transports != ("polling",):
            await there.left()
        await client.pulse("stop")
        await client.ask("runtime/sync")
        there.may_close.set()
        await client.pulsed("on stop")
        await client.ask("runtime/sync")
        assert client.order() == ["start", "on start", "stop", "on stop"]
        assert there.sessions[0].has_ended or transports == ("polling",)


@leaving_no_task
async def test_a_packet_that_breaks_the_library_ends_the_connection() -> None:
    async with server() as there, session() as client:
        await establish(there, client, "polling")
        await there.sessions[0].say("4" + "[" * 100_000)
        await client.pulsed("on stop")
        await client.pulse("stop")
        await client.ask("runtime/sync")
        assert client.order() == ["start", "on start", "on stop", "stop"]
        assert not engineio.base_client.connected_clients


@leaving_no_task
async def test_a_lost_network_pulses_on_stop_and_reconnects(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "RETRY_DELAY", 0.01)
    async with server() as there, session() as client:
        await establish(there, client, "websocket")
        there.sessions[0].reset()
        await client.pulsed("on start", 2)
        assert client.order() == ["start", "on start", "on error", "on stop", "on start"]
        lost = {"Namespace": "/", "Message": "the connection was lost: transport error"}
        assert client.pulses("on error")[0][1] == lost


@pytest.mark.parametrize("transports", [("websocket",), ("polling", "websocket")])
@leaving_no_task
async def test_on_stop_pulses_when_the_server_is_silent(transports: Transports) -> None:
    async with server() as there, session() as client:
        there.heartbeat = 50
        await establish(there, client, *transports)
        await client.pulsed("on stop")
        await client.pulse("stop")
        await there.has_no_clients()


@leaving_no_task
async def test_stop_while_backing_off_cancels_the_retry() -> None:
    async with server() as there, session() as client:
        await establish(there, client, "websocket")
        there.sessions[0].reset()
        await client.pulsed("on stop")
        await client.pulse("stop")
        await client.pulse("start")
        await client.pulsed("on start", 2)
        await client.ask("runtime/sync")
        assert client.order() == [
            *("start", "on start", "on error", "on stop"),
            *("stop", "start", "on start"),
        ]
        assert len(there.sessions) == 2


@leaving_no_task
async def test_start_while_backing_off_connects_immediately() -> None:
    async with server() as there, session() as client:
        await establish(there, client, "websocket")
        there.sessions[0].reset()
        await client.pulsed("on stop")
        await client.pulse("start")
        await client.pulsed("on start", 2)
        assert len(there.sessions) == 2


@leaving_no_task
async def test_a_failed_reconnection_is_retried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "RETRY_DELAY", 0.01)
    async with server() as there, session() as client:
        await establish(there, client, "websocket")
        there.refusals["/"] = {"message": "not today"}
        there.sessions[0].reset()
        await client.pulsed("on error", 3)
        del there.refusals["/"]
        await client.pulsed("on start", 2)
        assert client.order().count("on stop") == 1


@over_each_transport
@leaving_no_task
async def test_closing_the_project_ends_its_connections_without_a_report(
    transports: Transports,
) -> None:
    async with server() as there, session() as client:
        await establish(there, client, *transports)
        await client.ask("project/close")
        await there.has_no_clients()
        assert client.order() == ["start", "on start"]


@over_each_transport
@leaving_no_task
async def test_closing_the_project_does_not_wait_for_a_held_disconnect(
    transports: Transports,
) -> None:
    async with server() as there, session() as client:
        await establish(there, client, *transports)
        there.may_close.clear()
        await client.pulse("stop")
        await there.left()
        await client.ask("project/close")
        assert client.order() == ["start", "on start", "stop"]
        there.may_close.set()
        await there.has_no_clients()
        await establish(there, client, *transports)


@pytest.mark.parametrize("transports", [("polling",), ("polling", "websocket")])
@leaving_no_task
async def test_stop_before_the_answer_with_the_session_id_ends_the_session(
    transports: Transports,
) -> None:
    async with server() as there, session() as client:
        there.may_shake_hands.clear()
        await client.ask("project/open", project=project(there.port, *transports))
        await client.pulse("start")
        await there.until(lambda: bool(there.sessions))
        await client.pulse("stop")
        await client.ask("runtime/sync")
        there.may_shake_hands.set()
        await there.has_no_clients()
        assert there.sessions[0].has_ended
