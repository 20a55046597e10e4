"""Read feature files as plain data: one ScenarioSource for each scenario.

The scenarios are the pickles that gherkin-official compiles. pytest-bdd must collect the same
scenarios.
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


class FeatureError(SuiteError):
    """A feature file is invalid."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a scenario.

    `kind`: "given", "when" or "then". And and But take the kind of the previous step.
    `argument`: "datatable", "docstring", or "" for neither.
    """

    kind: str
    text: str
    argument: str = ""


class ScenarioSource(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario of a feature file. Each row of an outline's examples is a scenario.

    `selector`: the word with which `-k` selects the scenario. `example`: the values of the
    scenario's row, by column.
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
    def transport(self) -> str | None:
        return self.example.get("transport")

    @property
    def where(self) -> str:
        return f"{self.path}:{self.line}"


def feature_files(features: Path) -> tuple[Path, ...]:
    """Return the feature files of a folder, sorted. Raises FeatureError if there are none."""
    found = tuple(sorted(features.glob("*.feature")))
    if not found:
        raise FeatureError(
            str(features),
            "the folder has no feature files",
            "Name a folder with *.feature files and requirements.toml.",
        )
    return found


def read_scenarios(path: Path) -> tuple[ScenarioSource, ...]:
    """Read the scenarios of one file, in the order of the file.

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
            str(path), f"cannot be read: {error}", "Make it a readable file in UTF-8."
        ) from error
    try:
        document = Parser().parse(text)
    except (CompositeParserException, ParserException) as error:
        first = str(getattr(error, "errors", [error])[0])
        raise FeatureError(str(path), f"is not Gherkin: {first}", "Fix this line.") from error
    return {**document, "uri": str(path)}


def _identified(node: Any) -> Iterator[Any]:
    """Yield every node of a Gherkin document that has an id."""
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
    raise AssertionError(f"no examples of {scenario['name']!r} have the row {row}")


KINDS = {"Context": "given", "Action": "when", "Outcome": "then"}
ARGUMENTS = {"dataTable": "datatable", "docString": "docstring"}
"""For each kind of step argument: the name in gherkin-official, and the parameter of pytest-bdd."""


def _steps(steps: Any) -> Iterator[Step]:
    for step in steps:
        argument = next((ARGUMENTS[found] for found in step.get("argument", {})), "")
        yield Step(kind=KINDS.get(step.get("type"), "given"), text=step["text"], argument=argument)


def slug(text: str) -> str:
    """Turn a text into one word of lower-case letters, digits and underscores."""
    return re.sub(r"\W+", "_", text.lower()).strip("_")


def _selector(name: str, values: tuple[str, ...]) -> str:
    return slug(name) + (f"[{'-'.join(slug(value) for value in values)}]" if values else "")


def all_scenarios(features: Path) -> tuple[ScenarioSource, ...]:
    """Read the scenarios of all feature files of a folder. Raises FeatureError."""
    return tuple(found for path in feature_files(features) for found in read_scenarios(path))


def default_features() -> Path:
    """Return the folder of pulsecheck's own features, in the installed package or a checkout."""
    shipped = Path(__file__).parents[1] / "features"
    return shipped if shipped.exists() else Path(__file__).parents[3] / "features"
