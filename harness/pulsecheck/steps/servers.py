"""Sentences about the mock servers: their behaviour, and what they record."""

from typing import Literal

from pytest_bdd import given, then, when

from pulsecheck.mock_server import (
    AnswerHttp,
    CloseTransport,
    Cut,
    DelayFin,
    GoSilent,
    HoldAnswer,
    HoldDisconnects,
    LeaveNamespace,
    NeverAnswer,
    PortGone,
    RefuseConnection,
    WithholdConnectAnswer,
)
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.steps.phrase import phrase
from pulsecheck.world.expectations import Entries, Violation
from pulsecheck.world.samples import message_range, payload, sample
from pulsecheck.world.timeline_queries import server_entries
from pulsecheck.world.world import TRANSPORTS, World

HALVES: dict[str, Literal["GET", "POST"]] = {"closing": "POST", "waiting": "GET"}
"""The HTTP methods of the two requests that are pending when a client ends long-polling. The
closing request sends the disconnect. The waiting request waits for data from the server."""

# --- behaviour ------------------------------------------------------------------------------


@given(phrase("the server holds disconnects"))
@when(phrase("the server holds disconnects"))
def holds_disconnects(world: World, server: str | None) -> None:
    world.add_fault(server, HoldDisconnects())


@given(phrase("the server holds its answer to the {request} request of long-polling"))
@when(phrase("the server holds its answer to the {request} request of long-polling"))
def holds_answer(world: World, server: str | None, request: str) -> None:
    world.add_fault(server, HoldAnswer(HALVES[request]))


@given(phrase("the server delays only the end of the network connection"))
@when(phrase("the server delays only the end of the network connection"))
def delays_fin(world: World, server: str | None) -> None:
    world.add_fault(server, DelayFin())


@given(phrase("the server withholds the answer to a connection request"))
@when(phrase("the server withholds the answer to a connection request"))
def withholds_answer(world: World, server: str | None) -> None:
    world.add_fault(server, WithholdConnectAnswer())


@given(phrase("the server refuses connections with the message {message}"))
@when(phrase("the server refuses connections with the message {message}"))
def refuses(world: World, server: str | None, message: str) -> None:
    world.add_fault(server, RefuseConnection(message))


@given(phrase("the server refuses connections with the message {message} and further data"))
def refuses_with_data(world: World, server: str | None, message: str) -> None:
    world.add_fault(server, RefuseConnection(message, {"message": "of the data", "code": 7}))


@given(phrase("the server refuses connections without a message"))
def refuses_silently(world: World, server: str | None) -> None:
    world.add_fault(server, RefuseConnection(""))


@given(phrase("the server refuses the namespace {namespace} with the message {message}"))
def refuses_namespace(world: World, server: str | None, namespace: str, message: str) -> None:
    world.add_fault(server, RefuseConnection(message, namespace=namespace))


@given(phrase("the server is out of service"))
@when(phrase("the server is out of service"))
def out_of_service(world: World, server: str | None) -> None:
    world.add_fault(server, AnswerHttp(503, "<h1>Service Unavailable</h1>"))
    world.allow_late_errors()


@given(phrase("the server is an ordinary web server"))
def ordinary_web_server(world: World, server: str | None) -> None:
    world.add_fault(server, AnswerHttp(200, "<!DOCTYPE html><title>Welcome</title>"))
    world.allow_late_errors()


@given(phrase("the server accepts and never answers"))
def never_answers(world: World, server: str | None) -> None:
    world.add_fault(server, NeverAnswer())
    world.allow_late_errors()


@given(phrase("the server is gone"))
@when(phrase("the server is gone"))
def is_gone(world: World, server: str | None) -> None:
    world.add_fault(server, PortGone())
    world.allow_late_errors()


@given(phrase("the server has a short heartbeat interval"))
def short_heartbeat(world: World, server: str | None) -> None:
    world.shorten_heartbeat(world.name(server))


@given(phrase("the server accepts connections again"))
@given(phrase("the server is back"))
@given(phrase("the server has released the disconnect"))
@when(phrase("the server releases the disconnect"))
@when(phrase("the server answers the connection request"))
@when(phrase("the server answers again"))
@when(phrase("the server is back"))
def releases_faults(world: World, server: str | None) -> None:
    world.release_faults(server)


@given(phrase("the server disconnects the client"))
@when(phrase("the server disconnects the client"))
def disconnects(world: World, server: str | None) -> None:
    world.apply_once(server, LeaveNamespace())


@given(phrase("the server has disconnected the client from the namespace {namespace}"))
@when(phrase("the server disconnects the client from the namespace {namespace}"))
def disconnects_from(world: World, server: str | None, namespace: str) -> None:
    world.open_project()
    world.apply_once(server, LeaveNamespace(namespace))
    world.barrier()


@given(phrase("the server closes the transport"))
@when(phrase("the server closes the transport"))
def closes_transport(world: World, server: str | None) -> None:
    world.apply_once(server, CloseTransport())


@given(phrase("the server has fallen silent"))
@when(phrase("the server falls silent"))
def falls_silent(world: World, server: str | None) -> None:
    world.open_project()
    world.add_fault(server, GoSilent())


@when("the network connection is closed")
def network_closed(world: World) -> None:
    world.apply_once(None, Cut("FIN"))


@given(phrase("the network connection of {name} is closed"))
@when(phrase("the network connection of {name} is closed"))
def network_closed_of(world: World, name: str) -> None:
    world.apply_once(name, Cut("FIN"))


@when("the network connection is reset")
def network_reset(world: World) -> None:
    world.apply_once(None, Cut("RST"))


@given(phrase("the network connection of {name} is reset"))
@when(phrase("the network connection of {name} is reset"))
def network_reset_of(world: World, name: str) -> None:
    world.apply_once(name, Cut("RST"))


@when(phrase("the server emits the event {event} with {message}"))
def emits(world: World, server: str | None, event: str, message: str) -> None:
    world.emit(server, event, (message,))


@given(
    phrase("the server has emitted the event {event} in the namespace {namespace} with {message}")
)
@when(phrase("the server emits the event {event} in the namespace {namespace} with {message}"))
def emits_in(world: World, server: str | None, event: str, namespace: str, message: str) -> None:
    world.emit(server, event, (message,), namespace=namespace)


@when(phrase("the server emits the event {event} with {message} and asks for an acknowledgement"))
def emits_asking(world: World, server: str | None, event: str, message: str) -> None:
    world.emit(server, event, (message,), ack=True)


@given(phrase("the server has emitted the event {event} with the payload {name}"))
@when(phrase("the server emits the event {event} with the payload {name}"))
def emits_payload(world: World, server: str | None, event: str, name: str) -> None:
    world.emit(server, event, payload(name))


@given(
    phrase(
        "the server has emitted the event {event} in the namespace {namespace} "
        "with the payload {name}"
    )
)
@when(
    phrase(
        "the server emits the event {event} in the namespace {namespace} with the payload {name}"
    )
)
def emits_payload_in(
    world: World, server: str | None, event: str, namespace: str, name: str
) -> None:
    world.emit(server, event, payload(name), namespace=namespace)


@when(phrase("the server emits the event {event} with the sample {name}"))
def emits_sample(world: World, server: str | None, event: str, name: str) -> None:
    world.emit(server, event, (sample(name),))


@when(phrase("the server emits the event {event} with the messages {first} to {last}"))
def emits_series(world: World, server: str | None, event: str, first: str, last: str) -> None:
    world.emit(server, event, *((message,) for message in message_range(first, last)))


# --- records --------------------------------------------------------------------------------


@given(phrase("the server is reached"))
@then(phrase("the server is reached"))
def is_reached(world: World, server: str | None) -> None:
    world.wait_for_server(server, Occurrence.TCP_OPENED)


@then(phrase("the server receives a connection request"))
def connection_requested(world: World, server: str | None) -> None:
    world.wait_for_server(server, Occurrence.CONNECT_REQUESTED)


@given(phrase("the server has received a second connection request"))
def connection_requested_again(world: World, server: str | None) -> None:
    world.wait_for_server(server, Occurrence.CONNECT_REQUESTED, 2)


@then(phrase("the server refuses the connection"))
def refuses_connection(world: World, server: str | None) -> None:
    world.wait_for_server(server, Occurrence.REFUSED)


@given(phrase("the server has refused the namespace {namespace}"))
def has_refused_namespace(world: World, server: str | None, namespace: str) -> None:
    world.wait_for_server(server, Occurrence.REFUSED, namespace=namespace)


@then(phrase("the server sees one connection established"))
def one_established(world: World, server: str | None) -> None:
    world.wait_for_server(server, Occurrence.ESTABLISHED)
    watch_opened(world, server, 1)


@then(phrase("the server sees one connection established over {transport}"))
def one_established_over(world: World, server: str | None, transport: str) -> None:
    world.wait_for_server(server, Occurrence.OPENED)
    one_established(world, server)
    world.require_transport(world.name(server), TRANSPORTS[transport])


@then(phrase("the server sees a second connection established"))
def second_established(world: World, server: str | None) -> None:
    world.wait_for_server(server, Occurrence.ESTABLISHED, 2)


@then(phrase("the server sees no connection"))
def no_connection(world: World, server: str | None) -> None:
    watch_opened(world, server, 0)


@then(phrase("the server sees no further connection"))
def no_further_connection(world: World, server: str | None) -> None:
    before = world.timeline.entries()[: world.when_number]
    watch_opened(world, server, len(server_entries(before, world.name(server), Occurrence.OPENED)))


def watch_opened(world: World, server: str | None, limit: int) -> None:
    """Watch that at most `limit` connections to the server are opened."""
    name = world.name(server)

    def violation(entries: Entries) -> Violation | None:
        opened = server_entries(entries, name, Occurrence.OPENED)
        surplus = opened[limit:]
        return Violation(f"connections opened: {len(opened)}", surplus) if surplus else None

    expected = f"at most {limit} connections are opened" if limit else "no connection is opened"
    world.watch(f'{expected} to the server of "{name}"', violation)


@then(phrase("the server sees the client leave"))
def sees_leave(world: World, server: str | None) -> None:
    world.wait_for_server(server, Occurrence.CLIENT_LEAVES)


@then(phrase("it is noted which of the servers of {one} and {other} is reached"))
def note_which_port_wins(world: World, one: str, other: str) -> None:
    def reached(entries: Entries) -> str | None:
        if server_entries(entries, one, Occurrence.TCP_OPENED):
            return "Port takes precedence over a port inside the URL"
        if server_entries(entries, other, Occurrence.TCP_OPENED):
            return "a port inside the URL takes precedence over Port"
        return None

    expected = "one of the two servers is reached"
    world.note(world.wait_for(expected, reached, kind=Occurrence.TCP_OPENED))
