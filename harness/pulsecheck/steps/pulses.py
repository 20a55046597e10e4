"""Sentences about nodes that receive and send pulses, or report errors."""

from pytest_bdd import given, then, when

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.steps.judging import judge_so_far
from pulsecheck.steps.phrase import phrase
from pulsecheck.world.expectations import Entries, Violation
from pulsecheck.world.timeline_queries import (
    clock_time,
    pulse_summary,
    pulses,
    reported_errors,
)
from pulsecheck.world.world import World

EARLY = {
    Occurrence.ESTABLISHED: ("established", {"STA-5", "STA-7"}),
    Occurrence.TERMINATED: ("terminated", {"STO-5", "STO-8"}),
}
"""For each event that a pulse announces: the connection's state, and what an early pulse breaks."""


@given(phrase("{node} has received a pulse"))
@when(phrase("{node} receives a pulse"))
def receives(world: World, node: str) -> None:
    world.pulse(node)


@given(phrase("{node} has pulsed"))
@then(phrase("{node} pulses"))
def pulses_at_all(world: World, node: str) -> None:
    world.wait_for_pulse(node)


@then(phrase("{node} pulses in the end"))
def pulses_in_the_end(world: World, node: str) -> None:
    world.wait_at_end(lambda: world.wait_for_pulse(node))


@given(phrase("{node} has pulsed a second time"))
@then(phrase("{node} pulses a second time"))
def pulses_twice(world: World, node: str) -> None:
    world.wait_for_pulse(node, 2)


@then(phrase("{node} pulses, if necessary after further pulses into {start}"))
def pulses_eventually(world: World, node: str, start: str) -> None:
    world.pulse_until(start, node)


@then(phrase("{node} pulses a second time, if necessary after further pulses into {start}"))
def pulses_twice_eventually(world: World, node: str, start: str) -> None:
    world.pulse_until(start, node, 2)


@then(phrase("{node} pulses once"))
def pulses_once(world: World, node: str) -> None:
    world.wait_for_pulse(node)

    def violation(entries: Entries) -> Violation | None:
        seen = pulses(entries, node)
        if len(seen) <= 1:
            return None
        return Violation(f"it pulsed {len(seen)} times, at {_times(seen)}", seen[1:])

    world.watch(f'"{node}" pulses once', violation)


@then(phrase("{node} does not pulse"))
def does_not_pulse(world: World, node: str) -> None:
    def violation(entries: Entries) -> Violation | None:
        seen = pulses(entries, node)
        return Violation(f"it pulsed at {_times(seen)}", seen) if seen else None

    world.watch(f'"{node}" does not pulse', violation)


@then("no node pulses")
def none_pulses(world: World) -> None:
    def violation(entries: Entries) -> Violation | None:
        seen = pulses(entries)
        return Violation(pulse_summary(entries), seen) if seen else None

    world.watch("no node pulses", violation)


@then(phrase("{node} does not pulse while the server holds the disconnect"))
def no_pulse_while_held(world: World, node: str, server: str | None) -> None:
    no_pulse_before_termination(world, node, world.name(server))


@then(phrase("{node} does not pulse before the connection {connection} is terminated"))
def no_pulse_before_termination(world: World, node: str, connection: str) -> None:
    world.wait_for_server(connection, Occurrence.CLIENT_LEAVES)
    watch_order(world, node, connection, Occurrence.TERMINATED)


@then(phrase("{node} does not pulse while the connection {connection} is open"))
def no_pulse_while_open(world: World, node: str, connection: str) -> None:
    watch_order(world, node, connection, Occurrence.TERMINATED)


@then(phrase("{node} does not pulse while the server withholds the answer"))
def no_pulse_while_withheld(world: World, node: str, server: str | None) -> None:
    world.wait_for_server(server, Occurrence.CONNECT_REQUESTED)
    watch_order(world, node, world.name(server), Occurrence.ESTABLISHED)


def watch_order(world: World, node: str, connection: str, announced: Occurrence) -> None:
    """Watch that the oracle finds no pulse of the node before the server recorded `announced`."""
    world.subject = node
    state, rows = EARLY[announced]

    def violation(_: Entries) -> Violation | None:
        entries, violations = judge_so_far(world)
        own = {entry.number for entry in pulses(entries, node)}
        for found in violations:
            if found.requirement in rows and own.intersection(found.evidence):
                return Violation(found.seen, tuple(entries[number] for number in found.evidence))
        return None

    world.watch(f'no pulse of "{node}" before the connection "{connection}" is {state}', violation)


@then(phrase("it pulses after the server releases the disconnect"))
@then(phrase("it pulses after the server answers the connection request"))
@then(phrase("it pulses by the time the server has closed the network connection"))
def pulses_after_release(world: World, server: str | None) -> None:
    world.release_faults(server)
    world.wait_for_pulse(world.subject)


@then(phrase("{node} pulses, and not before the connection {connection} is terminated"))
def pulses_in_order(world: World, node: str, connection: str) -> None:
    world.wait_for_pulse(node)
    world.wait_for_server(connection, Occurrence.TERMINATED)
    watch_order(world, node, connection, Occurrence.TERMINATED)


@then(phrase("{earlier} pulsed before {later}"))
def pulsed_before(world: World, earlier: str, later: str) -> None:
    first, second = world.wait_for_pulse(earlier), world.wait_for_pulse(later)
    world.require_order(f'"{earlier}" pulses before "{later}"', first, second)


@then(phrase("exactly one of {one} and {other} pulses"))
def exactly_one(world: World, one: str, other: str) -> None:
    def seen(entries: Entries) -> Entries:
        return pulses(entries, one) + pulses(entries, other)

    def violation(entries: Entries) -> Violation | None:
        both = seen(entries)
        return Violation(f"both pulsed, at {_times(both)}", both) if len(both) > 1 else None

    expected = f'exactly one of "{one}" and "{other}" pulses'
    world.wait_for(expected, lambda entries: seen(entries) or None, kind=world.node_type(one))
    world.watch(expected, violation)


@given(phrase("{one} or {other} has pulsed"))
def either(world: World, one: str, other: str) -> None:
    world.wait_for(
        f'"{one}" or "{other}" pulses',
        lambda entries: pulses(entries, one) or pulses(entries, other) or None,
        kind=world.node_type(one),
    )


@then(phrase("{listener} pulses, or an error is reported for {node}"))
def pulses_or_error_reported(world: World, listener: str, node: str) -> None:
    world.wait_for(
        f'"{listener}" pulses, or an error is reported for "{node}"',
        lambda entries: pulses(entries, listener) or reported_errors(entries, node) or None,
        kind=world.node_type(listener),
    )


@then(phrase("an error is reported for {node}"))
def error_reported(world: World, node: str) -> None:
    world.wait_for(
        f'an error is reported for "{node}"',
        lambda entries: reported_errors(entries, node) or None,
        kind=DriverOccurrence.RUNTIME_ERROR,
    )


@then("the implementation still answers")
def still_answers(world: World) -> None:
    world.require_answer()


@then(phrase("it is noted whether {node} pulses before the disconnect is released"))
@then(phrase("it is noted whether {node} pulses before the server answers"))
def note_whether_before(world: World, node: str, server: str | None = None) -> None:
    world.barrier()
    is_early = bool(pulses(world.timeline.entries(), node))
    world.release_faults(server)
    world.wait_for_pulse(node)
    world.note(f'"{node}" pulses {"at once" if is_early else "only afterwards"}')


@then(phrase("it is noted whether {node} pulses after {what}"))
def note_whether_after(world: World, node: str, what: str) -> None:
    def choice(entries: Entries) -> str:
        return f'"{node}" {"pulses" if pulses(entries, node) else "does not pulse"} after {what}'

    world.note_at_end(choice)


def _times(entries: Entries) -> str:
    return ", ".join(map(clock_time, entries))
