"""Right runtimes that differ from the reference in what the documentation leaves open.

`pulsecheck check --implementation python:tests.variants:NAME`, run in the repository, checks one
of them.
"""

from functools import cache

from pulsecheck_reference.altered import Factory, serving

from . import choices, connections, ends, logic, paces
from .variant import Variant

VARIANTS: tuple[Variant, ...] = (
    *choices.VARIANTS,
    *logic.VARIANTS,
    *paces.VARIANTS,
    *connections.VARIANTS,
    *ends.VARIANTS,
)


@cache
def __getattr__(name: str) -> Factory:
    """The factory that serves the variant of that name."""
    for variant in VARIANTS:
        if variant.name == name:
            return serving(variant.make)
    raise AttributeError(name)
