"""A mutant: the reference runtime with one mistake, and the requirement that it breaks."""

import msgspec

from pulsecheck_reference.altered import Change, name_of


class Mutant(msgspec.Struct, frozen=True):
    """A mutant of the reference.

    `requirement`: the id of the requirement that it breaks. `mistake`: the mistake in words; the
    mutant's name is made from them. `make`: patches the mistake into the process. `also`:
    requirements that may fail together with `requirement`. `keyword` and `markers` select the
    scenarios to run, as `-k` and `-m` do. `elsewhere`: the scenarios that `MUTANTS` selects for the
    mutants of its module do not detect this mistake, so all scenarios are run.
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
