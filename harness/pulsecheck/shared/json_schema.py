"""JSON Schema of types."""

import inspect
from collections.abc import Iterable
from typing import Any

import msgspec


def schemas(kinds: Iterable[Any], place: str = "#/$defs") -> dict[str, dict[str, Any]]:
    """The schema of each of these types, and of each type they are made of, by name.

    They refer to each other by `place`. Docstrings become descriptions without their indentation,
    which only Python 3.13 and later strip by themselves.
    """
    _, found = msgspec.json.schema_components(kinds, ref_template=f"{place}/{{name}}")
    for schema in found.values():
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"])
    return found
