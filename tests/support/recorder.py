"""An observer that keeps what it is told."""

import asyncio
from collections.abc import Mapping
from typing import Any


class Recorder:
    """An observer that keeps what it is told, and lets a test wait for it."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, Mapping[str, Any]]] = []
        self._more = asyncio.Event()

    def __call__(self, source: str, what: str, details: Mapping[str, Any]) -> None:
        self.seen.append((source, what, details))
        self._more.set()

    def of(self, what: str) -> list[Mapping[str, Any]]:
        return [details for _, seen, details in self.seen if seen == what]

    async def wait_for(self, what: str, count: int = 1) -> Mapping[str, Any]:
        """The nth occurrence of that kind."""
        while len(found := self.of(what)) < count:
            self._more.clear()
            await self._more.wait()
        return found[count - 1]
