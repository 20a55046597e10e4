"""JSON Schemas of types."""

import inspect
from collections.abc import Iterable
from typing import Any

import msgspec


def schemas(kinds: Iterable[Any], place: str = "#/$defs") -> dict[str, dict[str, Any]]:
    """Return the schemas of these types, and of the types that they contain, by name.

    `place`: the JSON pointer of the object that will hold the schemas. The references between
    schemas contain this pointer.

    Descriptions are docstrings. Python 3.13 and later remove the indentation of docstrings, and
    earlier versions keep it. This function always removes it, so the schemas are the same in all
    versions.
    """
    _, found = msgspec.json.schema_components(kinds, ref_template=f"{place}/{{name}}")
    for schema in found.values():
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"])
    return found
