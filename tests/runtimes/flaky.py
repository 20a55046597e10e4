"""Runtimes that are wrong about On Socket.IO Stop in some projects and right in others.

The number of projects that the process has opened decides which behaviour comes next.
"""

import itertools
from collections.abc import Callable, Iterator

from stopping import Reader, Runtime, WithLibrary, Writer

Kind = Callable[[Reader, Writer], Runtime]
EVERY_OTHER: Iterator[Kind] = itertools.cycle((WithLibrary, Runtime))
LATER: Iterator[Kind] = itertools.chain((Runtime,), itertools.repeat(WithLibrary))


class _Alternating(WithLibrary):
    """Behaves in each project like the next runtime of `kinds`."""

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
            self.report_pulses("On Socket.IO Stop", name)


async def every_other_time(reader: Reader, writer: Writer) -> None:
    """Be wrong in the first project, right in the second, wrong in the third, and so on."""
    await _Alternating(reader, writer, EVERY_OTHER).serve()


async def later(reader: Reader, writer: Writer) -> None:
    """Be right in the first project, and wrong in all later projects."""
    await _Alternating(reader, writer, LATER).serve()
