"""The OpenAPI description is valid and matches the answers."""

import inspect
import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from control_client import TOKEN, control
from event_loop import in_a_loop
from mock_clients import Tcp
from pulsecheck.serve import openapi
from pulsecheck.serve.fault_kinds import FaultKinds, exported
from pulsecheck.serve.http_interface import STATUSES
from pulsecheck.serve.operations import operations

OPERATIONS = operations(FaultKinds(exported()))


@pytest.mark.parametrize("asks_for_token", [False, True])
def test_the_description_is_valid(asks_for_token: bool) -> None:
    document = json.loads(openapi.describe(OPERATIONS, asks_for_token=asks_for_token))
    validate(document)
    assert ("security" in document) is asks_for_token


@in_a_loop
async def test_the_description_is_served() -> None:
    async with control(token=TOKEN) as (_, api, _):
        document = await api.get("/openapi.json")
        validate(document)
        assert set(document["paths"]) == {*(found.path for found in OPERATIONS)} | {
            "/api/timeline/live"
        }
        assert document["paths"]["/api/faults/{id}"]["delete"]["parameters"] == [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
        ]


def test_every_kind_of_fault_is_described() -> None:
    document = json.loads(openapi.describe(OPERATIONS, asks_for_token=False))
    for fault in exported():
        described = document["components"]["schemas"][fault.__name__]
        assert described["description"] == inspect.getdoc(fault)


def test_operations_declare_every_error_status() -> None:
    declared = {status for found in OPERATIONS for status in found.fails}
    assert declared == set(STATUSES.values())


@in_a_loop
async def test_answers_match_the_description() -> None:
    async with control() as (server, api, _):
        document = await api.get("/openapi.json")
        client = await Tcp.websocket(server)
        await client.establish()
        client.send('42["a",1]')
        await server.wait_for_event("a")
        bodies: dict[str, Any] = {
            "addFault": {"fault": {"kind": "cut", "how": "RST"}, "scope": "next"},
            "emit": {"event": "news"},
            "reportPulse": {
                "node": "Stop",
                "type": "Socket.IO Stop",
                "kind": "input",
                "configuration": "main",
            },
        }
        await api.add("hold-disconnects")
        for found in OPERATIONS:
            answer = await api(found.method, found.path.replace("{id}", "1"), bodies.get(found.id))
            assert answer.status == found.status, answer
            responses = document["paths"][found.path][found.method.lower()]["responses"]
            content = responses[str(found.status)].get("content")
            if content is None:
                assert answer.body == ""
            else:
                schema = {**content["application/json"]["schema"], **document}
                Draft202012Validator(schema).validate(answer.body)
