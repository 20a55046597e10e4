"""A mutant: the reference runtime with one mistake, and the requirement that it breaks."""

import msgspec

from pulsecheck_reference.altered import Change, name_of


class Mutant(msgspec.Struct, frozen=True):
    """A mutant of the reference.

    `requirement`: the id of the requirement that it breaks. `mistake`: the mistake in words, from
    which its name is made. `make`: patches the mistake into the process. `also`: requirements that
    may fail together with `requirement`. `keyword` and `markers` select the scenarios to run, as
    `-k` and `-m` do. `elsewhere`: whether only other scenarios detect the mistake than those that
    `MUTANTS` selects for the module of this mutant; then all scenarios are run.
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
