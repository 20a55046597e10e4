"""A mutant: the reference runtime with one mistake, and the requirement that it breaks."""

import msgspec

from pulsecheck_reference.altered import Change, name_of


class Mutant(msgspec.Struct, frozen=True):
    """A mutant of the reference.

    `requirement`: the id of the requirement that it breaks. `mistake`: the mistake in words, which
    also make its name. `make`: patches the mistake into the process. `also`: requirements that
    cannot hold once `requirement` is broken. `keyword` and `markers` select the scenarios to run,
    as `-k` and `-m` do. `elsewhere`: its mistake shows in other scenarios than those of its module,
    so all are run.
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
        """The name, for `--implementation python:pulsecheck_reference.mutants:NAME`."""
        return name_of(f"{self.requirement} {self.mistake}")
