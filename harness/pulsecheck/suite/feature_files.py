"""Reads feature files into plain data, one entry for each scenario that is to be judged.

What gherkin-official compiles (its pickles) is the truth about which scenarios there are;
pytest-bdd is held to it.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

from pulsecheck.suite.errors import SuiteError

CATALOGUE = "requirements.toml"
REQUIREMENT_TAG = re.compile(r"[A-Z]{3}-\d+")
USES_TAG = re.compile(rf"uses-({REQUIREMENT_TAG.pattern})")


class FeatureError(SuiteError):
    """A feature file cannot be judged as it is."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """`kind` is "given", "when" or "then"; and and but take that of the step before.

    `below` is what stands below the sentence: "datatable", "docstring" or nothing.
    """

    kind: str
    text: str
    below: str = ""


class ScenarioSource(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario as written: for an outline, one for each row of its examples.

    `selector` is the word that selects it; `example` maps the columns of its row to their values.
    """

    selector: str
    name: str
    path: Path
    line: int
    tags: tuple[str, ...]
    example: Mapping[str, str]
    steps: tuple[Step, ...]

    @property
    def feature(self) -> str:
        return self.path.name

    @property
    def requirements(self) -> tuple[str, ...]:
        return tuple(tag for tag in self.tags if REQUIREMENT_TAG.fullmatch(tag))

    @property
    def uses(self) -> tuple[str, ...]:
        """Requirements that it needs met and does not show: without them it shows nothing."""
        found = (USES_TAG.fullmatch(tag) for tag in self.tags)
        return tuple(match[1] for match in found if match)

    @property
    def transport(self) -> str | None:
        return self.example.get("transport")

    @property
    def where(self) -> str:
        return f"{self.path}:{self.line}"


def feature_files(features: Path) -> tuple[Path, ...]:
    """The feature files of a folder, sorted; raises FeatureError if there is none."""
    found = tuple(sorted(features.glob("*.feature")))
    if not found:
        raise FeatureError(
            str(features),
            "wanted a folder of feature files, found none in it",
            "Name a folder that holds *.feature files and requirements.toml.",
        )
    return found


def read_scenarios(path: Path) -> tuple[ScenarioSource, ...]:
    """All scenarios of one file, in its order.

    Raises FeatureError if the file cannot be read or is not Gherkin.
    """
    document = _parse(path)
    lines = {node["id"]: node for node in _identified(document)}
    return tuple(_source(path, pickle, lines) for pickle in Compiler().compile(document))


def _parse(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FeatureError(
            str(path), f"cannot be read: {error}", "Make it a readable UTF-8 file."
        ) from error
    try:
        document = Parser().parse(text)
    except (CompositeParserException, ParserException) as error:
        first = str(getattr(error, "errors", [error])[0])
        raise FeatureError(str(path), f"is not Gherkin: {first}", "Mend that line.") from error
    return {**document, "uri": str(path)}


def _identified(node: Any) -> Iterator[Any]:
    """Every part of a Gherkin document that has an id."""
    if isinstance(node, dict):
        if "id" in node:
            yield node
        for value in node.values():
            yield from _identified(value)
    elif isinstance(node, list):
        for value in node:
            yield from _identified(value)


def _source(path: Path, pickle: Any, nodes: Mapping[str, Any]) -> ScenarioSource:
    scenario, *rows = (nodes[identifier] for identifier in pickle["astNodeIds"])
    example = _example(scenario, rows[0]) if rows else {}
    return ScenarioSource(
        selector=_selector(pickle["name"], tuple(example.values())),
        name=pickle["name"],
        path=path,
        line=(rows or [scenario])[0]["location"]["line"],
        tags=tuple(tag["name"].removeprefix("@") for tag in pickle["tags"]),
        example=example,
        steps=tuple(_steps(pickle["steps"])),
    )


def _example(scenario: Any, row: Any) -> dict[str, str]:
    for examples in scenario["examples"]:
        if row in examples["tableBody"]:
            names = (cell["value"] for cell in examples["tableHeader"]["cells"])
            values = (cell["value"] for cell in row["cells"])
            return dict(zip(names, values, strict=True))
    raise AssertionError(f"no examples of {scenario['name']!r} hold the row {row}")


KINDS = {"Context": "given", "Action": "when", "Outcome": "then"}
BELOW = {"dataTable": "datatable", "docString": "docstring"}
"""What gherkin-official calls it, and what pytest-bdd calls the argument."""


def _steps(steps: Any) -> Iterator[Step]:
    for step in steps:
        below = next((BELOW[found] for found in step.get("argument", {})), "")
        yield Step(kind=KINDS.get(step.get("type"), "given"), text=step["text"], below=below)


def slug(text: str) -> str:
    """A text as one lower-case word."""
    return re.sub(r"\W+", "_", text.lower()).strip("_")


def _selector(name: str, values: tuple[str, ...]) -> str:
    return slug(name) + (f"[{'-'.join(slug(value) for value in values)}]" if values else "")


def all_scenarios(features: Path) -> tuple[ScenarioSource, ...]:
    """All scenarios of a folder; raises FeatureError."""
    return tuple(found for path in feature_files(features) for found in read_scenarios(path))


def default_features() -> Path:
    """The features that come with pulsecheck: in the installed package, or in the checkout."""
    shipped = Path(__file__).parents[1] / "features"
    return shipped if shipped.exists() else Path(__file__).parents[3] / "features"
