"""Runtimes that are wrong about On Socket.IO Stop at some times and right at others.

Which it is depends on how many projects this process has opened.
"""

import itertools
from collections.abc import Callable, Iterator

from stopping import Reader, Runtime, WithLibrary, Writer

Kind = Callable[[Reader, Writer], Runtime]
EVERY_OTHER: Iterator[Kind] = itertools.cycle((WithLibrary, Runtime))
LATER: Iterator[Kind] = itertools.chain((Runtime,), itertools.repeat(WithLibrary))


class _Chosen(WithLibrary):
    """As wrong, or as right, as the next of some kinds with each project that is opened."""

    def __init__(self, reader: Reader, writer: Writer, kinds: Iterator[Kind]) -> None:
        super().__init__(reader, writer)
        self._kinds = kinds
        self._kind: Kind = Runtime

    def _open(self, project: dict[str, object]) -> None:
        super()._open(project)
        self._kind = next(self._kinds)

    def disconnect_was_reported(self, name: str) -> None:
        if self._kind is WithLibrary:
            super().disconnect_was_reported(name)

    def connection_ended(self, name: str) -> None:
        if self._kind is Runtime:
            self.say("On Socket.IO Stop", name)


async def every_other_time(reader: Reader, writer: Writer) -> None:
    """Wrong the first time, right the second, wrong the third."""
    await _Chosen(reader, writer, EVERY_OTHER).serve()


async def later(reader: Reader, writer: Writer) -> None:
    """Right the first time, and wrong from then on."""
    await _Chosen(reader, writer, LATER).serve()
