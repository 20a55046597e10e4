"""What a permitted variant is: the reference runtime with another choice that is as right."""

import msgspec

from pulsecheck_reference.altered import Change, name_of

from .evidence import Proof


class Variant(msgspec.Struct, frozen=True):
    """`make` takes the choice, in the whole process; `shown` proves that it was taken.

    `options` select the scenarios in which it can matter: all of them unless said otherwise.
    """

    choice: str
    make: Change
    shown: Proof
    options: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What `--implementation python:tests.variants:NAME` calls it."""
        return name_of(self.choice)
