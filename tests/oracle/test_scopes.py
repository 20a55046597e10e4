import pytest

from pulsecheck.oracle.rules import violations
from recorded import ON_STOP, SEND, START, STOP, Recorded

PATIENCE = 10.0


def broken(timeline: Recorded) -> list[str]:
    found = violations(timeline.later(PATIENCE + 1).entries, patience=PATIENCE)
    return [each.requirement for each in found]


@pytest.mark.parametrize(("scope", "row"), [("Scene", "TBX-2"), ("Project", "SND-2")])
def test_a_node_of_scene_that_does_nothing_does_not_work_alike(scope: str, row: str) -> None:
    sender = {"type": SEND, "Event Name": "news", "scope": scope}
    timeline = Recorded(sender=sender).into(START).pulsed(START).established()
    timeline.pulsed("On Socket.IO Start").into("sender").pulsed("sender")
    assert broken(timeline) == [row]


def test_a_node_of_scene_that_pulses_too_early_does_work() -> None:
    timeline = Recorded(early={"type": ON_STOP, "scope": "Scene"}).into(START).pulsed(START)
    timeline.established().pulsed("On Socket.IO Start").into(STOP).pulsed(STOP).leaves()
    timeline.pulsed("early").terminated().pulsed(ON_STOP)
    assert broken(timeline) == ["STO-5"]
