"""The JSON Schema of the driver protocol, generated from its types."""

from collections.abc import Iterable
from typing import Any

import msgspec

from pulsecheck.driver.protocol import (
    METHODS,
    NODE_GROUPS,
    NOTIFICATIONS,
    PROTOCOL_VERSION,
    ErrorCode,
    ErrorObject,
    NodeName,
)
from pulsecheck.shared.json_schema import schemas

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

ERRORS = {
    "PARSE_ERROR": "The line is not JSON.",
    "INVALID_REQUEST": "The line is JSON but not a request.",
    "METHOD_NOT_FOUND": "The driver does not have this method. "
    "This is correct if its ability is not declared.",
    "INVALID_PARAMS": "The params do not fit the method.",
    "INTERNAL_ERROR": "The implementation failed.",
    "REFUSED": "The rules of the implementation forbid the request; `message` says why.",
}


def schema() -> Schema:
    """Generate the JSON Schema (dialect 2020-12) of the whole protocol.

    The schema accepts every message of both sides. In `$defs`, Request is any line of the harness,
    and DriverMessage is any line of the driver. Each method has two definitions, such as
    ProjectOpenRequest and ProjectOpenAnswer. Each notification has one definition, such as
    RuntimePulsedNotification. The definition of any other type has the name of its Python class.
    """
    definitions = _types()
    for method, kinds in METHODS.items():
        name = _name(method)
        definitions[f"{name}Request"] = _call(method, _ref(kinds.params.__name__), _REQUEST_ID)
        definitions[f"{name}Answer"] = _envelope(
            {"id": _REQUEST_ID, "result": _ref(kinds.result.__name__)}
        )
    for method, kind in NOTIFICATIONS.items():
        definitions[f"{_name(method)}Notification"] = _call(method, _ref(kind.__name__), None)
    definitions["ErrorAnswer"] = _envelope(
        {"id": {"type": ["integer", "null"]}, "error": _ref(ErrorObject.__name__)}
    )
    definitions["Request"] = _any(f"{_name(method)}Request" for method in METHODS)
    definitions["Answer"] = _any([*(f"{_name(method)}Answer" for method in METHODS), "ErrorAnswer"])
    definitions["Notification"] = _any(f"{_name(method)}Notification" for method in NOTIFICATIONS)
    definitions["DriverMessage"] = _any(("Answer", "Notification"))
    return {
        "$schema": DIALECT,
        "title": f"pulsecheck driver protocol, version {PROTOCOL_VERSION}",
        "description": "One message per line, in UTF-8. The harness sends a Request, the driver a "
        "DriverMessage. An Answer has the id of its request, whose method determines the type of "
        "the result.",
        **_any(("Request", "DriverMessage")),
        "$defs": dict(sorted(definitions.items())),
    }


def render() -> bytes:
    """Return the schema as JSON text that ends with a line feed."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2) + b"\n"


_REQUEST_ID: Schema = {"type": "integer", "minimum": 1}


def _types() -> dict[str, Schema]:
    """Generate schemas of params and results, with rules that Python types cannot express."""
    used = [kind for method in METHODS.values() for kind in (method.params, method.result)]
    kinds = (*used, *NOTIFICATIONS.values(), ErrorObject)
    types = schemas(kinds)
    for name in ("Initialize", "Initialized"):
        types[name]["properties"]["protocolVersion"] = {"const": PROTOCOL_VERSION}
    declared = types["Initialized"]["properties"]
    with_start = (group for group, nodes in NODE_GROUPS.items() if NodeName.START in nodes)
    declared["nodes"]["contains"] = {"enum": [str(NodeName.START), *map(str, with_start)]}
    declared["transports"]["minItems"] = 1
    types[ErrorObject.__name__]["properties"]["code"] = {
        "anyOf": [_ref("ErrorCode"), {"type": "integer"}]
    }
    types["ErrorCode"] = {
        "oneOf": [
            {"const": getattr(ErrorCode, name), "title": name, "description": meaning}
            for name, meaning in ERRORS.items()
        ]
    }
    return types


def _name(method: str) -> str:
    """Convert a method to a name for definitions: studio/nodeType to StudioNodeType."""
    return "".join(part[0].upper() + part[1:] for part in method.split("/"))


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _any(names: Iterable[str]) -> Schema:
    return {"anyOf": [_ref(name) for name in names]}


def _call(method: str, params: Schema, number: Schema | None) -> Schema:
    identity = {} if number is None else {"id": number}
    return _envelope({**identity, "method": {"const": method}, "params": params})


def _envelope(fields: Schema) -> Schema:
    return {
        "type": "object",
        "properties": {"jsonrpc": {"const": "2.0"}, **fields},
        "required": ["jsonrpc", *fields],
        "additionalProperties": False,
    }
