"""Sentences about connections: establishing, stopping and losing them."""

from pytest_bdd import given, then, when

from pulsecheck.driver.protocol import NodeName
from pulsecheck.mock_server import (
    Cut,
    HoldDisconnects,
    PortGone,
    RefuseConnection,
    WithholdConnectAnswer,
)
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.steps.phrase import phrase
from pulsecheck.suite.needs import needs
from pulsecheck.world.expectations import Entries, Violation
from pulsecheck.world.timeline_queries import clock_time, open_connections, pulses, server_entries
from pulsecheck.world.world import World

STARTING = (NodeName.START, NodeName.ON_START)
STOPPING = (NodeName.STOP, NodeName.ON_STOP)


@given(phrase("the connection {name} is established"))
@when(phrase("the connection {name} becomes established"))
@needs(*STARTING)
def established(world: World, name: str) -> None:
    world.establish(name)


@given(phrase("the connection {name} was established and stopped"))
@then(phrase("the connection {name} can be established and stopped"))
@needs(*STARTING, *STOPPING)
def established_and_stopped(world: World, name: str) -> None:
    on_stop = world.draft.node_of("On Socket.IO Stop", name)
    announced = len(pulses(world.timeline.entries(), on_stop))
    world.establish(name)
    world.pulse(world.draft.node_of("Socket.IO Stop", name))
    world.wait_for_pulse(on_stop, announced + 1)
    world.wait_for_server(name, Occurrence.TERMINATED, announced + 1)


@given(phrase("the connection {name} was stopped and established again"))
@needs(*STARTING, *STOPPING)
def established_again(world: World, name: str) -> None:
    def restart() -> None:
        world.pulse(world.draft.node_of("Socket.IO Stop", name))
        world.wait_for_pulse(world.draft.node_of("On Socket.IO Stop", name))
        world.establish(name)

    world.before_running(restart)


@given(phrase("the connection {name} is being started while the server withholds the answer"))
@needs(NodeName.START)
def being_started(world: World, name: str, server: str | None) -> None:
    being_started_in(world, name, server, "/")


@given(
    phrase(
        "the connection {name} is being started while the server withholds the answer "
        "for the namespace {namespace}"
    )
)
@needs(NodeName.START)
def being_started_in(world: World, name: str, server: str | None, namespace: str) -> None:
    world.add_fault(server, WithholdConnectAnswer(namespace))
    world.pulse(world.draft.node_of("Socket.IO Start", name))
    world.wait_for_server(server, Occurrence.CONNECT_REQUESTED, namespace=namespace)


@given(phrase("the connection {name} is being stopped while the server holds the disconnect"))
@needs(NodeName.STOP)
def being_stopped(world: World, name: str, server: str | None) -> None:
    world.add_fault(server, HoldDisconnects())
    world.pulse(world.draft.node_of("Socket.IO Stop", name))
    world.wait_for_server(server, Occurrence.CLIENT_LEAVES)


@given(phrase("the connection {name} is being stopped before it was established"))
@needs(NodeName.START, NodeName.STOP)
def stopped_before_established(world: World, name: str) -> None:
    world.add_fault(name, HoldDisconnects())
    being_started(world, name, name)
    world.pulse(world.draft.node_of("Socket.IO Stop", name))
    world.barrier()


@given(phrase("the connection {name} was lost and cannot be established again"))
def lost_for_good(world: World, name: str) -> None:
    world.add_fault(name, PortGone())
    world.apply_once(name, Cut("RST"))
    world.wait_for_server(name, Occurrence.TCP_ENDED)


@given(phrase("the connection {name} was lost"))
@needs(*STARTING, NodeName.ON_STOP)
def lost(world: World, name: str) -> None:
    world.establish(name)
    lose(world, name)


@given(phrase("the connection {name} was lost and the server now refuses it with {message}"))
@needs(*STARTING, NodeName.ON_STOP)
def lost_and_refused(world: World, name: str, server: str | None, message: str) -> None:
    world.establish(name)
    world.add_fault(server or name, RefuseConnection(message))
    lose(world, name)


@given(phrase("the connection {name} was lost and the server now withholds its answers"))
@needs(*STARTING, NodeName.ON_STOP)
def lost_and_unanswered(world: World, name: str, server: str | None) -> None:
    world.establish(name)
    world.add_fault(server or name, WithholdConnectAnswer())
    lose(world, name)


def lose(world: World, name: str) -> None:
    """Cut the open connections, and wait until On Stop pulses."""
    world.apply_once(name, Cut("RST"))
    world.wait_for_pulse(world.draft.node_of("On Socket.IO Stop", name))


@given(phrase("the connection {name} was terminated or became established"))
def settled(world: World, name: str) -> None:
    world.wait_for(
        f'the connection "{name}" is terminated or established',
        lambda entries: (
            server_entries(entries, name, Occurrence.TERMINATED)
            or server_entries(entries, name, Occurrence.ESTABLISHED)
            or None
        ),
        kind=Occurrence.ESTABLISHED,
    )


@then(phrase("the connection {name} is terminated"))
def terminated(world: World, name: str) -> None:
    world.wait_for_server(name, Occurrence.TERMINATED)


@then(phrase("the connection {name} stays open"))
def stays_open(world: World, name: str) -> None:
    def violation(entries: Entries) -> Violation | None:
        if left := server_entries(entries, name, Occurrence.CLIENT_LEAVES):
            return Violation(f"the client disconnected at {clock_time(left[0])}", left[:1])
        if ended := server_entries(entries, name, Occurrence.TERMINATED):
            return Violation(f"it was terminated at {clock_time(ended[0])}", ended[:1])
        return None

    world.watch(f'the connection "{name}" stays open', violation)


@then("no connection to the server is left")
def none_left(world: World) -> None:
    name = world.name(None)

    def settled(entries: Entries) -> bool | None:
        return None if open_connections(entries, name) else True

    def violation(entries: Entries) -> Violation | None:
        numbers = open_connections(entries, name)
        if not numbers:
            return None
        opened = tuple(
            entry
            for entry in server_entries(entries, name, Occurrence.OPENED)
            if entry.details["connection"] in numbers
        )
        listed = ", ".join(f"connection {number}" for number in numbers)
        return Violation(f"still open: {listed}", opened)

    expected = f'every connection to the server of "{name}" is terminated'
    world.barrier()
    world.wait_for(expected, settled, kind=Occurrence.TERMINATED)
    world.watch(expected, violation)


@then("the first connection was terminated before the second was opened")
def one_after_the_other(world: World) -> None:
    first = world.wait_for_server(None, Occurrence.TERMINATED)
    second = world.wait_for_server(None, Occurrence.OPENED, 2)
    world.require_order(
        "the first connection is terminated before the second is opened", first, second
    )


@then(phrase("the connection {name} was terminated before {other} was opened"))
def one_before_another(world: World, name: str, other: str) -> None:
    first = world.wait_for_server(name, Occurrence.TERMINATED)
    second = world.wait_for_server(other, Occurrence.OPENED)
    world.require_order(f'"{name}" is terminated before "{other}" is opened', first, second)
