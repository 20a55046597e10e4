"""Variants: correct runtimes that differ from the reference where the documentation allows it.

To check a variant, run this command in the repository:
`pulsecheck check --implementation python:tests.variants:NAME`.
"""

from functools import cache

from pulsecheck_reference.altered import Factory, serving

from . import choices, connections, ends, logic, timing
from .variant import Variant

VARIANTS: tuple[Variant, ...] = (
    *choices.VARIANTS,
    *logic.VARIANTS,
    *timing.VARIANTS,
    *connections.VARIANTS,
    *ends.VARIANTS,
)


@cache
def __getattr__(name: str) -> Factory:
    """Return the factory of the variant with this name."""
    for variant in VARIANTS:
        if variant.name == name:
            return serving(variant.make)
    raise AttributeError(name)
