"""The execution of nodes with a pulse input."""

from collections.abc import Awaitable, Callable, Mapping

from pulsecheck_reference.connections import Connections
from pulsecheck_reference.nodes import events, lifetime

Execution = Callable[[Connections, str | None, Mapping[str, str]], Awaitable[None]]
"""Called with a node's Configuration and its data inputs. Returns when the node has finished
executing, without waiting for the network. Raises ExecutionError if the node cannot execute."""

EXECUTIONS: dict[str, Execution] = {
    "Socket.IO Send": events.send,
    "Socket.IO Start": lifetime.start,
    "Socket.IO Stop": lifetime.stop,
    "Socket.IO Subscribe": events.subscribe,
    "Socket.IO Unsubscribe": events.unsubscribe,
}
