"""Each fault can be added and released without lasting effects, and checks its settings."""

from collections.abc import Callable

import pytest

from event_loop import in_a_loop
from mock_clients import Tcp, mock
from pulsecheck import mock_server
from pulsecheck.mock_server import (
    AnswerHttp,
    BreakTransport,
    CloseTransport,
    CloseWithCode,
    Cut,
    DelayDisconnects,
    DelayFin,
    DropAccepted,
    Fault,
    GoSilent,
    HalfOpen,
    HoldAfterBytes,
    HoldAfterPacket,
    HoldAnswer,
    HoldDisconnects,
    Latency,
    LeaveNamespace,
    NeverAnswer,
    NoPings,
    Occurrence,
    PortGone,
    RefuseConnection,
    SendPacket,
    SlowReading,
    SlowWriting,
    StopInMidAnswer,
    StopInMidFrame,
    StopInMidUpgrade,
    SwapMessages,
    WithholdConnectAnswer,
    WrongAcknowledgement,
)

EVERY_FAULT: list[Fault] = [
    AnswerHttp(503),
    BreakTransport(),
    CloseTransport(),
    CloseWithCode(4000),
    Cut("RST"),
    DelayDisconnects(60.0),
    DelayFin(),
    DropAccepted(),
    GoSilent(),
    HalfOpen(),
    HoldAfterBytes(0),
    HoldAfterPacket("40"),
    HoldAnswer(),
    HoldDisconnects(),
    Latency(60.0),
    LeaveNamespace(),
    NeverAnswer(),
    NoPings(),
    PortGone(),
    RefuseConnection("no"),
    SendPacket("9"),
    SlowReading(1),
    SlowWriting(1),
    StopInMidAnswer(),
    StopInMidFrame(),
    StopInMidUpgrade(),
    SwapMessages(),
    WithholdConnectAnswer(),
    WrongAcknowledgement("never"),
]


def test_every_fault_is_in_the_list() -> None:
    assert sorted(type(fault).__name__ for fault in EVERY_FAULT) == sorted(
        name
        for name in mock_server.__all__
        if isinstance(kind := getattr(mock_server, name), type)
        and issubclass(kind, Fault)
        and kind is not Fault
    )


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=lambda fault: fault.name)
def test_a_server_behaves_correctly_after_the_release(fault: Fault) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log):
            handle = server.add(fault)
            handle.release()
            handle.release()
            client = await Tcp.websocket(server)
            await client.establish()
            await client.leave()
            assert await client.end() == b""
            begun = {"fault": fault.name, "scope": "all connections", "connection": None}
            assert log.of(Occurrence.FAULT_BEGINS) == [begun]
            assert log.of(Occurrence.FAULT_ENDS) == [begun]

    test()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Latency(-1.0), "expected 0 seconds or more; got -1.0"),
        (lambda: Latency(1.0, jitter=-1.0), "expected a jitter of 0 or more; got -1.0"),
        (lambda: SlowReading(0), "expected more than 0 bytes per second; got 0"),
        (lambda: DelayDisconnects(-1), "expected 0 seconds or more; got -1"),
        (lambda: DelayFin(-0.5), "expected 0 seconds or more; got -0.5"),
        (lambda: AnswerHttp(99_999), "expected an HTTP status from 200 to 599; got 99999"),
        (lambda: SlowWriting(-1), "expected more than 0 bytes per second; got -1"),
        (lambda: HoldAfterBytes(-1), "expected a count of 0 or more; got -1"),
        (lambda: HoldAfterPacket(""), "expected the beginning of a packet; got ''"),
        (lambda: CloseWithCode(65_536), "expected a code from 0 to 65535; got 65536"),
        (lambda: CloseWithCode(1000, "x" * 124), "expected a reason of at most 123 bytes; got 'xx"),
        (
            lambda: WrongAcknowledgement("often"),  # type: ignore[arg-type]
            "expected one of wrong id, twice, never, wrong arguments; got 'often'",
        ),
    ],
)
def test_an_invalid_setting_is_an_error(make: Callable[[], Fault], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        make()
