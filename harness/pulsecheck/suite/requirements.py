"""The catalogue of requirements: the documented facts, read from requirements.toml."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import msgspec

from pulsecheck.suite.errors import SuiteError

Text = Annotated[str, msgspec.Meta(min_length=1)]
Identifier = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}-[0-9]+$")]


class Level(StrEnum):
    """The level of a requirement: how binding it is.

    must: the documentation states the requirement. should: the requirement follows from the
    documentation. may: the documentation leaves the choice open. silent: the documentation says
    nothing, but a violation would harm users.
    """

    MUST = "must"
    SHOULD = "should"
    MAY = "may"
    SILENT = "silent"


class Requirement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A documented fact.

    `page`: the path of the documentation's page.
    """

    id: Identifier
    level: Level
    fact: Text
    page: Text

    @property
    def area(self) -> str:
        """The prefix of the id, such as "STO"."""
        return self.id.partition("-")[0]


class DocumentedNode(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The documented sockets of a node type."""

    type: Text
    inputs: tuple[Text, ...] = ()
    outputs: tuple[Text, ...] = ()


class CatalogueError(SuiteError):
    """A catalogue is invalid."""


class Catalogue(msgspec.Struct, frozen=True):
    """All requirements, in the order of the file.

    `areas`: the titles of areas. `nodes`: the node types that the requirements are about.
    """

    requirements: tuple[Requirement, ...] = ()
    areas: Mapping[str, str] = {}
    nodes: tuple[DocumentedNode, ...] = ()

    def __contains__(self, identifier: object) -> bool:
        return any(found.id == identifier for found in self.requirements)

    def __getitem__(self, identifier: str) -> Requirement:
        """Return the requirement with this id. Raises KeyError if there is none."""
        for found in self.requirements:
            if found.id == identifier:
                return found
        raise KeyError(identifier)

    def title(self, area: str) -> str:
        """Return the title of an area, or the area itself if it has no title."""
        return self.areas.get(area, area)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    requirement: Annotated[tuple[dict[str, Any], ...], msgspec.Meta(min_length=1)]
    areas: dict[str, Text] = {}
    node: tuple[DocumentedNode, ...] = ()


FIELDS = (
    "Give each requirement an id (such as STO-5), a level (must, should, may or silent), a fact "
    "and a page."
)


def load(path: Path) -> Catalogue:
    """Read a catalogue. Raises CatalogueError for the first error in the file."""
    file = _read(path)
    requirements: dict[str, Requirement] = {}
    for number, row in enumerate(file.requirement, start=1):
        found = _requirement(path, number, row)
        if found.id in requirements:
            raise CatalogueError(
                _place(path, number, row),
                "an earlier requirement has this id",
                "Give each requirement its own id.",
            )
        requirements[found.id] = found
    _check_areas(path, file, requirements)
    return Catalogue(tuple(requirements.values()), file.areas, file.node)


def _read(path: Path) -> _File:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=_File)
    except OSError as error:
        raise CatalogueError(
            str(path),
            f"cannot be read: {error.strerror}",
            "Name a folder with a readable requirements.toml.",
        ) from error
    except msgspec.ValidationError as error:
        raise CatalogueError(
            str(path),
            f"is not a catalogue of requirements: {error}",
            "Write [[requirement]] tables, [areas] with the titles of areas, and [[node]] tables "
            "with type, inputs and outputs.",
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(
            str(path),
            f"is not TOML: {error}",
            "Fix the syntax at that position. The file must be UTF-8.",
        ) from error


def _requirement(path: Path, number: int, row: Mapping[str, Any]) -> Requirement:
    try:
        return msgspec.convert(row, Requirement)
    except msgspec.ValidationError as error:
        raise CatalogueError(_place(path, number, row), str(error), FIELDS) from error


def _place(path: Path, number: int, row: Mapping[str, Any]) -> str:
    return f"{path}: requirement {number} ({row.get('id', 'without an id')})"


def _check_areas(path: Path, file: _File, requirements: Mapping[str, Requirement]) -> None:
    used = {found.area for found in requirements.values()}
    for area in file.areas:
        if area not in used:
            raise CatalogueError(
                f"{path}: areas",
                f"no requirement belongs to the area {area}",
                f"Name one of: {', '.join(sorted(used))}.",
            )
