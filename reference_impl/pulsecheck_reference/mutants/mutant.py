"""A mutant: the reference runtime with one mistake, and the requirement that it breaks."""

import msgspec

from pulsecheck_reference.altered import Change, name_of


class Mutant(msgspec.Struct, frozen=True):
    """A mutant of the reference.

    `requirement`: the id of the requirement that the mutant breaks. `mistake`: the mistake in
    words. The mutant's name is made from these words. `make`: patches the mistake into the process.
    `also`: requirements that may fail together with `requirement`. `keyword` and `markers` select
    the scenarios to run, as `-k` and `-m` do. `elsewhere`: run all scenarios. By default,
    `MUTANTS` limits the mutants of each module to certain scenarios, but those do not detect this
    mistake.
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
