"""The file that says of each survivor why no scenario need notice it."""

import tomllib
from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from .mutations import Mutation

FILE = Path(__file__).with_name("survivors.toml")


class SurvivorsError(Exception):
    """The file cannot be used as it is; the message says why."""


Key = tuple[str, str, str, str]


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why the mutations of one piece of a file survive. `becomes` lists what they make of it."""

    file: str
    was: str
    becomes: tuple[str, ...]
    reason: str
    within: str = ""

    def __post_init__(self) -> None:
        if not (self.reason.strip() and self.becomes):
            raise ValueError(f'wanted a reason and a mutation for "{self.was}" of {self.file}')


def keys(reasons: Iterable[Reason]) -> set[Key]:
    """The mutations that reasons are about."""
    return {
        (each.file, each.within, each.was, becomes) for each in reasons for becomes in each.becomes
    }


class Reasons(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`equivalent`: no runtime's behaviour differs. `undocumented`: one does, as it may."""

    equivalent: tuple[Reason, ...] = ()
    undocumented: tuple[Reason, ...] = ()

    @property
    def keys(self) -> set[Key]:
        return keys((*self.equivalent, *self.undocumented))

    def stale(self, survivors: Iterable[Mutation], judged: Collection[str]) -> list[str]:
        """What is said of mutations that did not survive, in files that were judged."""
        alive = {found.key for found in survivors}
        return [
            f"{file} {within}\n    - {was}\n    + {becomes}"
            for file, within, was, becomes in sorted(self.keys - alive)
            if file in judged
        ]


def load(path: Path = FILE) -> Reasons:
    """Read the file; raises SurvivorsError."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Reasons)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SurvivorsError(f"{path.name} cannot be read: {error}") from None
