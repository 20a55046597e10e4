"""The file that says of each survivor why no scenario need notice it."""

import tomllib
from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from .mutations import Mutation

FILE = Path(__file__).with_name("survivors.toml")


class SurvivorsError(Exception):
    """The file cannot be used as it is; the message says why."""


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

    @property
    def keys(self) -> frozenset[tuple[str, str, str, str]]:
        """The mutations that it is about."""
        return frozenset((self.file, self.within, self.was, each) for each in self.becomes)


class Reasons(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`equivalent`: no runtime's behaviour differs. `undocumented`: one does, as it may."""

    equivalent: tuple[Reason, ...] = ()
    undocumented: tuple[Reason, ...] = ()

    def stale(self, survivors: Iterable[Mutation], judged: Collection[str]) -> list[str]:
        """What is said of mutations that did not survive, in files that were judged."""
        alive = {found.key for found in survivors}
        return [
            f"{file} {within}\n    - {was}\n    + {becomes}"
            for reason in (*self.equivalent, *self.undocumented)
            for file, within, was, becomes in sorted(reason.keys - alive)
            if file in judged
        ]


def among(mutation: Mutation, reasons: Iterable[Reason]) -> bool:
    """Whether one of the reasons is about the mutation."""
    return any(mutation.key in each.keys for each in reasons)


def load(path: Path = FILE) -> Reasons:
    """Read the file; raises SurvivorsError."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Reasons)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SurvivorsError(f"{path.name} cannot be read: {error}") from None
