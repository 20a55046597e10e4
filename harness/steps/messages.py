"""Sentences about messages: sent by nodes, received by On Receive, and subscriptions to them."""

import json

from pytest_bdd import given, then, when

from harness.mock_server.occurrences import Occurrence
from harness.steps.phrase import phrase
from harness.world.conformance import Entries, NotConforming
from harness.world.samples import quoted, sample
from harness.world.sightings import event_messages, pulse_values, pulses, served
from harness.world.world import World

MESSAGE = "Message"

# --- subscriptions --------------------------------------------------------------------------


@given(phrase("{name} listens to the event {event} of {connection}"))
def listens(world: World, name: str, event: str, connection: str) -> None:
    listens_in(world, name, event, "/", connection)


@given(phrase("{name} listens to the event {event} in the namespace {namespace} of {connection}"))
def listens_in(world: World, name: str, event: str, namespace: str, connection: str) -> None:
    if not world.draft.has_node(name):
        world.draft.add_node(name, "On Socket.IO Receive", connection)
        world.before_running(lambda: world.establish(connection))
    subscribed_again(world, event, namespace, connection)


@given(
    phrase("the event {event} in the namespace {namespace} of {connection} was subscribed to again")
)
def subscribed_again(world: World, event: str, namespace: str, connection: str) -> None:
    _executed_before_running(world, "Socket.IO Subscribe", event, namespace, connection)


@given(
    phrase("the event {event} in the namespace {namespace} of {connection} was unsubscribed from")
)
def unsubscribed(world: World, event: str, namespace: str, connection: str) -> None:
    _executed_before_running(world, "Socket.IO Unsubscribe", event, namespace, connection)


def _executed_before_running(
    world: World, kind: str, event: str, namespace: str, connection: str
) -> None:
    node = world.draft.add_numbered_node(
        kind, connection, {"Event Name": event, "Namespace": namespace}
    )

    def execute() -> None:
        finished(world, node)
        world.wait_for_server(connection, Occurrence.ESTABLISHED, namespace=namespace)
        world.barrier()

    world.before_running(execute)


@given(phrase("{node} has received a pulse and finished"))
def finished(world: World, node: str) -> None:
    world.pulse(node)
    world.wait_for_pulse(node)
    world.barrier()


# --- what nodes send ------------------------------------------------------------------------


@given(phrase("{node} has received a pulse with the {data_input} {value}"))
@when(phrase("{node} receives a pulse with the {data_input} {value}"))
def receives_with(world: World, node: str, data_input: str, value: str) -> None:
    world.pulse(node, {data_input: value})


@when(phrase("{node} receives a pulse with the sample {name}"))
def receives_with_sample(world: World, node: str, name: str) -> None:
    world.pulse(node, {MESSAGE: sample(name)})


@when(phrase("{node} receives pulses with the messages {first} to {last}"))
def receives_series(world: World, node: str, first: str, last: str) -> None:
    world.pulse_each(node, [{MESSAGE: message} for message in series(first, last)])


@then(phrase("the server receives the event {event} with {message}"))
def server_receives(world: World, server: str | None, event: str, message: str) -> None:
    require_messages(world, server, event, None, [message])


@then(phrase("the server receives the event {event} with {first} and then with {second}"))
def server_receives_two(
    world: World, server: str | None, event: str, first: str, second: str
) -> None:
    require_messages(world, server, event, None, [first, second])


@then(phrase("the server receives the event {event} with either {one} or {other}"))
def server_receives_either(
    world: World, server: str | None, event: str, one: str, other: str
) -> None:
    seen = received(world, server, event, None, 1)
    if seen not in ([(one,)], [(other,)]):
        raise NotConforming(
            f'the event "{event}" carries "{one}" or "{other}"', f"it carries {_all(seen)}"
        )


@then(phrase("the server receives the event {event} in the namespace {namespace} with {message}"))
def server_receives_in(
    world: World, server: str | None, event: str, namespace: str, message: str
) -> None:
    require_messages(world, server, event, namespace, [message])


@then(phrase("the server receives the event {event} with the sample {name}"))
def server_receives_sample(world: World, server: str | None, event: str, name: str) -> None:
    require_messages(world, server, event, None, [sample(name)])


@then(phrase("the server receives the event {event} with the messages {first} to {last} in order"))
def server_receives_series(
    world: World, server: str | None, event: str, first: str, last: str
) -> None:
    wanted = series(first, last)
    require_messages(world, server, event, None, wanted)
    name = world.name(server)

    def violation(entries: Entries) -> str | None:
        count = len(served(entries, name, Occurrence.EVENT_RECEIVED, event=event))
        return f"{count} came" if count > len(wanted) else None

    world.watch(f'the server receives "{event}" {len(wanted)} times', violation)


def require_messages(
    world: World, server: str | None, event: str, namespace: str | None, messages: list[str]
) -> None:
    """The server must receive just these messages first, in that order."""
    seen = received(world, server, event, namespace, len(messages))
    place = "" if namespace is None else f' in the namespace "{namespace}"'
    wanted = [(message,) for message in messages]
    for number, (came, expected) in enumerate(zip(seen, wanted, strict=True), start=1):
        if came != expected:
            raise NotConforming(
                f'the event "{event}"{place}, number {number}, carries {quoted(expected[0])}',
                f"it carries {_all([came])}",
            )


def received(
    world: World, server: str | None, event: str, namespace: str | None, count: int
) -> list[tuple[object, ...]]:
    """The arguments of the first so many events of that name."""
    name = world.name(server)
    where = {} if namespace is None else {"namespace": namespace}
    place = "" if namespace is None else f' in the namespace "{namespace}"'
    times = "" if count == 1 else f" {count} times"

    def look(entries: Entries) -> Entries | None:
        found = served(entries, name, Occurrence.EVENT_RECEIVED, event=event, **where)
        return found[:count] if len(found) >= count else None

    def seen(entries: Entries) -> str:
        return f"the server received {event_messages(entries, name)}"

    found = world.wait_for(f'the server receives "{event}"{place}{times}', look, seen)
    world.accounted.update(entry.number for entry in found)
    return [tuple(json.loads(str(entry.details["arguments"]))) for entry in found]


@then(phrase("the server receives no event"))
@then(phrase("the server receives no other event"))
def server_receives_no_other(world: World, server: str | None) -> None:
    name = world.name(server)

    def violation(entries: Entries) -> str | None:
        found = served(entries, name, Occurrence.EVENT_RECEIVED)
        others = tuple(entry for entry in found if entry.number not in world.accounted)
        return f"it received {event_messages(others, name)}" if others else None

    other = "other " if world.accounted else ""
    world.watch(f'the server of "{name}" receives no {other}event', violation)


@then(phrase("the second connection to the server carries no event"))
def second_carries_nothing(world: World, server: str | None) -> None:
    name = world.name(server)
    second = world.wait_for_established(name, 2)

    def violation(entries: Entries) -> str | None:
        found = served(entries, name, Occurrence.EVENT_RECEIVED, connection=second)
        return f"it carried {event_messages(found, name)}" if found else None

    world.watch(f'the second connection to the server of "{name}" carries no event', violation)


@then(
    phrase("it is noted whether the namespace {namespace} is joined before {node} receives a pulse")
)
def note_when_joined(world: World, namespace: str, node: str) -> None:
    world.barrier()
    name = world.name(None)
    requested = served(
        world.timeline.entries(), name, Occurrence.CONNECT_REQUESTED, namespace=namespace
    )
    world.pulse(node)
    world.wait_for_server(name, Occurrence.EVENT_RECEIVED, namespace=namespace)
    world.note(
        "a namespace is joined "
        + ("when the connection starts" if requested else "when a node first uses it")
    )


# --- what On Receive and On Error give ------------------------------------------------------


@then(phrase("{node} pulses with"))
def pulses_with(world: World, node: str, datatable: list[list[str]]) -> None:
    wait_for_values(world, node, dict(datatable))


@then(phrase("{node} pulses once with"))
def pulses_once_with(world: World, node: str, datatable: list[list[str]]) -> None:
    wait_for_values(world, node, dict(datatable))

    def violation(entries: Entries) -> str | None:
        count = len(pulses(entries, node))
        return f"it pulsed {count} times: {given_by(entries, node)}" if count > 1 else None

    world.watch(f'"{node}" pulses once', violation)


@then(phrase("{node} pulses with the sample {name}"))
def pulses_with_sample(world: World, node: str, name: str) -> None:
    wait_for_values(world, node, {MESSAGE: sample(name)})


@then(phrase("{node} pulses with the messages {first} to {last} in order"))
def pulses_with_series(world: World, node: str, first: str, last: str) -> None:
    wanted = series(first, last)

    def look(entries: Entries) -> Entries | None:
        found = pulses(entries, node)
        return found if len(found) >= len(wanted) else None

    def seen(entries: Entries) -> str:
        return f"it pulsed {len(pulses(entries, node))} times, {given_by(entries, node)}"

    found = world.wait_for(f'"{node}" pulses {len(wanted)} times', look, seen)
    for number, (entry, expected) in enumerate(zip(found, wanted, strict=False), start=1):
        came = pulse_values(entry).get(MESSAGE)
        if came != expected:
            raise NotConforming(
                f'pulse number {number} of "{node}" gives the message {quoted(expected)}',
                f"it gives {quoted(came)}",
            )

    def violation(entries: Entries) -> str | None:
        count = len(pulses(entries, node))
        return f"it pulsed {count} times" if count > len(wanted) else None

    world.watch(f'"{node}" pulses {len(wanted)} times', violation)


@then(
    phrase(
        "{node} pulses with {last}, and before it with both of {one} and {other} or with neither"
    )
)
def pulses_alike(world: World, node: str, last: str, one: str, other: str) -> None:
    wait_for_values(world, node, {MESSAGE: last})
    for first, second in ((one, other), (other, one)):
        if gave(world, node, first) and not gave(world, node, second):
            raise NotConforming(
                f'"{node}" treats the messages "{one}" and "{other}" alike',
                f'it pulsed for "{first}" and not for "{second}"',
            )


@then(phrase("it is noted whether {node} pulses for the message {message} before {last}"))
def note_whether_unsubscribed(world: World, node: str, message: str, last: str) -> None:
    wait_for_values(world, node, {MESSAGE: last})
    executes = "executes" if gave(world, node, message) else "does not execute"
    world.note(f"On Receive {executes} for events that nobody subscribed to")


@then(phrase("it is noted what {output} of {node} held for {payload} before {last}"))
def note_what_it_held(world: World, output: str, node: str, payload: str, last: str) -> None:
    wait_for_values(world, node, {output: last})
    values = [pulse_values(entry)[output] for entry in pulses(world.timeline.entries(), node)]
    held = quoted(values[0]) if len(values) > 1 else "not given: On Receive does not execute"
    world.note(f'"{output}" for {payload} is {held}')


def wait_for_values(world: World, node: str, values: dict[str, str]) -> None:
    """Wait for a pulse that gives these values, whatever else it gives."""

    def look(entries: Entries) -> bool | None:
        fits = any(values.items() <= pulse_values(entry).items() for entry in pulses(entries, node))
        return fits or None

    wanted = ", ".join(f"{name} {quoted(value)}" for name, value in values.items())
    world.subject = node
    world.wait_for(f'"{node}" pulses with {wanted}', look, lambda entries: given_by(entries, node))


def gave(world: World, node: str, message: str) -> bool:
    """Whether the node has pulsed with that message."""
    entries = pulses(world.timeline.entries(), node)
    return any(pulse_values(entry).get(MESSAGE) == message for entry in entries)


def given_by(entries: Entries, node: str) -> str:
    """What the last pulse of a node gave, in a few words."""
    last = pulses(entries, node)[-1:]
    if not last:
        return f'"{node}" has not pulsed'
    values = ", ".join(f"{name} {quoted(value)}" for name, value in pulse_values(last[0]).items())
    return f'the last pulse of "{node}" gave {values or "no values"}'


def series(first: str, last: str) -> list[str]:
    """The numbers from the first to the last, as messages."""
    return [str(number) for number in range(int(first), int(last) + 1)]


def _all(seen: list[tuple[object, ...]]) -> str:
    return "; ".join(", ".join(map(quoted, came)) or "no argument" for came in seen)
