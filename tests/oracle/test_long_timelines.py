"""Timelines of an implementation that does too much are judged in little time."""

import time

from pulsecheck.oracle.rules import violations
from recorded import ON_RECEIVE, ON_START, START, Recorded

MANY = 3_000
LONGEST = 10
"""Seconds of processor time. An algorithm whose time grows with the square needs over a minute."""


def seconds_to_judge(timeline: Recorded) -> float:
    began = time.process_time()
    violations(timeline.entries)
    return time.process_time() - began


def test_an_implementation_that_reconnects_without_a_pause() -> None:
    timeline = Recorded().into(START).established().pulsed(ON_START)
    for number in range(2, MANY):
        timeline.established(connection=number).terminated(connection=number)
    assert seconds_to_judge(timeline) < LONGEST


def test_an_implementation_whose_nodes_pulse_without_a_pause() -> None:
    timeline = Recorded(receiver={"type": ON_RECEIVE}).into(START).established()
    for _ in range(MANY):
        timeline.pulsed(ON_START).pulsed("receiver", Message="?")
    assert seconds_to_judge(timeline) < LONGEST
