"""The catalogue of node types, with category in the Toolbox, attributes and sockets.

Source: the Socket.IO pages of the Toolbox, and the pages on nodes of the Logic Editor.
"""

from collections.abc import Iterable

import msgspec

from pulsecheck.driver.protocol import (
    PULSE,
    PULSE_INPUT,
    PULSE_OUTPUT,
    Attribute,
    NodeType,
    SocketType,
    Value,
)
from pulsecheck_reference.refusal import RefusedError

STRING = "String"
BOOLEAN = "Boolean"
CONFIGURATION = "Configuration"
SCOPES = {"Project": True, "Scene": True, "Function": False, "Prefab": False}
"""The scopes, which are the tabs of the Logic Editor. True: the scope offers Socket.IO nodes."""

ACTIONS = ("Communication", "Socket.IO")
EVENTS = (*ACTIONS, "Events")


class Kind(msgspec.Struct, frozen=True):
    """A node type. `inputs`: the data inputs with their defaults. `outputs`: the data outputs."""

    category: tuple[str, ...]
    inputs: dict[str, str] = {}
    outputs: tuple[str, ...] = ()

    @property
    def is_listener(self) -> bool:
        """Whether nodes of this type are event listener nodes, which begin branches."""
        return self.category == EVENTS


MESSAGE_SOCKETS = {"Event Name": "", "Namespace": "/"}

KINDS: dict[str, Kind] = {
    "Socket.IO Send": Kind(ACTIONS, inputs={**MESSAGE_SOCKETS, "Message": ""}),
    "Socket.IO Start": Kind(ACTIONS),
    "Socket.IO Stop": Kind(ACTIONS),
    "Socket.IO Subscribe": Kind(ACTIONS, inputs=MESSAGE_SOCKETS),
    "Socket.IO Unsubscribe": Kind(ACTIONS, inputs=MESSAGE_SOCKETS),
    "On Socket.IO Error": Kind(EVENTS, outputs=("Namespace", "Message")),
    "On Socket.IO Receive": Kind(EVENTS, outputs=("Namespace", "Trigger Name", "Message")),
    "On Socket.IO Start": Kind(EVENTS),
    "On Socket.IO Stop": Kind(EVENTS),
    "On Socket.IO Subscribe": Kind(EVENTS, outputs=("Namespace",)),
    "On Socket.IO Unsubscribe": Kind(EVENTS, outputs=("Namespace",)),
}


def describe(name: str, connections: Iterable[str] = ()) -> NodeType:
    """Return the attributes and sockets of a node type.

    `connections`: the choices of Configuration. Raises RefusedError for an unknown type.
    """
    kind = KINDS.get(name)
    if kind is None:
        raise RefusedError(f'there is no node type "{name}"; there are: {", ".join(KINDS)}')
    return NodeType(
        attributes=_attributes(name, kind, tuple(connections)),
        inputs=(*_pulse(PULSE_INPUT, not kind.is_listener), *_strings(kind.inputs)),
        outputs=(*_pulse(PULSE_OUTPUT), *_strings(kind.outputs)),
    )


def _attributes(name: str, kind: Kind, connections: tuple[str, ...]) -> tuple[Attribute, ...]:
    common = [
        Attribute(name="Name", type=STRING, default=name, editable=False),
        Attribute(name="Type", type=STRING, default=name, editable=False),
        Attribute(name="Enabled", type=BOOLEAN, default=True),
    ]
    if not kind.is_listener:
        common.append(Attribute(name="Pulse Pass Through", type=BOOLEAN, default=False))
    chosen = Attribute(name=CONFIGURATION, type=STRING, choices=connections)
    data = (Attribute(name=key, type=STRING, default=value) for key, value in kind.inputs.items())
    return (*common, chosen, *data)


def _pulse(name: str, there: bool = True) -> tuple[SocketType, ...]:
    return (SocketType(name=name, type=PULSE),) if there else ()


def _strings(names: Iterable[str]) -> tuple[SocketType, ...]:
    return tuple(SocketType(name=name, type=STRING) for name in names)


def fits(value: Value, kind: str) -> bool:
    """Return whether a value has the data type `kind`."""
    return isinstance(value, bool if kind == BOOLEAN else str)
