"""An observer of drivers for tests."""

import asyncio
from collections.abc import Mapping
from typing import Any


class Recorder:
    """Keeps all occurrences, and lets a test wait for one."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, Mapping[str, Any]]] = []
        self._more = asyncio.Event()

    def __call__(self, source: str, what: str, details: Mapping[str, Any]) -> None:
        self.seen.append((source, what, details))
        self._more.set()

    def of(self, what: str) -> list[Mapping[str, Any]]:
        return [details for _, seen, details in self.seen if seen == what]

    async def wait_for(self, what: str, count: int = 1) -> Mapping[str, Any]:
        """Wait for the `count`th occurrence of this kind. Returns its details."""
        while len(found := self.of(what)) < count:
            self._more.clear()
            await self._more.wait()
        return found[count - 1]
