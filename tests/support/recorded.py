"""Timelines written by hand, for tests of the oracle."""

import json
from typing import Any, Self

from pulsecheck.shared.timeline import Entry

START, STOP, SEND = "Socket.IO Start", "Socket.IO Stop", "Socket.IO Send"
ON_START, ON_STOP, ON_RECEIVE = "On Socket.IO Start", "On Socket.IO Stop", "On Socket.IO Receive"
STEP = 0.1
"""Seconds between two entries. This is longer than any tolerance."""


class Recorded:
    """A timeline of one project. Each method appends entries, STEP seconds apart.

    The name of a node is its type. If the node's connection is not "main", the connection's name
    follows in brackets, as in `Socket.IO Start (other)`.
    """

    def __init__(self, *connections: str, **nodes: dict[str, Any]) -> None:
        self.entries: list[Entry] = []
        self._at = 0.0
        self._types: dict[str, str] = {}
        named = connections or ("main",)
        logic: dict[str, list[dict[str, Any]]] = {"Project": [], "Scene": []}
        for connection in named:
            for kind in (START, STOP, ON_START, ON_STOP):
                name = kind if connection == "main" else f"{kind} ({connection})"
                logic["Project"].append(self._node(name, kind, Configuration=connection))
        for name, more in nodes.items():
            scope = more.pop("scope", "Project")
            logic[scope].append(self._node(name, **more))
        self.links: list[dict[str, Any]] = []
        project = {
            "connections": [
                {"name": name, "url": f"http://127.0.0.1:{port}", "port": port}
                for port, name in enumerate(named, start=8000)
            ],
            "logic": {
                scope: {"nodes": found, "links": self.links if scope == "Project" else []}
                for scope, found in logic.items()
            },
        }
        self.append("driver", "request", method="project/open", id=1, params={"project": project})

    def __repr__(self) -> str:
        return "\n".join(map(str, self.entries))

    def _node(self, name: str, type: str, **attributes: Any) -> dict[str, Any]:  # noqa: A002 - as the protocol has it
        self._types[name] = type
        return {"id": name, "type": type, "attributes": {"Configuration": "main", **attributes}}

    def append(self, source: str, what: str, **details: Any) -> Self:
        entry = Entry(
            number=len(self.entries), at=self._at, source=source, what=what, details=details
        )
        self.entries.append(entry)
        self._at = round(self._at + STEP, 4)
        return self

    def sharing_a_server(self) -> Self:
        """Give all connections of the project the server of the first one."""
        for each in self.entries[0].details["params"]["project"]["connections"]:
            each.update(url="http://127.0.0.1:8000", port=8000)
        return self

    def soon(self, seconds: float = 0.001) -> Self:
        """Let the next entry follow the last one after `seconds` instead of STEP."""
        self._at = round(self._at - STEP + seconds, 4)
        return self

    def link(
        self, source: str, target: str, output: str = "Pulse Output", into: str = "Pulse Input"
    ) -> Self:
        self.links.append(
            {"from": {"node": source, "socket": output}, "to": {"node": target, "socket": into}}
        )
        return self

    def into(self, node: str, **values: str) -> Self:
        """Append the request that sends a pulse into a node."""
        named = {name.replace("_", " "): value for name, value in values.items()}
        return self.append(
            "driver", "request", method="runtime/pulse", id=2, node=node,
            type=self._types[node], values=named,
        )  # fmt: skip

    def pulsed(self, node: str, **values: str) -> Self:
        named = {name.replace("_", " "): value for name, value in values.items()}
        return self.append(
            "node", "pulsed", node=node, type=self._types[node], output="Pulse Output", values=named
        )

    def answered(self, *, ok: bool) -> Self:
        """Append the answer to the last pulse into a node. The pulse is refused unless `ok`."""
        return self.append("driver", "answer", method="runtime/pulse", id=2, ok=ok)

    def synced(self) -> Self:
        """Append a runtime/sync request and its answer."""
        self.append("driver", "request", method="runtime/sync", id=3, params={})
        return self.append("driver", "answer", method="runtime/sync", id=3, ok=True, result="{}")

    def server(
        self, what: str, server: str = "main", connection: int | None = 1, **details: Any
    ) -> Self:
        return self.append("server", what, server=server, connection=connection, **details)

    def established(self, server: str = "main", connection: int = 1) -> Self:
        self.server("connection opened", server, connection, transport="websocket")
        return self.server("namespace established", server, connection, namespace="/")

    def leaves(self, server: str = "main", connection: int = 1) -> Self:
        return self.server("client leaves", server, connection, sign="Close frame")

    def terminated(self, server: str = "main", connection: int = 1) -> Self:
        return self.server("connection terminated", server, connection)

    def later(self, seconds: float = 11.0) -> Self:
        """Let `seconds` pass. The default is longer than the patience."""
        self._at = round(self._at + seconds, 4)
        return self.append("scenario", "time has passed")

    def begins(self, fault: str, server: str = "main") -> Self:
        return self.server("fault begins", server, None, fault=fault, scope="all connections")

    def ends(self, fault: str, server: str = "main") -> Self:
        return self.server("fault ends", server, None, fault=fault, scope="all connections")

    def refused(self, message: str, namespace: str = "/", connection: int = 1) -> Self:
        return self.server(
            "namespace refused", "main", connection, namespace=namespace, message=message
        )

    def reached(self, server: str = "main") -> Self:
        return self.append("wire", "TCP connection opened", server=server, tcp=1)

    def held(self, connection: int = 1) -> Self:
        return self.server(
            "fault applied", "main", connection, fault="hold disconnects", scope="all connections"
        )

    def released(self) -> Self:
        return self.server(
            "fault ends", "main", None, fault="hold disconnects", scope="all connections"
        )

    def received(
        self,
        event: str,
        *arguments: object,
        namespace: str = "/",
        connection: int = 1,
        server: str = "main",
    ) -> Self:
        return self.server(
            "event received", server, connection, namespace=namespace, event=event,
            arguments=json.dumps(arguments), ack=None,
        )  # fmt: skip

    def sent(
        self,
        event: str,
        *arguments: object,
        namespace: str = "/",
        connection: int = 1,
        server: str = "main",
    ) -> Self:
        return self.server(
            "event sent", server, connection, namespace=namespace, event=event,
            arguments=json.dumps(arguments),
        )  # fmt: skip
