"""The OpenAPI 3.1 description of the control interface."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from pulsecheck import __version__
from pulsecheck.serve.live import LIVE_PATH
from pulsecheck.serve.messages import LiveQuery, Problem
from pulsecheck.serve.operations import Operation
from pulsecheck.shared.json_schema import schemas

REFUSALS = (400, 403)
"""Error statuses of all operations."""
WITH_BODY = (413, 415)
"""Additional error statuses of operations with a body."""


def describe(operations: Sequence[Operation], *, asks_for_token: bool) -> bytes:
    """Return the OpenAPI document, as JSON."""
    types = [each for found in operations for each in (found.body, found.answer) if each]
    parameters = dict.fromkeys((*(found.parameters for found in operations), LiveQuery))
    every_type = list(dict.fromkeys((*types, *parameters, Problem)))
    components = schemas(every_type, "#/components/schemas")
    queries = {each.__name__: components.pop(each.__name__) for each in parameters}
    paths: dict[str, dict[str, Any]] = {}
    for found in operations:
        paths.setdefault(found.path, {})[found.method.lower()] = _operation(found, queries)
    paths[LIVE_PATH] = {"get": _live(queries[LiveQuery.__name__])}
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "pulsecheck mock server",
            "summary": "Controls a mock Socket.IO server: add faults, send events, read what "
            "happens.",
            "version": __version__,
        },
        "paths": paths,
        "components": {"schemas": components},
    }
    if asks_for_token:
        bearer = {"token": {"type": "http", "scheme": "bearer"}}
        document["components"]["securitySchemes"] = bearer
        document["security"] = [{"token": []}]
        for path in paths.values():
            for operation in path.values():
                operation["responses"] |= _problems((401,))
    return msgspec.json.encode(document)


def _operation(found: Operation, queries: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": found.id,
        "summary": found.summary,
        "parameters": _parameters(found.path, queries[found.parameters.__name__]),
        "responses": {
            str(found.status): _content(HTTPStatus(found.status).phrase, found.answer),
            **_problems(found.fails),
            **_problems(REFUSALS),
        },
    }
    if found.body is not None:
        described["requestBody"] = {"required": True, **_content(None, found.body)}
        described["responses"] |= _problems(WITH_BODY)
    return described


def _live(query: dict[str, Any]) -> dict[str, Any]:
    stream = {"text/event-stream": {"schema": {"type": "string"}}}
    return {
        "operationId": "followTimeline",
        "summary": "Follow the timeline as server-sent events: one event for each entry, with the "
        "entry's number as its id.",
        "parameters": _parameters(LIVE_PATH, query),
        "responses": {
            "200": {"description": "OK", "content": stream},
            **_problems((*REFUSALS, 503)),
        },
    }


def _parameters(path: str, schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path" if f"{{{name}}}" in path else "query",
            "required": name in schema["required"],
            "schema": described,
        }
        for name, described in schema["properties"].items()
    ]


def _content(description: str | None, kind: type | None) -> dict[str, Any]:
    content: dict[str, Any] = {} if description is None else {"description": description}
    if kind is not None:
        reference = {"$ref": f"#/components/schemas/{kind.__name__}"}
        content["content"] = {"application/json": {"schema": reference}}
    return content


def _problems(statuses: Iterable[int]) -> dict[str, Any]:
    reference = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    content = {"application/problem+json": {"schema": reference}}
    return {
        str(status): {"description": HTTPStatus(status).phrase, "content": content}
        for status in statuses
    }
