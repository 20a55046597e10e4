"""Variants of the studio and of nodes that differ where the documentation says nothing."""

from typing import Any

from msgspec.structs import replace

from pulsecheck.driver.protocol import Attribute, Link, Plugin, SettingsSection, ToolboxEntry
from pulsecheck_reference import node_types
from pulsecheck_reference.altered import around, both, replaced
from pulsecheck_reference.connections import Connections
from pulsecheck_reference.driver import Outbox
from pulsecheck_reference.graph import Graph, Node
from pulsecheck_reference.lifecycle import State
from pulsecheck_reference.refusal import ExecutionError
from pulsecheck_reference.studio import Studio

from .evidence import each, entry, never, pulse, seen
from .variant import Variant

ONE_TRANSPORT = ("-k", "not long_polling and not upgraded and not thousand")


def replace_pulse_link(right: Any, self: Graph, link: Link) -> None:
    self._next.pop(link.source.node, None)
    right(self, link)


def replace_data_link(right: Any, self: Graph, link: Link) -> None:
    self._feeds.pop((link.target.node, link.target.socket), None)
    right(self, link)


def state_of(self: Connections, name: str | None) -> State:
    found = self._connections.get(self._settings(name).name)
    return State.IDLE if found is None else found._state


def start_closed(right: Any, self: Connections, name: str | None) -> None:
    if state_of(self, name) in {State.CONNECTING, State.ESTABLISHED, State.RECONNECTING}:
        raise ExecutionError("the connection is already started")
    right(self, name)


def stop_open(right: Any, self: Connections, name: str | None) -> None:
    if state_of(self, name) in {State.IDLE, State.CLOSING, State.ABANDONING}:
        raise ExecutionError("there is nothing to stop")
    right(self, name)


def report_without_node(right: Any, self: Outbox, message: str, _: str | None = None) -> None:
    right(self, message)


def more_attributes(right: Any, *arguments: Any) -> Any:
    """Add an attribute to each node, and give Configuration another data type."""
    found = (
        replace(each, type="Enum", default="") if each.name == "Configuration" else each
        for each in reversed(right(*arguments))
    )
    return (*found, Attribute(name="Comment", type="String", default=""))


def more_nodes(right: Any, self: Studio, scope: str) -> Any:
    other = ToolboxEntry(type="TCP Send", category=("Communication", "TCP"))
    return (other, *reversed(right(self, scope)))


def more_plugins(right: Any, self: Studio) -> Any:
    other = Plugin(name="Spout", category="Video", checked=False, toggle="Deactivated")
    return (other, *reversed(right(self)))


def more_sections(right: Any, self: Studio) -> Any:
    return (*right(self), SettingsSection(name="TCP", connections=()))


def enabled_or_passed(node: Node) -> bool:
    return node.attributes["Enabled"] is True or node.passes_through


ERRORS_WITHOUT_EFFECT = (
    around(Connections, "start", start_closed),
    around(Connections, "stop", stop_open),
)
VARIANTS = (
    Variant(
        "passes pulses through a disabled node whose Pulse Pass Through is on",
        replaced(Node, "is_enabled", property(enabled_or_passed)),
        seen(pulse("disabled")),
        ("-m", "NOD-2 or NOD-3"),
    ),
    Variant(
        "replaces an earlier link of a socket",
        both(
            around(Graph, "_lead", replace_pulse_link),
            around(Graph, "_feed", replace_data_link),
            *ERRORS_WITHOUT_EFFECT,
        ),
        seen(entry("answer", method="studio/connect", ok=True)),
        ("-m", "NOD-4 or NOD-5 or NOD-8"),
    ),
    Variant(
        "reports an error for a Start or Stop without effect",
        both(*ERRORS_WITHOUT_EFFECT),
        each(
            seen(entry("runtime error", message="the connection is already started")),
            seen(entry("runtime error", message="there is nothing to stop")),
        ),
        ONE_TRANSPORT,
    ),
    Variant(
        "reports errors without a node",
        around(Outbox, "error", report_without_node),
        each(
            seen(entry("runtime error")),
            never(entry("runtime error", node=lambda node: node is not None)),
        ),
        ONE_TRANSPORT,
    ),
    Variant(
        "has more nodes, attributes, plugins and sections in another order",
        both(
            around(node_types, "_attributes", more_attributes),
            around(Studio, "toolbox", more_nodes),
            around(Studio, "plugins", more_plugins),
            around(Studio, "sections", more_sections),
        ),
        each(
            seen(entry("answer", result=lambda found: "TCP Send" in str(found))),
            seen(entry("answer", result=lambda found: "Spout" in str(found))),
        ),
        ("-m", "studio or CFG-1 or CFG-2 or CFG-4 or STA-1 or STO-1 or STO-2"),
    ),
)
