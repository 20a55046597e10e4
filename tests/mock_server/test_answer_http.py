"""The fault AnswerHttp: HTTP answers instead of Socket.IO."""

from event_loop import in_a_loop
from mock_clients import POLLING, WEBSOCKET, Http, Tcp, mock
from pulsecheck.mock_server import NEXT, AnswerHttp, Occurrence


@in_a_loop
async def test_every_request_is_answered_with_the_status_and_opens_nothing() -> None:
    async with mock() as (server, log):
        server.add(AnswerHttp(503, "busy"))
        async with Http(server) as client:
            assert await client.request("GET", POLLING) == (503, "busy")
        tcp = await Tcp.connect(server)
        tcp.request(WEBSOCKET, None, "Upgrade: websocket", "Connection: Upgrade")
        assert await tcp.response() == (503, "busy")
        assert server.connections == ()
        assert len(log.of(Occurrence.FAULT_APPLIED, fault="answer HTTP")) == 2


@in_a_loop
async def test_the_scope_of_one_connection_answers_its_requests_only() -> None:
    async with mock() as (server, _), Http(server) as first, Http(server) as second:
        await first.establish()
        await second.establish()
        handle = server.add(AnswerHttp(500), server.connections[0])
        assert (await first.post('42["x"]'))[0] == 500
        assert await second.post('42["x"]') == (200, "ok")
        handle.release()
        assert await first.post('42["x"]') == (200, "ok")


@in_a_loop
async def test_the_scope_next_answers_the_next_request_only() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.open()
        server.add(AnswerHttp(503), NEXT)
        assert (await client.post("40"))[0] == 503
        assert log.order(Occurrence.FAULT_APPLIED, Occurrence.FAULT_ENDS) == [
            "fault applied",
            "fault ends",
        ]
        assert await client.post("40") == (200, "ok")
