"""Reads the mutants of a module: implementations with one mistake each."""

import difflib
import importlib
import inspect
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from pulsecheck.audit.advice import Advice
from pulsecheck.suite.errors import SuiteError
from pulsecheck.suite.requirements import Catalogue, Level

CLOSEST = 3
"""How many names are told in the place of one that is not there."""


class Mutant(msgspec.Struct, frozen=True, kw_only=True):
    """An implementation that breaks one requirement, `row`, by one mistake.

    It is `python:MODULE:name`. `also` are requirements that it breaks as well, since nobody could
    break `row` without. `keyword` and `markers` select, as `-k` and `-m` of a check do, the
    scenarios that it is to be checked with; empty, they select all.
    """

    name: str
    row: str
    mistake: str
    also: tuple[str, ...] = ()
    keyword: str = ""
    markers: str = ""


class MutantsError(SuiteError):
    """The mutants of a module cannot be used as they are."""


def load(module: str, catalogue: Catalogue) -> tuple[Mutant, ...]:
    """Read what `MUTANTS` of a module holds: objects with the attributes of a Mutant.

    Raises MutantsError if there are none, if they do not fit the catalogue, or if one has no
    factory.
    """
    place, mutants = _imported(module)
    try:
        found = msgspec.convert(mutants, tuple[Mutant, ...], from_attributes=True)
    except msgspec.ValidationError as error:
        raise MutantsError(
            f"{module}.MUTANTS",
            f"is no sequence of mutants: {error}",
            "Each has a name, a row and a mistake and, where few scenarios do, keyword or markers.",
        ) from None
    for name, problem, remedy in (*_faults(found, catalogue), *_unmade(found, place)):
        raise MutantsError(f"{module}.{name}", problem, remedy)
    return found


def choose(mutants: Sequence[Mutant], names: Sequence[str], advice: Advice) -> tuple[Mutant, ...]:
    """Those of these names; all, if no name is given. Raises MutantsError for an unknown name."""
    known = [mutant.name for mutant in mutants]
    for name in names:
        if name not in known:
            close = ", ".join(_closest(name, known))
            remedy = f"`{advice.list_all}` lists all."
            raise MutantsError(
                f"{advice.module}.{name}",
                "is no mutant of that module",
                f"Closest to it: {close}. {remedy}" if close else remedy,
            )
    return tuple(mutant for mutant in mutants if not names or mutant.name in names)


def _closest(name: str, known: Sequence[str]) -> Sequence[str]:
    """A few names: those of which it is a part, or else those that look like it."""
    longer = [found for found in known if name and name in found]
    return longer[:CLOSEST] or difflib.get_close_matches(name, known, CLOSEST)


def _imported(module: str) -> tuple[object, object]:
    """Give the module, and what its MUTANTS is."""
    # A command installed elsewhere does not look for modules where it is called; its caller does.
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        found = importlib.import_module(module)
        return found, found.MUTANTS  # noqa: TRY300 - to have none is what may go wrong
    except Exception as error:  # noqa: BLE001 - a module may raise anything
        raise MutantsError(
            module,
            f"cannot be asked for its MUTANTS: {type(error).__name__}: {error}",
            "Name a module that can be imported here and has a sequence MUTANTS.",
        ) from None


def _faults(mutants: Sequence[Mutant], catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    if not mutants:
        yield "MUTANTS", "is empty", "Without a mutant there is nothing that scenarios could find."
    names = Counter(mutant.name for mutant in mutants)
    for mutant in mutants:
        if names[mutant.name] > 1:
            yield mutant.name, "is there twice", "Give each mutant a name of its own."
        for row in (mutant.row, *mutant.also):
            if row not in catalogue:
                yield (
                    mutant.name,
                    f'breaks "{row}", which is no requirement of the catalogue',
                    "Name the requirement that must turn red.",
                )
            elif catalogue[row].level is Level.MAY:
                yield (
                    mutant.name,
                    f'breaks "{row}", which is a may: whatever a runtime does there is right',
                    "Name a must, a should or a silent requirement.",
                )


def _unmade(mutants: Sequence[Mutant], module: object) -> Iterator[tuple[str, str, str]]:
    """Tell of mutants that could not be served, before the others are tried for minutes."""
    for name in (mutant.name for mutant in mutants):
        remedy = (
            f"Write `async def {name}(reader, writer)` there, which serves one session of the "
            "driver protocol."
        )
        if not name.isidentifier():
            remedy = "Name the mutant as its factory is named: letters, digits and underscores."
            yield name, "is no name of Python", remedy
        elif not hasattr(module, name):
            yield name, "is in MUTANTS, and the module has no factory of that name", remedy
        elif not inspect.iscoroutinefunction(getattr(module, name)):
            yield name, "is no coroutine function", remedy
