"""What a mutant is: the reference runtime with one mistake, and the row that must find it."""

import msgspec

from pulsecheck_reference.altered import Change, name_of


class Mutant(msgspec.Struct, frozen=True):
    """`make` makes the mistake, in the whole process; `row` is the requirement that it breaks.

    `also` are others that nobody can break it without.
    It is checked with the scenarios that `keyword` and `markers` select, as `-k` and `-m` do. One
    that shows `elsewhere` than its neighbours is checked with all.
    """

    requirement: str
    mistake: str
    make: Change
    also: tuple[str, ...] = ()
    elsewhere: bool = False
    keyword: str = ""
    markers: str = ""

    @property
    def name(self) -> str:
        """What `--implementation python:pulsecheck_reference.mutants:NAME` calls it."""
        return name_of(f"{self.requirement} {self.mistake}")
