"""Mistakes of the Toolbox."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from pulsecheck.driver.protocol import Logic, ToolboxEntry
from pulsecheck_reference.altered import Change, around, both
from pulsecheck_reference.graph import Graph, Node
from pulsecheck_reference.node_types import KINDS
from pulsecheck_reference.runtime import Runtime
from pulsecheck_reference.studio import Studio

from .mutant import Mutant

ENTRIES = tuple(ToolboxEntry(type=name, category=kind.category) for name, kind in KINDS.items())


def listing(change: Callable[[ToolboxEntry], ToolboxEntry]) -> Callable[[], None]:
    def changed(right: Any, self: Studio, scope: str) -> Iterable[ToolboxEntry]:
        return tuple(change(entry) for entry in right(self, scope))

    return around(Studio, "toolbox", changed)


def lacking(name: str) -> Callable[[], None]:
    def shorter(right: Any, self: Studio, scope: str) -> Iterable[ToolboxEntry]:
        return tuple(
            entry for entry in right(self, scope) if (entry.type, scope) != (name, "Scene")
        )

    return around(Studio, "toolbox", shorter)


def noting_scene(*changes: Change) -> Change:
    """Combine changes. Also note which nodes are in Scene, because the changes need this note."""

    def note(right: Any, self: Graph, logic: Mapping[str, Logic]) -> None:
        right(self, logic)
        vars(self)["scene"] = {node.id for node in logic.get("Scene", Logic()).nodes}

    return both(around(Graph, "__init__", note), *changes)


async def execute_in_project(right: Any, self: Runtime, node: Node, values: Any) -> Any:
    is_idle = node.id in vars(self._graph)["scene"] and not node.kind.is_listener
    return {} if is_idle else await right(self, node, values)


def listen_in_project(right: Any, self: Graph, kind: str, name: str) -> Iterable[Node]:
    return (node for node in right(self, kind, name) if node.id not in vars(self)["scene"])


def everywhere(_right: Any, self: Studio, _scope: str) -> Iterable[ToolboxEntry]:
    return ENTRIES if self.has_socketio else ()


def listen_in_one_scope(right: Any, self: Graph, kind: str, name: str) -> Iterable[Node]:
    """A listener of Scene executes only if no listener of Project does."""
    found = list(right(self, kind, name))
    return [node for node in found if node.id not in vars(self)["scene"]] or found


MUTANTS = (
    Mutant(
        "TBX-1",
        "has no folder for events",
        listing(lambda entry: replace(entry, category=("Communication", "Socket.IO"))),
    ),
    Mutant(
        "TBX-1",
        "stands outside of Communication",
        listing(lambda entry: replace(entry, category=entry.category[1:])),
    ),
    Mutant("TBX-2", "lacks a node in Scene", lacking("On Socket.IO Error"), also=("PLG-6",)),
    Mutant(
        "TBX-2",
        "does not execute nodes of Scene",
        noting_scene(around(Runtime, "_execute_node", execute_in_project)),
        elsewhere=True,
    ),
    Mutant(
        "TBX-2",
        "does not execute event listener nodes of Scene",
        noting_scene(around(Graph, "listeners", listen_in_project)),
        elsewhere=True,
    ),
    Mutant(
        "TBX-2",
        "executes no listener of Scene beside one of Project",
        noting_scene(around(Graph, "listeners", listen_in_one_scope)),
        elsewhere=True,
    ),
    Mutant("TBX-3", "is offered in Function and Prefab", around(Studio, "toolbox", everywhere)),
)
