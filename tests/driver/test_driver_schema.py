"""The shipped JSON Schema is up to date, and accepts a real conversation."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import pulsecheck.driver
from pulsecheck.driver.protocol import METHODS, NOTIFICATIONS, ErrorCode
from pulsecheck.driver.schema import ERRORS, render, schema
from pulsecheck.mock_server import MockServer
from pulsecheck_reference import serve

SHIPPED = Path(pulsecheck.driver.__file__).parent / "protocol.schema.json"
Json = dict[str, Any]


def validator(part: str) -> Any:
    """Create a validator for one of the schema's definitions."""
    whole = schema()
    return jsonschema.Draft202012Validator({**whole, "anyOf": [{"$ref": f"#/$defs/{part}"}]})


def name(method: str) -> str:
    return "".join(part[0].upper() + part[1:] for part in method.split("/"))


def test_the_shipped_schema_is_up_to_date() -> None:
    assert SHIPPED.read_bytes() == render(), "run: pulsecheck schema > " + str(SHIPPED)


def test_the_schema_is_valid_in_its_dialect() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_the_command_prints_the_schema() -> None:
    command = (sys.executable, "-m", "pulsecheck", "schema")
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert done.stdout == render()


def test_the_schema_has_every_method_notification_and_error_code() -> None:
    definitions = schema()["$defs"]
    expected = {f"{name(method)}{kind}" for method in METHODS for kind in ("Request", "Answer")}
    expected |= {f"{name(method)}Notification" for method in NOTIFICATIONS}
    assert expected <= set(definitions)
    codes = {value for key, value in vars(ErrorCode).items() if key.isupper()}
    assert {found["const"] for found in definitions["ErrorCode"]["oneOf"]} == codes
    assert len(codes) == len(ERRORS)


class Conversation:
    """A session with the reference, recorded line by line."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.requests: dict[int, Json] = {}
        self.answers: list[Json] = []
        self.notifications: list[Json] = []

    async def request(self, method: str, **params: Any) -> None:
        number = len(self.requests) + 1
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        self.requests[number] = request
        self._writer.write(json.dumps(request).encode() + b"\n")
        while len(self.answers) < number:
            await self.take()

    async def take(self) -> None:
        message = json.loads(await self._reader.readline())
        (self.notifications if "method" in message else self.answers).append(message)

    async def pulsed(self, node: str) -> None:
        while not any(found["params"].get("node") == node for found in self.notifications):
            await self.take()


def logic(*kinds: str) -> Json:
    attributes = {"Configuration": "main"}
    nodes = [{"id": kind, "type": f"Socket.IO {kind}", "attributes": attributes} for kind in kinds]
    listeners = [
        {"id": f"On {kind}", "type": f"On Socket.IO {kind}", "attributes": attributes}
        for kind in kinds
    ]
    return {"Project": {"nodes": nodes + listeners, "links": []}}


async def converse(talk: Conversation, server: MockServer) -> None:
    """Send every request of the protocol, and some requests that are refused."""
    connection = {"name": "main", "url": server.url, "port": server.port}
    harness = {"name": "test", "version": "1"}
    await talk.request("initialize", protocolVersion=1, harness=harness)
    project = {"plugins": {}, "connections": [connection], "logic": logic("Start", "Stop")}
    await talk.request("project/open", project=project)
    for method in ("studio/settings", "studio/plugins", "studio/save"):
        await talk.request(method)
    await talk.request("studio/toolbox", scope="Project")
    await talk.request("studio/nodeType", type="Socket.IO Send")
    await talk.request("studio/nodeType", type="No such node")
    await talk.request("studio/addConnection", name="other")
    await talk.request("studio/removeConnection", name="other")
    ends = {"from": {"node": "Start", "socket": "Pulse Output"}}
    await talk.request("studio/connect", **ends, to={"node": "Stop", "socket": "Pulse Input"})
    await talk.request("runtime/pulse", node="Start", values={})
    await talk.pulsed("Stop")
    await talk.request("runtime/sync")
    await talk.request("no/such/method")
    await talk.request("studio/togglePlugin", name="Socket.IO")
    await talk.request("studio/restart")
    await talk.request("runtime/pulse", node="Start", values={})
    await talk.request("project/close")
    await talk.request("shutdown")


@pytest.fixture
def recorded(run: Any) -> Conversation:
    async def record() -> Conversation:
        connected: asyncio.Queue[Any] = asyncio.Queue()
        listening = await asyncio.start_server(
            lambda *streams: connected.put_nowait(streams), "127.0.0.1", 0
        )
        reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname())
        serving = asyncio.create_task(serve(*await connected.get()))
        talk = Conversation(reader, writer)
        async with MockServer() as server:
            await converse(talk, server)
            await serving
        writer.close()
        listening.close()
        return talk

    recorded: Conversation = run(record())
    return recorded


def test_the_schema_accepts_a_real_conversation(recorded: Conversation) -> None:
    assert {found["method"] for found in recorded.requests.values()} >= set(METHODS)
    for request in recorded.requests.values():
        if request["method"] in METHODS:
            validator(f"{name(request['method'])}Request").validate(request)
    refused = []
    for answer in recorded.answers:
        method = recorded.requests[answer["id"]]["method"]
        if "error" in answer:
            refused.append(method)
        part = "ErrorAnswer" if "error" in answer else f"{name(method)}Answer"
        validator(part).validate(answer)
    assert {"studio/nodeType", "no/such/method"} <= set(refused)
    assert len(recorded.notifications) > 2
    for notification in recorded.notifications:
        validator("Notification").validate(notification)
        validator("DriverMessage").validate(notification)


INITIALIZED: Json = {
    "protocolVersion": 1,
    "implementation": {"name": "n", "version": "1", "language": "C"},
    "nodes": ["connection nodes"],
    "transports": ["websocket"],
}


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("InitializeAnswer", {"id": 1, "result": {**INITIALIZED, "protocolVersion": 2}}),
        ("InitializeAnswer", {"id": 1, "result": {**INITIALIZED, "transports": []}}),
        ("InitializeAnswer", {"id": 1, "result": {**INITIALIZED, "nodes": ["message nodes"]}}),
        ("InitializeAnswer", {"id": 1, "result": {**INITIALIZED, "abilties": []}}),
        ("RuntimeSyncAnswer", {"id": "1", "result": {}}),
        ("RuntimeSyncAnswer", {"id": 1, "result": None}),
        ("ErrorAnswer", {"id": 1, "error": {"code": "1", "message": ""}}),
        ("ErrorAnswer", {"id": 1, "error": {"code": 1, "message": ""}, "result": {}}),
        ("Notification", {"method": "runtime/pulsed", "params": {"node": 5}}),
        ("Notification", {"method": "runtime/puled", "params": {"node": "a"}}),
    ],
)
def test_the_schema_rejects_what_the_harness_rejects(part: str, message: Json) -> None:
    with pytest.raises(jsonschema.ValidationError):
        validator(part).validate({"jsonrpc": "2.0", **message})


def test_the_schema_accepts_a_minimal_answer() -> None:
    answer = {"jsonrpc": "2.0", "id": 1, "result": INITIALIZED}
    validator("InitializeAnswer").validate(answer)
