"""Mutants for an audit: one is killed, one survives, one breaks something else, one dies."""

import asyncio
import os
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from msgspec.structs import replace

from pulsecheck.driver.protocol import ToolboxEntry
from pulsecheck_reference.altered import around, serving
from pulsecheck_reference.driver import serve
from pulsecheck_reference.studio import Studio


def elsewhere_in_toolbox(right: Any, self: Studio, scope: str) -> Iterable[ToolboxEntry]:
    return tuple(replace(entry, category=entry.category[1:]) for entry in right(self, scope))


def suspect(name: str, requirement: str) -> SimpleNamespace:
    return SimpleNamespace(
        name=name, requirement=requirement, mistake=f"is {name}", markers="TBX-1 or TBX-2"
    )


MUTANTS = (
    suspect("moved", "TBX-1"),
    suspect("right", "TBX-1"),
    suspect("mistaken", "TBX-2"),
    suspect("dying", "TBX-2"),
)
moved = mistaken = serving(around(Studio, "toolbox", elsewhere_in_toolbox))
right = serve


async def dying(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    os.write(2, b"a word of a mutant's own")
    os._exit(7)
