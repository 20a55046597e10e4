"""Let the oracle judge the timeline of a scenario so far."""

from collections.abc import Sequence

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.oracle.rules import violations
from pulsecheck.oracle.violation import FactViolation
from pulsecheck.world.expectations import Entries
from pulsecheck.world.world import World


def judge_so_far(world: World) -> tuple[Entries, tuple[FactViolation, ...]]:
    """Return the entries so far, and the oracle's violations among them.

    If a pulse that proves a violation has only just come, wait for the tolerance and judge again.
    The reason: the cause of the pulse may come a little later, because another process reports it.
    """
    entries, found = _judge(world)
    if _is_fresh(entries, found, world):
        world.timeline.wait_for(lambda _: None, world.resources.timeouts.tolerance)
        entries, found = _judge(world)
    return entries, found


def pending(entries: Entries, patience: float) -> frozenset[str]:
    """The requirements that are violated only if no further event comes within the patience."""
    later = _violated(entries, patience, idle=patience)
    return later and later - _violated(entries, patience, idle=0.0)


def _violated(entries: Entries, patience: float, idle: float) -> frozenset[str]:
    found = violations(entries, patience=patience, idle=idle)
    return frozenset(each.requirement for each in found)


def _judge(world: World) -> tuple[Entries, tuple[FactViolation, ...]]:
    entries, timeouts = world.timeline.entries(), world.resources.timeouts
    return entries, violations(entries, timeouts.tolerance, timeouts.overdue)


def _is_fresh(entries: Entries, found: Sequence[FactViolation], world: World) -> bool:
    """Whether a pulse that proves a violation came within the last `tolerance` seconds."""
    latest = world.timeline.now() - world.resources.timeouts.tolerance
    proof = (entries[number] for each in found for number in each.evidence)
    return any(each.what == DriverOccurrence.PULSED and each.at > latest for each in proof)
