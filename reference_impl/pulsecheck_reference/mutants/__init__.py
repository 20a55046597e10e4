"""Mutants: each is the reference runtime with one mistake that a real author could make.

Each requirement whose level is not may has at least one mutant. `pulsecheck audit` checks all
mutants, and `pulsecheck check --implementation python:pulsecheck_reference.mutants:NAME` checks one
mutant.
"""

from collections.abc import Iterable, Iterator
from functools import cache

from msgspec.structs import replace

from pulsecheck_reference.altered import Factory, serving

from . import (
    choice,
    configuration,
    ending,
    error,
    nodes,
    plugin,
    receive,
    send,
    settings,
    start,
    stop,
    subscribe,
    toolbox,
)
from .mutant import Mutant

STUDIO = "studio or SND-3"
"""The scenarios that can detect a mistake of the studio."""
RUNNING = "not studio and not may"
"""The scenarios that can detect a mistake of the runtime."""
ONE_TRANSPORT = "not upgraded and not long_polling and not stays_mute"
"""Leaves out scenarios over the transports upgraded and long-polling, and one slow scenario."""
ONE_MESSAGE = f"{ONE_TRANSPORT} and not thousand and not of_any_kind and not any_name"
"""For mistakes that do not depend on the message. Also leaves out scenarios with many messages."""


def _with(mutants: Iterable[Mutant], *, keyword: str = "", markers: str = "") -> Iterator[Mutant]:
    """Limit mutants to the scenarios that can detect their mistakes."""
    for mutant in mutants:
        yield mutant if mutant.elsewhere else replace(mutant, keyword=keyword, markers=markers)


MUTANTS: tuple[Mutant, ...] = (
    *_with(plugin.MUTANTS, markers=STUDIO),
    *_with(settings.MUTANTS, markers=STUDIO),
    *_with(toolbox.MUTANTS, markers=STUDIO),
    *_with(configuration.MUTANTS, markers=STUDIO),
    *_with(nodes.MUTANTS, keyword=ONE_MESSAGE, markers=RUNNING),
    *_with(choice.MUTANTS, keyword=ONE_MESSAGE, markers=RUNNING),
    *_with(start.MUTANTS, keyword=ONE_MESSAGE, markers=RUNNING),
    *_with(stop.MUTANTS, keyword=ONE_MESSAGE, markers=RUNNING),
    *_with(ending.MUTANTS, keyword=ONE_MESSAGE, markers=RUNNING),
    *_with(send.MUTANTS, keyword=ONE_TRANSPORT, markers=RUNNING),
    *_with(subscribe.MUTANTS, keyword=ONE_MESSAGE, markers=RUNNING),
    *_with(receive.MUTANTS, keyword=ONE_TRANSPORT, markers=RUNNING),
    *_with(error.MUTANTS, keyword=ONE_MESSAGE, markers=RUNNING),
)


@cache
def __getattr__(name: str) -> Factory:
    """Return the factory of the mutant with this name."""
    for mutant in MUTANTS:
        if mutant.name == name:
            return serving(mutant.make)
    raise AttributeError("there is no mutant of that name: `pulsecheck audit --list` shows all")
