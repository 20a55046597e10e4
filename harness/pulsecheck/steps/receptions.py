"""Sentences about the outputs of On Receive, On Error and other event listener nodes."""

from pytest_bdd import given, then

from pulsecheck.steps.phrase import phrase
from pulsecheck.steps.pulses import does_not_pulse
from pulsecheck.world.expectations import Entries, NotConforming, Violation
from pulsecheck.world.samples import message_range, quoted, sample
from pulsecheck.world.timeline_queries import pulse_values, pulses
from pulsecheck.world.world import World

MESSAGE = "Message"


@then(phrase("{node} pulses with"))
def pulses_with(world: World, node: str, datatable: list[list[str]]) -> None:
    wait_for_values(world, node, dict(datatable))


@given(phrase("{node} has pulsed with the message {message}"))
def has_pulsed_with(world: World, node: str, message: str) -> None:
    wait_for_values(world, node, {MESSAGE: message})


@given(phrase("{node} has executed for the event {event}"))
def has_executed(world: World, node: str, event: str) -> None:
    world.emit(None, event, (event,))
    wait_for_values(world, node, {"Trigger Name": event})


@given(phrase("{node} has not executed for the event {event}"))
def has_not_executed(world: World, node: str, event: str) -> None:
    world.emit(None, event, (event,))
    does_not_pulse(world, node)


@then(phrase("{node} pulses once with"))
def pulses_once_with(world: World, node: str, datatable: list[list[str]]) -> None:
    wait_for_values(world, node, dict(datatable))

    def violation(entries: Entries) -> Violation | None:
        found = pulses(entries, node)
        if len(found) <= 1:
            return None
        return Violation(f"it pulsed {len(found)} times: {last_values(entries, node)}", found[1:])

    world.watch(f'"{node}" pulses once', violation)


@then(phrase("{node} pulses with the sample {name}"))
def pulses_with_sample(world: World, node: str, name: str) -> None:
    wait_for_values(world, node, {MESSAGE: sample(name)})


@then(phrase("{node} pulses with the messages {first} to {last} in order"))
def pulses_with_series(world: World, node: str, first: str, last: str) -> None:
    messages = message_range(first, last)

    def find(entries: Entries) -> Entries:
        return pulses(entries, node)

    def seen(entries: Entries) -> str:
        return f"it pulsed {len(find(entries))} times, {last_values(entries, node)}"

    expected = f'"{node}" pulses {len(messages)} times'
    kind = world.node_type(node)
    found = world.wait_for_all(expected, find, len(messages), seen, kind=kind)
    for number, (entry, message) in enumerate(zip(found, messages, strict=False), start=1):
        actual = pulse_values(entry).get(MESSAGE)
        if actual != message:
            raise NotConforming(
                f'pulse number {number} of "{node}" gives the message {quoted(message)}',
                f"it gives {quoted(actual)}",
                (entry,),
            )

    def violation(entries: Entries) -> Violation | None:
        found = pulses(entries, node)
        surplus = found[len(messages) :]
        return Violation(f"it pulsed {len(found)} times", surplus) if surplus else None

    world.watch(expected, violation)


@then(
    phrase("{node} pulses with {last}, and before it with both {one} and {other} or with neither")
)
def pulses_alike(world: World, node: str, last: str, one: str, other: str) -> None:
    wait_for_values(world, node, {MESSAGE: last})
    for first, second in ((one, other), (other, one)):
        found = pulses_with_message(world, node, first)
        if found and not pulses_with_message(world, node, second):
            raise NotConforming(
                f'"{node}" treats the messages "{one}" and "{other}" alike',
                f'it pulsed for "{first}" and not for "{second}"',
                found,
            )


@then(phrase("it is noted whether {node} pulses for the message {message} before {last}"))
def note_whether_unsubscribed(world: World, node: str, message: str, last: str) -> None:
    wait_for_values(world, node, {MESSAGE: last})
    executes = "executes" if pulses_with_message(world, node, message) else "does not execute"
    world.note(f"On Receive {executes} for events without a subscription")


@then(phrase("it is noted what {output} of {node} held for {payload} before {last}"))
def note_what_it_held(world: World, output: str, node: str, payload: str, last: str) -> None:
    wait_for_values(world, node, {output: last})
    values = [pulse_values(entry)[output] for entry in pulses(world.timeline.entries(), node)]
    held = quoted(values[0]) if len(values) > 1 else "not given: On Receive does not execute"
    world.note(f'"{output}" for {payload} is {held}')


def wait_for_values(world: World, node: str, values: dict[str, str]) -> None:
    """Wait for a pulse of the node that gives at least these values."""

    def find(entries: Entries) -> bool | None:
        found = any(
            values.items() <= pulse_values(entry).items() for entry in pulses(entries, node)
        )
        return found or None

    expected = ", ".join(f"{name} {quoted(value)}" for name, value in values.items())
    world.subject = node
    world.wait_for(
        f'"{node}" pulses with {expected}',
        find,
        lambda entries: last_values(entries, node),
        kind=world.node_type(node),
    )


def pulses_with_message(world: World, node: str, message: str) -> Entries:
    """Return the pulses of the node that gave this message."""
    entries = pulses(world.timeline.entries(), node)
    return tuple(entry for entry in entries if pulse_values(entry).get(MESSAGE) == message)


def last_values(entries: Entries, node: str) -> str:
    """Summarize the values of the last pulse of a node."""
    last = pulses(entries, node)[-1:]
    if not last:
        return f'"{node}" has not pulsed'
    values = ", ".join(f"{name} {quoted(value)}" for name, value in pulse_values(last[0]).items())
    return f'the last pulse of "{node}" gave {values or "no values"}'
