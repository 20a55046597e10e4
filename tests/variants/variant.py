"""A variant: the reference runtime with another choice that the documentation allows."""

import msgspec

from pulsecheck_reference.altered import Change, name_of

from .evidence import Proof


class Variant(msgspec.Struct, frozen=True):
    """A variant of the reference.

    `choice`: the choice in words, from which `name` is made. `make`: patches the choice into the
    process. `shown`: proves by a report that the runtime made this choice. `options`: select the
    scenarios in which the choice can matter. Without options, all scenarios run.
    """

    choice: str
    make: Change
    shown: Proof
    options: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name, for `--implementation python:tests.variants:NAME`."""
        return name_of(self.choice)
