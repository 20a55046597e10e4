"""Mistakes of the Toolbox."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from pulsecheck.driver.protocol import ToolboxEntry
from pulsecheck_reference.altered import around
from pulsecheck_reference.node_types import KINDS
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


def everywhere(_right: Any, self: Studio, _scope: str) -> Iterable[ToolboxEntry]:
    return ENTRIES if self.has_socketio else ()


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
    Mutant("TBX-2", "lacks a node in Scene", lacking("On Socket.IO Error")),
    Mutant("TBX-3", "is offered in Function and Prefab", around(Studio, "toolbox", everywhere)),
)
