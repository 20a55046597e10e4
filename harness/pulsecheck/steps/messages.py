"""Sentences about messages that nodes send, and about subscriptions."""

import json

from pytest_bdd import given, then, when

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.driver.protocol import Ability, NodeName
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.shared.timeline import Entry
from pulsecheck.steps.phrase import phrase
from pulsecheck.suite.needs import needs
from pulsecheck.world.expectations import Entries, NotConforming, Violation
from pulsecheck.world.samples import message_range, quoted, sample
from pulsecheck.world.timeline_queries import event_summary, pulses, server_entries
from pulsecheck.world.world import World

MESSAGE = "Message"
LISTENING = (NodeName.START, NodeName.ON_START, NodeName.SUBSCRIBE, NodeName.ON_RECEIVE)

# --- subscriptions --------------------------------------------------------------------------


@given(phrase("{name} listens to the event {event} of {connection}"))
@needs(*LISTENING)
def listens(world: World, name: str, event: str, connection: str) -> None:
    listens_in(world, name, event, "/", connection)


@given(phrase("{name} listens to the events {one} and {other} of {connection}"))
@needs(*LISTENING)
def listens_to_both(world: World, name: str, one: str, other: str, connection: str) -> None:
    listens(world, name, one, connection)
    listens(world, name, other, connection)


@given(phrase("{name} listens to the event {event} in the namespace {namespace} of {connection}"))
@needs(*LISTENING)
def listens_in(world: World, name: str, event: str, namespace: str, connection: str) -> None:
    if not world.draft.has_node(name):
        world.draft.add_node(name, "On Socket.IO Receive", connection)
        world.before_running(lambda: world.establish(connection))
    subscribed_again(world, event, namespace, connection)


@given(
    phrase("the event {event} in the namespace {namespace} of {connection} was subscribed to again")
)
@needs(NodeName.SUBSCRIBE)
def subscribed_again(world: World, event: str, namespace: str, connection: str) -> None:
    _executed_before_running(world, "Socket.IO Subscribe", event, namespace, connection)


@given(
    phrase("the event {event} in the namespace {namespace} of {connection} was unsubscribed from")
)
@needs(NodeName.UNSUBSCRIBE)
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
@needs(data_input={"Namespace": Ability.DYNAMIC_NAMESPACES})
def receives_with(world: World, node: str, data_input: str, value: str) -> None:
    world.pulse(node, {data_input: value})


@when(phrase("{node} receives a pulse with the sample {name}"))
def receives_with_sample(world: World, node: str, name: str) -> None:
    world.pulse(node, {MESSAGE: sample(name)})


@when(phrase("{node} receives pulses with the messages {first} to {last}"))
def receives_series(world: World, node: str, first: str, last: str) -> None:
    world.pulse_each(node, [{MESSAGE: message} for message in message_range(first, last)])


@given(phrase("the server has received the event {event} with {message}"))
@then(phrase("the server receives the event {event} with {message}"))
def server_receives(world: World, server: str | None, event: str, message: str) -> None:
    require_messages(world, server, event, None, [message])


@then(phrase("the server receives the event {event} with the {output} of {node}"))
def server_receives_value(
    world: World, server: str | None, event: str, output: str, node: str
) -> None:
    """Compare with the value that the last pulse of a node gave."""
    (entry,) = received(world, server, event, None, 1)
    before = pulses(world.timeline.entries()[: entry.number], node)
    value = before[-1].details["values"].get(output) if before else None
    world.require(
        f'the event "{event}" carries the "{output}" of "{node}", {quoted(value)}',
        bool(before) and arguments(entry) == (value,),
        f"it carries {_quoted(arguments(entry))}",
        (*before[-1:], entry),
    )


@then(phrase("the server receives the event {event} with {first} and then with {second}"))
def server_receives_two(
    world: World, server: str | None, event: str, first: str, second: str
) -> None:
    require_messages(world, server, event, None, [first, second])


@then(phrase("the server receives the event {earlier} before the event {later}"))
def server_receives_before(world: World, server: str | None, earlier: str, later: str) -> None:
    (second,) = received(world, server, later, None, 1)
    (first,) = received(world, server, earlier, None, 1)
    expected = f'the server receives "{earlier}" before "{later}"'
    world.require_order(expected, first, second)


@then(phrase("the server receives the event {event} with either {one} or {other}"))
def server_receives_either(
    world: World, server: str | None, event: str, one: str, other: str
) -> None:
    (entry,) = received(world, server, event, None, 1)
    seen = arguments(entry)
    if seen not in ((one,), (other,)):
        raise NotConforming(
            f'the event "{event}" carries "{one}" or "{other}"',
            f"it carries {_quoted(seen)}",
            (entry,),
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
    expected = message_range(first, last)
    require_messages(world, server, event, None, expected)
    name = world.name(server)

    def violation(entries: Entries) -> Violation | None:
        found = server_entries(entries, name, Occurrence.EVENT_RECEIVED, event=event)
        surplus = found[len(expected) :]
        return Violation(f"it received {len(found)}", surplus) if surplus else None

    world.watch(f'the server receives {len(expected)} events "{event}"', violation)


def require_messages(
    world: World, server: str | None, event: str, namespace: str | None, messages: list[str]
) -> None:
    """Require that the first events with the name `event` carry `messages`, in this order."""
    events = received(world, server, event, namespace, len(messages))
    place = "" if namespace is None else f' in the namespace "{namespace}"'
    for number, (entry, message) in enumerate(zip(events, messages, strict=True), start=1):
        which = "the event" if len(messages) == 1 else f"number {number} of the events"
        if (seen := arguments(entry)) != (message,):
            raise NotConforming(
                f'{which} "{event}"{place} carries {quoted(message)}',
                f"it carries {_quoted(seen)}",
                (entry,),
            )


def received(
    world: World, server: str | None, event: str, namespace: str | None, count: int
) -> Entries:
    """Wait for the first `count` events with the name `event`, and return them."""
    name = world.name(server)
    filters = {} if namespace is None else {"namespace": namespace}
    place = "" if namespace is None else f' in the namespace "{namespace}"'
    times = "" if count == 1 else f" {count} times"

    def find(entries: Entries) -> Entries:
        return server_entries(entries, name, Occurrence.EVENT_RECEIVED, event=event, **filters)

    def seen(entries: Entries) -> str:
        return f"the server received {event_summary(entries, name)}"

    expected = f'the server receives "{event}"{place}{times}'
    found = world.wait_for_all(expected, find, count, seen, kind=Occurrence.EVENT_RECEIVED)[:count]
    world.asserted_events.update(entry.number for entry in found)
    return found


def arguments(entry: Entry) -> tuple[object, ...]:
    """Return the arguments of an event that a server received."""
    return tuple(json.loads(entry.details["arguments"]))


@then(phrase("the server receives no event"))
@then(phrase("the server receives no other event"))
def server_receives_no_other(world: World, server: str | None) -> None:
    name = world.name(server)

    def violation(entries: Entries) -> Violation | None:
        found = server_entries(entries, name, Occurrence.EVENT_RECEIVED)
        others = tuple(entry for entry in found if entry.number not in world.asserted_events)
        return Violation(f"it received {event_summary(others, name)}", others) if others else None

    other = "other " if world.asserted_events else ""
    world.watch(f'the server of "{name}" receives no {other}event', violation)


@then(phrase("the second connection to the server carries no event that was sent before it"))
def second_carries_nothing(world: World, server: str | None) -> None:
    name = world.name(server)
    second = world.wait_for_established(name, 2)

    def violation(entries: Entries) -> Violation | None:
        opened = server_entries(entries, name, Occurrence.OPENED, connection=second)[0]
        starts = [
            each.number
            for each in entries[: opened.number]
            if each.what == DriverOccurrence.PULSED and each.details["type"] == NodeName.START
        ]
        since = max(starts, default=opened.number)
        sent_later = sum(
            each.number > since and each.details.get("type") == NodeName.SEND
            for each in entries
            if each.what == DriverOccurrence.REQUEST
        )
        found = server_entries(entries, name, Occurrence.EVENT_RECEIVED, connection=second)
        if len(found) <= sent_later:
            return None
        return Violation(f"it carried {event_summary(found, name)}", found)

    world.watch(
        f'the second connection to the server of "{name}" carries no event that was sent before '
        "it was opened",
        violation,
    )


@then(
    phrase("it is noted whether the namespace {namespace} is joined before {node} receives a pulse")
)
def note_when_joined(world: World, namespace: str, node: str) -> None:
    world.barrier()
    name = world.name(None)
    requested = server_entries(
        world.timeline.entries(), name, Occurrence.CONNECT_REQUESTED, namespace=namespace
    )
    world.pulse(node)
    world.wait_for_server(name, Occurrence.EVENT_RECEIVED, namespace=namespace)
    world.note(
        "a namespace is joined "
        + ("when the connection starts" if requested else "when a node first uses it")
    )


def _quoted(values: tuple[object, ...]) -> str:
    return ", ".join(map(quoted, values)) or "no argument"
