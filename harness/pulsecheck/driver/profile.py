"""The profile of a driver: its node types, transports and abilities. Pure functions."""

from collections.abc import Iterable, Mapping

from pulsecheck.driver.protocol import (
    NODE_GROUPS,
    Initialized,
    NodeName,
    Transport,
    TransportUse,
)

Declarable = str
"""A node type (a NodeName that is not a short form), a TransportUse, or an Ability."""
TRANSPORT_NAMES: Mapping[TransportUse, str] = {
    TransportUse.WEBSOCKET: "WebSocket",
    TransportUse.UPGRADED: "upgraded",
    TransportUse.POLLING: "long-polling",
}
"""The names of transports in scenarios."""
TRANSPORT_PHRASES: Mapping[TransportUse, str] = {
    TransportUse.WEBSOCKET: "WebSocket",
    TransportUse.UPGRADED: "long-polling upgraded to WebSocket",
    TransportUse.POLLING: "long-polling",
}
"""The names of transports in errors."""
OFFERED: Mapping[TransportUse, tuple[Transport, ...]] = {
    TransportUse.WEBSOCKET: (Transport.WEBSOCKET,),
    TransportUse.UPGRADED: (Transport.POLLING, Transport.WEBSOCKET),
    TransportUse.POLLING: (Transport.POLLING,),
}
"""The transports that a client offers for each use, in order."""


def expanded(names: Iterable[NodeName]) -> frozenset[NodeName]:
    """Replace each short form by the node types that it stands for."""
    return frozenset(node for name in names for node in NODE_GROUPS.get(name, (name,)))


def declared_nodes(initialized: Initialized) -> frozenset[NodeName]:
    """Return the node types that a driver declares."""
    return expanded(initialized.nodes)


def declared(initialized: Initialized) -> frozenset[Declarable]:
    """Return all node types, transports and abilities that a driver declares."""
    return frozenset(
        (*declared_nodes(initialized), *initialized.transports, *initialized.abilities)
    )


def default_transport(initialized: Initialized) -> TransportUse:
    """Return the transport for scenarios that name no transport.

    This transport is the first member of TransportUse that the driver declares.
    """
    return next(use for use in TransportUse if use in initialized.transports)


def summary(initialized: Initialized) -> str:
    """Return the profile in the words of the driver, in one line."""
    parts = (initialized.nodes, initialized.transports, initialized.abilities)
    return "; ".join(", ".join(part) for part in parts if part)
