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

    def __post_init__(self) -> None:
        if not (self.reason.strip() and self.becomes):
            raise ValueError(f'wanted a reason and a mutation for "{self.was}" of {self.file}')


class Reasons(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`equivalent`: no runtime's behaviour differs. `undocumented`: one does, as it may."""

    equivalent: tuple[Reason, ...] = ()
    undocumented: tuple[Reason, ...] = ()

    def stale(self, survivors: Iterable[Mutation], judged: Collection[str]) -> list[str]:
        """What is said of mutations that did not survive, in files that were judged."""
        alive = {_key(found.file, found.was, found.becomes) for found in survivors}
        return [
            f"{each.file}\n    - {each.was}\n    + {becomes}"
            for each in (*self.equivalent, *self.undocumented)
            for becomes in each.becomes
            if each.file in judged and _key(each.file, each.was, becomes) not in alive
        ]


def among(mutation: Mutation, reasons: Iterable[Reason]) -> bool:
    """Whether one of the reasons is about the mutation."""
    return any(
        (each.file, each.was) == (mutation.file, mutation.was) and mutation.becomes in each.becomes
        for each in reasons
    )


def load(path: Path = FILE) -> Reasons:
    """Read the file; raises SurvivorsError."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Reasons)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise SurvivorsError(f"{path.name} cannot be read: {error}") from None


def _key(file: str, was: str, becomes: str) -> tuple[str, str, str]:
    return file, was, becomes
