"""No rule reports a violation by a correct runtime.

An early pulse of On Stop is found at every position on a timeline.
"""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pulsecheck.oracle.rules import violations
from pulsecheck.shared.timeline import Entry
from recorded import ON_STOP, Recorded
from right_runtime import PATIENCE, right_timelines


@settings(deadline=None)
@given(right_timelines())
def test_no_rule_accuses_a_right_runtime(timeline: Recorded) -> None:
    assert violations(timeline.entries, patience=PATIENCE) == ()


@settings(deadline=None)
@given(right_timelines(), st.data())
def test_an_early_on_stop_is_found_wherever_it_comes(
    timeline: Recorded, data: st.DataObject
) -> None:
    pulse = data.draw(st.sampled_from(announcements(timeline)))
    connection = connection_of(timeline, pulse)
    before = timeline.entries[: pulse.number]
    terminated = last(before, "connection terminated", connection)
    ending = last(before[: terminated.number], "client leaves", connection)
    place = data.draw(st.integers(ending.number + 1, terminated.number))
    found = violations(moved(timeline.entries, pulse, place), patience=PATIENCE)
    assert {each.requirement for each in found} == {"STO-5"}
    assert all(f'"{connection}"' in each.expected for each in found)


def announcements(timeline: Recorded) -> list[Entry]:
    """Return the pulses of On Stop for connections that the client has left."""
    pulses = (entry for entry in timeline.entries if entry.details.get("type") == ON_STOP)
    return [pulse for pulse in pulses if was_left(timeline, pulse)]


def was_left(timeline: Recorded, pulse: Entry) -> bool:
    connection, before = connection_of(timeline, pulse), timeline.entries[: pulse.number]
    opened, left = (
        last(before, what, connection).number for what in ("connection opened", "client leaves")
    )
    return opened < left


def connection_of(timeline: Recorded, pulse: Entry) -> str:
    logic = timeline.entries[0].details["params"]["project"]["logic"]
    nodes = [node for scope in logic.values() for node in scope["nodes"]]
    (found,) = (node for node in nodes if node["id"] == pulse.details["node"])
    return str(found["attributes"]["Configuration"])


def last(entries: list[Entry], what: str, connection: str) -> Entry:
    found = (each for each in entries if each.what == what and each.details["server"] == connection)
    return max(found, key=lambda each: each.number, default=entries[0])


def moved(entries: list[Entry], pulse: Entry, place: int) -> list[Entry]:
    """Return the entries with `pulse` moved to `place`, 0.01 s after the previous entry."""
    early = replace(pulse, at=entries[place - 1].at + 0.01)
    others = [each for each in entries if each is not pulse]
    return [
        replace(each, number=number)
        for number, each in enumerate([*others[:place], early, *others[place:]])
    ]
