"""What a mutant is: the reference runtime with one mistake, and the row that must find it."""

import msgspec

from tests.altered import Change, name_of


class Mutant(msgspec.Struct, frozen=True):
    """`make` makes the mistake, in the whole process; `row` is the requirement that it breaks.

    It shows over WebSocket, or else over some other transport (`elsewhere`).
    """

    row: str
    mistake: str
    make: Change
    elsewhere: bool = False

    @property
    def name(self) -> str:
        """What `--implementation python:tests.mutants:NAME` calls it."""
        return name_of(f"{self.row} {self.mistake}")
