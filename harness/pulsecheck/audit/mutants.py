"""Load the mutants of a module: implementations with one mistake each."""

import difflib
import importlib
import inspect
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from pulsecheck.audit.commands import Commands
from pulsecheck.suite.errors import SuiteError
from pulsecheck.suite.requirements import Catalogue, Level

MAX_SUGGESTIONS = 3
"""The maximum number of similar names to suggest for an unknown name."""


class Mutant(msgspec.Struct, frozen=True, kw_only=True):
    """The implementation `python:MODULE:name`, which breaks one requirement by one mistake.

    `also`: requirements that the mistake may break too. `keyword` and `markers` select the
    scenarios to run, like the options `-k` and `-m` of a check. If both are empty, all scenarios
    run.
    """

    name: str
    requirement: str
    mistake: str
    also: tuple[str, ...] = ()
    keyword: str = ""
    markers: str = ""


class MutantsError(SuiteError):
    """The mutants of a module cannot be used."""


def load(module: str, catalogue: Catalogue) -> tuple[Mutant, ...]:
    """Read the MUTANTS of a module: objects with the attributes of a Mutant.

    Raises MutantsError if there are no mutants, or if a mutant is invalid. A mutant needs a unique
    name, and the module needs a factory with that name. Each requirement that the mutant names must
    be in the catalogue, and the level of that requirement must not be may.
    """
    namespace, mutants = _import(module)
    try:
        found = msgspec.convert(mutants, tuple[Mutant, ...], from_attributes=True)
    except msgspec.ValidationError as error:
        raise MutantsError(
            f"{module}.MUTANTS",
            f"is not a sequence of mutants: {error}",
            "Give each mutant a name, a requirement and a mistake. To run fewer scenarios, give it "
            "a keyword or markers.",
        ) from None
    problems = (*_invalid(found, catalogue), *_without_factory(found, namespace))
    for name, problem, remedy in problems:
        raise MutantsError(f"{module}.{name}", problem, remedy)
    return found


def choose(
    mutants: Sequence[Mutant], names: Sequence[str], commands: Commands
) -> tuple[Mutant, ...]:
    """Select mutants by name; an empty `names` selects all mutants.

    Raises MutantsError for an unknown name.
    """
    known = [mutant.name for mutant in mutants]
    for name in names:
        if name not in known:
            close = ", ".join(_closest(name, known))
            remedy = f"Run `{commands.list_all}` to see all names."
            raise MutantsError(
                f"{commands.module}.{name}",
                "there is no such mutant",
                f"Did you mean {close}? {remedy}" if close else remedy,
            )
    return tuple(mutant for mutant in mutants if not names or mutant.name in names)


def _closest(name: str, known: Sequence[str]) -> Sequence[str]:
    """Return a few known names that contain `name`, or else a few that are similar to `name`."""
    longer = [found for found in known if name and name in found]
    return longer[:MAX_SUGGESTIONS] or difflib.get_close_matches(name, known, MAX_SUGGESTIONS)


def _import(module: str) -> tuple[object, object]:
    """Return the module and its MUTANTS."""
    # The user's module may be in the current folder. For an installed command, sys.path does not
    # contain that folder.
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        found = importlib.import_module(module)
        return found, found.MUTANTS  # noqa: TRY300 - the attribute may be missing
    except Exception as error:  # noqa: BLE001 - a module may raise anything
        raise MutantsError(
            module,
            f"could not load MUTANTS: {type(error).__name__}: {error}",
            "Name a module that can be imported from this folder and has a sequence MUTANTS.",
        ) from None


def _invalid(mutants: Sequence[Mutant], catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    """Yield a name, a problem and a remedy for each mistake in the fields of mutants."""
    if not mutants:
        yield "MUTANTS", "is empty", "Add at least one mutant."
    names = Counter(mutant.name for mutant in mutants)
    for mutant in mutants:
        if names[mutant.name] > 1:
            yield mutant.name, "two mutants have this name", "Give each mutant its own name."
        for identifier in (mutant.requirement, *mutant.also):
            if identifier not in catalogue:
                yield (
                    mutant.name,
                    f'breaks "{identifier}", which is not a requirement of the catalogue',
                    "Name a requirement that `pulsecheck list` shows.",
                )
            elif catalogue[identifier].level is Level.MAY:
                yield (
                    mutant.name,
                    f'breaks "{identifier}", whose level is may, so every behaviour is allowed',
                    "Name a requirement whose level is must, should or silent.",
                )


def _without_factory(mutants: Sequence[Mutant], module: object) -> Iterator[tuple[str, str, str]]:
    """Yield a name, a problem and a remedy for each mutant that cannot be started.

    The audit reports these problems before it runs the first mutant.
    """
    for name in (mutant.name for mutant in mutants):
        remedy = (
            f"Write `async def {name}(reader, writer)` in the module. It serves one session of the "
            "driver protocol."
        )
        if not name.isidentifier():
            remedy = "Give the mutant the name of its factory: letters, digits and underscores."
            yield name, "is not a valid Python identifier", remedy
        elif not hasattr(module, name):
            yield name, "is in MUTANTS, but the module has no factory of this name", remedy
        elif not inspect.iscoroutinefunction(getattr(module, name)):
            yield name, "is not a coroutine function", remedy
