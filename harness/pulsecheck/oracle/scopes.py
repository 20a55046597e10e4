"""Nodes work alike in the scopes Project and Scene: TBX-2 for the nodes with a pulse input."""

from msgspec.structs import replace

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.oracle.project_history import START, STOP, ProjectHistory
from pulsecheck.oracle.project_logic import HistoryNode
from pulsecheck.oracle.receiving import ON_RECEIVE
from pulsecheck.oracle.sending import SEND
from pulsecheck.oracle.subscribing import SUBSCRIBE, UNSUBSCRIBE
from pulsecheck.oracle.violation import FactViolation
from pulsecheck.shared.timeline import Entry

SCENE = "Scene"
TYPES = {
    "STA-2": START,
    "STA-3": START,
    "STO-2": STOP,
    "STO-3": STOP,
    "SND-2": SEND,
    "SND-4": SEND,
    "SUB-2": SUBSCRIBE,
    "SUB-4": UNSUBSCRIBE,
}
"""For each requirement, the type of the nodes that break it if they do nothing."""

EFFECTS = {
    START: Occurrence.ESTABLISHED,
    STOP: Occurrence.TERMINATED,
    SEND: Occurrence.EVENT_RECEIVED,
    UNSUBSCRIBE: Occurrence.EVENT_SENT,
}
"""For each of these types, what the server of the connection records if a node works.

An Unsubscribe leaves no trace. It is put to the test when the server sends the event again.
"""


def row_of_scope(history: ProjectHistory, found: FactViolation) -> FactViolation:
    """Return `found`, changed to TBX-2 if a Scene node fails and a Project node of its type works.

    The last pulse into a node of the type in `TYPES` must be the first pulse into a Scene node, and
    a Project node must have worked before it. Otherwise the nodes may fail in both scopes, so
    return `found` unchanged. Output pulses in the evidence do not count, because they may be late.
    """
    type_ = TYPES.get(found.requirement)
    proof = (history.entries[number] for number in found.evidence)
    last = max((each.number for each in proof if each.what != DriverOccurrence.PULSED), default=-1)
    in_project: list[tuple[HistoryNode, Entry]] = []
    in_scene: list[Entry] = []
    for node in history.logic.nodes.values():
        if node.type == type_:
            arrivals = [each for each in history.arrivals(node) if each.number <= last]
            if node.scope == SCENE:
                in_scene += arrivals
            else:
                in_project += [(node, each) for each in arrivals]
    if len(in_scene) != 1 or any(each.number > in_scene[0].number for _, each in in_project):
        return found
    has_worked = any(_has_worked(history, *each, in_scene[0]) for each in in_project)
    return replace(found, requirement="TBX-2") if has_worked else found


def _has_worked(history: ProjectHistory, node: HistoryNode, arrival: Entry, until: Entry) -> bool:
    """Return true if the node pulsed and had its effect between `arrival` and `until`.

    For an Unsubscribe, the server must have sent the event. If On Receive wrongly executes for this
    event, this is an earlier violation, so the later failure of a Scene node is not reported.
    """
    found = history.pulses[node.name], _effects(history, node)
    return all(
        any(arrival.number < each.number < until.number for each in entries) for entries in found
    )


def _effects(history: ProjectHistory, node: HistoryNode) -> list[Entry]:
    if node.type == SUBSCRIBE:
        listeners = history.logic.of(ON_RECEIVE, node.connection or "")
        return [pulse for each in listeners for pulse in history.pulses[each.name]]
    name = node.attributes.get("Event Name")
    return [
        entry
        for entry in history.entries
        if entry.what == EFFECTS[node.type]
        and entry.details["server"] == node.connection
        and (node.type != UNSUBSCRIBE or entry.details["event"] == name)
    ]
