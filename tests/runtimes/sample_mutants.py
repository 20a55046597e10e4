"""Mutants for an audit: one is killed, one survives, one fails another requirement, one crashes."""

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


def in_another_category(right: Any, self: Studio, scope: str) -> Iterable[ToolboxEntry]:
    return tuple(replace(entry, category=entry.category[1:]) for entry in right(self, scope))


def mutant(name: str, requirement: str) -> SimpleNamespace:
    return SimpleNamespace(
        name=name, requirement=requirement, mistake=f"is {name}", markers="TBX-1 or TBX-2"
    )


MUTANTS = (
    mutant("moved", "TBX-1"),
    mutant("right", "TBX-1"),
    mutant("mistaken", "TBX-2"),
    mutant("dying", "TBX-2"),
)
moved = mistaken = serving(around(Studio, "toolbox", in_another_category))
right = serve


async def dying(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    os.write(2, b"a word of a mutant's own")
    os._exit(7)
