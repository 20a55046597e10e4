"""The file with the reason for each survivor."""

import tomllib
from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from .mutations import Mutation

FILE = Path(__file__).with_name("survivors.toml")


class SurvivorsError(Exception):
    """The file is invalid. The message gives the reason."""


Key = tuple[str, str, str, str]


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reason that the mutations of one place survive. `becomes` lists the mutations."""

    file: str
    was: str
    becomes: tuple[str, ...]
    reason: str
    within: str = ""

    def __post_init__(self) -> None:
        if not (self.reason.strip() and self.becomes):
            raise ValueError(f'"{self.was}" of {self.file} needs a reason and a mutation')


def keys(reasons: Iterable[Reason]) -> set[Key]:
    """Return the keys of the mutations that the reasons name."""
    return {
        (each.file, each.within, each.was, becomes) for each in reasons for becomes in each.becomes
    }


class Reasons(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reasons, by kind of mutant.

    `equivalent`: mutants that behave like the reference. `undocumented`: mutants that behave
    differently where the documentation says nothing.
    """

    equivalent: tuple[Reason, ...] = ()
    undocumented: tuple[Reason, ...] = ()

    @property
    def keys(self) -> set[Key]:
        return keys((*self.equivalent, *self.undocumented))

    def stale(self, survivors: Iterable[Mutation], judged: Collection[str]) -> list[str]:
        """Return the reasons that name no survivor in the judged files."""
        alive = {found.key for found in survivors}
        return [
            f"{file} {within}\n    - {was}\n    + {becomes}"
            for file, within, was, becomes in sorted(self.keys - alive)
            if file in judged
        ]


def load(path: Path = FILE) -> Reasons:
    """Read the file. Raises SurvivorsError."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Reasons)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SurvivorsError(f"{path.name} cannot be read: {error}") from None
