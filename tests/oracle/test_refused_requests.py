"""A server that refuses requests for a while: a client of long-polling may take it for lost.

The server does not see an end, and requests that it refused need not be made again. So nothing is
certain about such a connection. An open WebSocket needs no further requests and is not affected.
"""

from collections.abc import Callable

import pytest

from pulsecheck.oracle.rules import violations
from recorded import ON_RECEIVE, ON_START, ON_STOP, SEND, START, STOP, Recorded

FAULTS = ("answer HTTP", "port gone")
Act = Callable[[Recorded], Recorded]


def stop(timeline: Recorded) -> Recorded:
    return timeline.into(STOP).pulsed(STOP)


def send(timeline: Recorded) -> Recorded:
    return timeline.into(SEND, Message="x").pulsed(SEND)


def receive(timeline: Recorded) -> Recorded:
    return timeline.sent("news", "x")


def pulse_on_stop(timeline: Recorded) -> Recorded:
    return timeline.pulsed(ON_STOP)


def start_again(timeline: Recorded) -> Recorded:
    again = timeline.into(START).pulsed(START)
    again.server("connection opened", connection=2, transport="polling")
    return again.server("namespace established", connection=2, namespace="/").pulsed(ON_START)


ACTS = {
    "STO-2": stop,
    "SND-2": send,
    "RCV-2": receive,
    "STO-8": pulse_on_stop,
    "STA-9": start_again,
}
"""What happens, by the requirement that it violates on an open connection."""


def open_connection(transport: str, *, is_upgraded: bool = False) -> Recorded:
    """Return a timeline with an open connection that has a Send, a Subscribe and an On Receive."""
    timeline = Recorded(
        **{
            SEND: {"type": SEND, "Event Name": "order"},
            ON_RECEIVE: {"type": ON_RECEIVE},
            "Subscribe": {"type": "Socket.IO Subscribe", "Event Name": "news"},
        }
    )
    timeline.into(START).pulsed(START).server("connection opened", transport=transport)
    if is_upgraded:
        timeline.server("connection upgraded")
    timeline.server("namespace established", namespace="/").pulsed(ON_START)
    timeline.into("Subscribe").pulsed("Subscribe").sent("news", "first")
    return timeline.pulsed(ON_RECEIVE, Trigger_Name="news", Namespace="/", Message="first")


def broken(timeline: Recorded) -> set[str]:
    return {found.requirement for found in violations(timeline.later().entries)}


@pytest.mark.parametrize(("requirement", "act"), ACTS.items())
@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_certain_of_long_polling_during_it(
    requirement: str, act: Act, fault: str
) -> None:
    assert requirement in broken(act(open_connection("polling")))
    during = act(open_connection("polling").begins(fault)).ends(fault)
    assert broken(during) == set()


@pytest.mark.parametrize("act", ACTS.values())
@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_certain_of_long_polling_after_it(act: Act, fault: str) -> None:
    assert broken(act(open_connection("polling").begins(fault).ends(fault))) == set()


@pytest.mark.parametrize("requirement", ["STO-2", "SND-2", "RCV-2", "STO-8"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("is_upgraded", [True, False])
def test_an_open_websocket_is_not_affected(
    requirement: str, fault: str, *, is_upgraded: bool
) -> None:
    transport = "polling" if is_upgraded else "websocket"
    timeline = open_connection(transport, is_upgraded=is_upgraded).begins(fault)
    assert requirement in broken(ACTS[requirement](timeline))
