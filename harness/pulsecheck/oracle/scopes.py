"""Nodes work alike in the scopes Project and Scene. A Scene node without effect breaks TBX-2."""

from collections.abc import Sequence

from msgspec.structs import replace

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.oracle.errors import ON_ERROR
from pulsecheck.oracle.project_history import ON_START, ON_STOP, START, STOP, ProjectHistory
from pulsecheck.oracle.receiving import ON_RECEIVE
from pulsecheck.oracle.sending import SEND
from pulsecheck.oracle.subscribing import SUBSCRIBE, UNSUBSCRIBE
from pulsecheck.oracle.violation import FactViolation
from pulsecheck.shared.timeline import Entry

SCENE = "Scene"
TYPES = {
    "STA-2": (START,),
    "STA-3": (START,),
    "STA-5": (ON_START,),
    "STA-8": (START, ON_START),
    "STO-2": (STOP,),
    "STO-3": (STOP,),
    "STO-5": (ON_STOP,),
    "STO-9": (ON_STOP,),
    "STO-10": (STOP,),
    "STO-11": (STOP,),
    "SND-2": (SEND,),
    "SND-4": (SEND,),
    "SND-5": (SEND,),
    "SUB-2": (SUBSCRIBE, ON_RECEIVE),
    "SUB-4": (UNSUBSCRIBE,),
    "RCV-2": (ON_RECEIVE,),
    "ERR-2": (ON_ERROR,),
    "ERR-3": (ON_ERROR,),
}
"""For each requirement, the types of the nodes that break it if they do nothing."""


def row_of_scope(history: ProjectHistory, found: FactViolation) -> FactViolation:
    """Return `found`, changed to TBX-2 if a node in the scope Scene may have done nothing.

    `TYPES` has the types of the nodes that may have done nothing. Return `found` unchanged if no
    node of these types is in the scope Scene. Also return it unchanged if the evidence contains a
    pulse of a node of these types, because such a node does something.
    """
    types = TYPES.get(found.requirement, ())
    in_scene = any(
        node.scope == SCENE and node.type in types for node in history.logic.nodes.values()
    )
    if not in_scene or _has_pulsed(history.entries, found, types):
        return found
    return replace(found, requirement="TBX-2")


def _has_pulsed(entries: Sequence[Entry], found: FactViolation, types: Sequence[str]) -> bool:
    proof = (entries[number] for number in found.evidence)
    return any(
        entry.what == DriverOccurrence.PULSED and entry.details["type"] in types for entry in proof
    )
