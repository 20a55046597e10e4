"""Mistakes of node types: attributes, sockets, and the choices of Configuration."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from pulsecheck.driver.protocol import Attribute, NodeType, SocketIoConnection, SocketType
from pulsecheck_reference import node_types
from pulsecheck_reference.altered import around, both
from pulsecheck_reference.node_types import KINDS
from pulsecheck_reference.studio import Studio

from .mutant import Mutant


def attribute(name: str, **changes: Any) -> Callable[[NodeType], NodeType]:
    def change(kind: NodeType) -> NodeType:
        attributes = (
            replace(found, **changes) if found.name == name else found for found in kind.attributes
        )
        return replace(kind, attributes=tuple(attributes))

    return change


def also(name: str) -> Callable[[NodeType], NodeType]:
    extra = Attribute(name=name, type="Boolean", default=False)
    return lambda kind: replace(
        kind, attributes=(*(found for found in kind.attributes if found.name != name), extra)
    )


def without(*, outputs: str = "", inputs: str = "") -> Callable[[NodeType], NodeType]:
    return lambda kind: replace(
        kind,
        inputs=tuple(found for found in kind.inputs if found.name != inputs),
        outputs=tuple(found for found in kind.outputs if found.name != outputs),
    )


def with_input(name: str, kind_of_data: str) -> Callable[[NodeType], NodeType]:
    extra = SocketType(name=name, type=kind_of_data)
    return lambda kind: replace(kind, inputs=(*kind.inputs, extra))


def of(change: Callable[[NodeType], NodeType], *kinds: str) -> Callable[[], None]:
    """Change the descriptions of the node types `kinds`. Without `kinds`, change all node types."""

    def describe(right: Any, self: Studio, name: str) -> NodeType:
        described: NodeType = right(self, name)
        return change(described) if name in kinds or not kinds else described

    return around(Studio, "node_type", describe)


def stale(right: Any, self: Studio, name: str) -> NodeType:
    """Every drop-down offers the same connections that the first drop-down offered."""
    choices = choices_of(self)
    described: NodeType = right(self, name)
    return attribute("Configuration", choices=choices)(described)


def looked_at(right: Any, self: Studio, *settings: Any) -> SocketIoConnection:
    choices_of(self)
    made: SocketIoConnection = right(self, *settings)
    return made


def choices_of(studio_: Studio) -> tuple[str, ...]:
    names = tuple(found.name for found in studio_.project.connections)
    first: tuple[str, ...] = vars(studio_).setdefault("choices", names)
    return first


def offered_to_actions(right: Any, self: Studio, name: str) -> NodeType:
    described: NodeType = right(self, name)
    is_listener = KINDS[name].is_listener
    return attribute("Configuration", choices=())(described) if is_listener else described


def first_chosen(right: Any, self: Studio, name: str) -> NodeType:
    described: NodeType = right(self, name)
    names = [found.name for found in self.project.connections]
    return attribute("Configuration", default=names[0])(described) if names else described


MUTANTS = (
    Mutant("CFG-1", "chooses the first connection", around(Studio, "node_type", first_chosen)),
    Mutant(
        "SET-3",
        "is offered by nodes with a pulse input alone",
        around(Studio, "node_type", offered_to_actions),
    ),
    Mutant("NOD-1", "lets its name be edited", of(attribute("Name", editable=True))),
    Mutant("NOD-1", "is disabled at first", of(attribute("Enabled", default=False))),
    Mutant(
        "NOD-1", "passes pulses through at first", of(attribute("Pulse Pass Through", default=True))
    ),
    Mutant(
        "NOD-1",
        "lets pulses pass through listeners",
        of(also("Pulse Pass Through"), "On Socket.IO Stop"),
    ),
    Mutant(
        "CFG-1",
        "takes any text for Configuration",
        of(attribute("Configuration", choices=None), "On Socket.IO Receive"),
        also=("SET-3",),
    ),
    Mutant(
        "CFG-1",
        "has a connection chosen at first",
        of(attribute("Configuration", default="Connection 1"), "Socket.IO Send"),
    ),
    Mutant(
        "CFG-2",
        "offers outdated connections",
        both(around(Studio, "node_type", stale), around(Studio, "add_connection", looked_at)),
        also=("SET-3",),
    ),
    Mutant("STA-1", "has an input for a URL", of(with_input("URL", "String"), "Socket.IO Start")),
    Mutant(
        "STA-1",
        "has a pulse input at its listener",
        of(with_input("Pulse Input", "Pulse"), "On Socket.IO Start"),
    ),
    Mutant("STO-1", "has no pulse output", of(without(outputs="Pulse Output"), "Socket.IO Stop")),
    Mutant(
        "STO-1",
        "has a pulse input at its listener",
        of(with_input("Pulse Input", "Pulse"), "On Socket.IO Stop"),
    ),
    Mutant(
        "SUB-6",
        "does not give the namespace",
        of(without(outputs="Namespace"), "On Socket.IO Unsubscribe"),
    ),
    Mutant("SND-1", "has no namespace", of(without(inputs="Namespace"), "Socket.IO Send")),
    Mutant(
        "SUB-1",
        "has no namespace to subscribe in",
        of(without(inputs="Namespace"), "Socket.IO Unsubscribe"),
    ),
    Mutant(
        "SUB-1",
        "subscribes in no namespace at first",
        of(attribute("Namespace", default=""), "Socket.IO Subscribe"),
    ),
    Mutant(
        "RCV-1",
        "does not give the event's name",
        of(without(outputs="Trigger Name"), "On Socket.IO Receive"),
    ),
    Mutant(
        "ERR-1",
        "does not give the error's namespace",
        of(without(outputs="Namespace"), "On Socket.IO Error"),
    ),
    Mutant(
        "SND-3",
        "has another namespace at first",
        lambda: node_types.KINDS["Socket.IO Send"].inputs.update({"Namespace": "/main"}),
    ),
)
