"""mypy --strict on a user's code that imports the installed package."""

import subprocess
import sys
from pathlib import Path

import pytest

from deadlines import LONGEST_COMMAND

pytest.importorskip("mypy", reason="mypy is in the dependency group lint")

CODE = """
import pytest

from pulsecheck import __version__
from pulsecheck.driver.protocol import (
    Implementation,
    Initialized,
    Link,
    Logic,
    NodeName,
    TransportUse,
    Node,
    Project,
    Socket,
)
from pulsecheck.mock_server import (
    ALL,
    Connection,
    HoldDisconnects,
    MockServer,
    Occurrence,
    ReceivedEvent,
)
from pulsecheck.pytest_plugin import ServerSettings, SynchronousMockServer


def describe() -> Initialized:
    return Initialized(
        protocol_version=1,
        implementation=Implementation(name="mine", version=__version__, language="Python"),
        nodes=(NodeName.CONNECTION_NODES,),
        transports=(TransportUse.WEBSOCKET,),
    )


def project() -> Project:
    nodes = (
        Node(id="start", type="Socket.IO Start", attributes={"Configuration": "main"}),
        Node(id="stop", type="Socket.IO Stop", attributes={"Configuration": "main"}),
    )
    link = Link(
        source=Socket(node="start", socket="Pulse Output"),
        target=Socket(node="stop", socket="Pulse Input"),
    )
    return Project(logic={"Project": Logic(nodes=nodes, links=(link,))})


async def serve() -> ReceivedEvent:
    async with MockServer(ping_interval=1.0, namespaces=["/", "/lamps"]) as server:

        @server.on("greeting")
        async def greet(connection: Connection, *arguments: object) -> None:
            await server.emit("answer", *arguments)

        hold = server.add(HoldDisconnects(), ALL, seconds=1.0)
        hold.release()
        print(server.url, server.port)
        return await server.wait_for_event("greeting")


@pytest.fixture
def mock_socketio_settings() -> ServerSettings:
    return {"ping_interval": 1.0}


def test_the_server_receives_an_event(mock_socketio_server: SynchronousMockServer) -> None:
    handle = mock_socketio_server.add(HoldDisconnects())
    event: ReceivedEvent = mock_socketio_server.wait_for_event("greeting")
    assert event.connection == 1
    handle.release()
    mock_socketio_server.wait_for(Occurrence.TERMINATED, connection=1)
"""


def test_mypy_accepts_a_users_code_and_finds_a_mistake_in_it(tmp_path: Path) -> None:
    (tmp_path / "right.py").write_text(CODE)
    mistake = CODE.replace("event.connection == 1", "event.connections == 1")
    (tmp_path / "wrong.py").write_text(mistake)
    done = subprocess.run(
        (sys.executable, "-m", "mypy", "--strict", "--config-file=", "right.py", "wrong.py"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=LONGEST_COMMAND,
        check=False,
    )
    error, summary = done.stdout.splitlines()
    assert error.startswith("wrong.py:"), done.stdout + done.stderr
    assert '"ReceivedEvent" has no attribute "connections"' in error
    assert summary.startswith("Found 1 error in 1 file")
