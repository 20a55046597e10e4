"""Sentences about connections: how they are established, stopped, lost, and what is left."""

from pytest_bdd import given, then, when

from pulsecheck.mock_server import (
    Cut,
    HoldDisconnects,
    PortGone,
    RefuseConnection,
    WithholdConnectAnswer,
)
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.steps.phrase import phrase
from pulsecheck.world.expectations import Entries, Violation
from pulsecheck.world.timeline_queries import left_open, served
from pulsecheck.world.world import World


@given(phrase("the connection {name} is established"))
@when(phrase("the connection {name} becomes established"))
def established(world: World, name: str) -> None:
    world.establish(name)


@given(phrase("the connection {name} was established and stopped"))
@then(phrase("the connection {name} can be established and stopped"))
def established_and_stopped(world: World, name: str) -> None:
    world.establish(name)
    world.pulse(world.draft.node_of("Socket.IO Stop", name))
    world.wait_for_pulse(world.draft.node_of("On Socket.IO Stop", name))
    world.wait_for_server(name, Occurrence.TERMINATED)


@given(phrase("the connection {name} was stopped and established again"))
def established_again(world: World, name: str) -> None:
    def restart() -> None:
        world.pulse(world.draft.node_of("Socket.IO Stop", name))
        world.wait_for_pulse(world.draft.node_of("On Socket.IO Stop", name))
        world.establish(name)

    world.before_running(restart)


@given(phrase("the connection {name} is being started while the server withholds the answer"))
def being_started(world: World, name: str, server: str | None) -> None:
    being_started_in(world, name, server, "/")


@given(
    phrase(
        "the connection {name} is being started while the server withholds the answer "
        "for the namespace {namespace}"
    )
)
def being_started_in(world: World, name: str, server: str | None, namespace: str) -> None:
    world.add_fault(server, WithholdConnectAnswer(namespace))
    world.pulse(world.draft.node_of("Socket.IO Start", name))
    world.wait_for_server(server, Occurrence.CONNECT_REQUESTED, namespace=namespace)


@given(phrase("the connection {name} is being stopped while the server holds the disconnect"))
def being_stopped(world: World, name: str, server: str | None) -> None:
    world.add_fault(server, HoldDisconnects())
    world.pulse(world.draft.node_of("Socket.IO Stop", name))
    world.wait_for_server(server, Occurrence.CLIENT_LEAVES)


@given(phrase("the connection {name} is being stopped before it was established"))
def being_given_up(world: World, name: str) -> None:
    world.add_fault(name, HoldDisconnects())
    being_started(world, name, name)
    world.pulse(world.draft.node_of("Socket.IO Stop", name))
    world.barrier()


@given(phrase("the connection {name} was lost and cannot be reached again"))
def lost(world: World, name: str) -> None:
    world.add_fault(name, PortGone())
    world.strike(name, Cut("RST"))
    world.wait_for_server(name, Occurrence.TCP_ENDED)


@given(phrase("the connection {name} was lost"))
def was_lost(world: World, name: str) -> None:
    world.establish(name)
    lose(world, name)


@given(phrase("the connection {name} was lost to a server that now refuses it with {message}"))
def lost_and_refused(world: World, name: str, message: str) -> None:
    world.establish(name)
    world.add_fault(name, RefuseConnection(message))
    lose(world, name)


@given(phrase("the connection {name} was lost to a server that now withholds its answers"))
def lost_and_unanswered(world: World, name: str) -> None:
    world.establish(name)
    world.add_fault(name, WithholdConnectAnswer())
    lose(world, name)


def lose(world: World, name: str) -> None:
    """Cut what is open, and wait until the implementation has noticed it."""
    world.strike(name, Cut("RST"))
    world.wait_for_pulse(world.draft.node_of("On Socket.IO Stop", name))


@given(phrase("the connection {name} was terminated or became established"))
def settled(world: World, name: str) -> None:
    world.wait_for(
        f'the connection "{name}" is terminated or established',
        lambda entries: (
            served(entries, name, Occurrence.TERMINATED)
            or served(entries, name, Occurrence.ESTABLISHED)
            or None
        ),
    )


@then(phrase("the connection {name} is terminated"))
def terminated(world: World, name: str) -> None:
    world.wait_for_server(name, Occurrence.TERMINATED)


@then(phrase("the connection {name} stays open"))
def stays_open(world: World, name: str) -> None:
    def violation(entries: Entries) -> Violation | None:
        if left := served(entries, name, Occurrence.CLIENT_LEAVES):
            return Violation(f"the client left at {left[0].at:.3f} s", left[:1])
        if ended := served(entries, name, Occurrence.TERMINATED):
            return Violation(f"it was terminated at {ended[0].at:.3f} s", ended[:1])
        return None

    world.watch(f'the connection "{name}" stays open', violation)


@then("no connection to the server is left")
def none_left(world: World) -> None:
    name = world.name(None)

    def settled(entries: Entries) -> bool | None:
        return None if left_open(entries, name) else True

    def violation(entries: Entries) -> Violation | None:
        numbers = left_open(entries, name)
        if not numbers:
            return None
        opened = tuple(
            entry
            for entry in served(entries, name, Occurrence.OPENED)
            if entry.details["connection"] in numbers
        )
        listed = ", ".join(f"connection {number}" for number in numbers)
        return Violation(f"still open: {listed}", opened)

    expected = f'every connection to the server of "{name}" is terminated'
    world.barrier()
    world.wait_for(expected, settled)
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
