"""Each fault can be put in place and leaves no trace once it is released; settings are checked."""

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


def test_every_fault_is_tested_here() -> None:
    """So that a new one cannot be forgotten."""
    assert sorted(type(fault).__name__ for fault in EVERY_FAULT) == sorted(
        name
        for name in mock_server.__all__
        if isinstance(kind := getattr(mock_server, name), type)
        and issubclass(kind, Fault)
        and kind is not Fault
    )


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=lambda fault: fault.name)
def test_a_server_whose_fault_was_released_is_right_again(fault: Fault) -> None:
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
        (lambda: Latency(-1.0), "wanted seconds from 0; got -1.0"),
        (lambda: Latency(1.0, jitter=-1.0), "wanted a jitter from 0; got -1.0"),
        (lambda: SlowReading(0), "wanted more than 0 bytes per second; got 0"),
        (lambda: DelayDisconnects(-1), "wanted seconds from 0; got -1"),
        (lambda: DelayFin(-0.5), "wanted seconds from 0; got -0.5"),
        (lambda: AnswerHttp(99_999), "wanted an HTTP status from 200 to 599; got 99999"),
        (lambda: SlowWriting(-1), "wanted more than 0 bytes per second; got -1"),
        (lambda: HoldAfterBytes(-1), "wanted a count from 0; got -1"),
        (lambda: HoldAfterPacket(""), "wanted how the packet begins; got ''"),
        (lambda: CloseWithCode(65_536), "wanted a code from 0 to 65535; got 65536"),
        (lambda: CloseWithCode(1000, "x" * 124), "wanted a reason of 123 bytes at most; got 'xx"),
        (
            lambda: WrongAcknowledgement("often"),  # type: ignore[arg-type]
            "wanted one of wrong id, twice, never, wrong arguments; got 'often'",
        ),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(make: Callable[[], Fault], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        make()
