"""Sentences about all documented facts at once, which the oracle judges."""

from pytest_bdd import given, then, when

from pulsecheck.steps.judging import judge_so_far, pending
from pulsecheck.world.expectations import Entries, NotConforming
from pulsecheck.world.world import World


@given("everything that must happen has happened")
@when("everything that must happen has happened")
def settle(world: World) -> None:
    """Wait until no documented fact requires a further event, or until the patience is over.

    An event that is missing because of a known violation is waited for only briefly.
    """
    timeouts = world.resources.timeouts
    began = world.timeline.now()
    while True:
        world.barrier()
        entries = world.timeline.entries()
        missing = pending(entries, timeouts.overdue)
        is_known = missing <= world.known_violations
        patience = timeouts.repeated_miss if is_known else timeouts.patience
        left = began + patience - world.timeline.now()
        if left <= 0:
            world.known_violations |= missing
        if not missing or left <= 0:
            return
        _wait_for_more(world, len(entries), left)


def _wait_for_more(world: World, count: int, seconds: float) -> None:
    def find(entries: Entries) -> bool | None:
        return len(entries) > count or None

    world.timeline.wait_for(find, seconds)


@then("no documented fact is contradicted")
def no_contradiction(world: World) -> None:
    settle(world)
    world.assertion_count += 1
    entries, found = judge_so_far(world)
    for each in found:
        proof = (entries[number] for number in each.evidence)
        raise NotConforming(f"{each.requirement}: {each.expected}", each.seen, proof)
