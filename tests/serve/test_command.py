"""`pulsecheck serve`, as a user runs it."""

import contextlib
import signal
import socket
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from deadlines import LONGEST_COMMAND
from in_process import run_in_process
from pulsecheck.serve.serving import TOKEN_VARIABLE
from serve_command import FREE, serving
from simple_client import simple_client


def failing(*options: str, **environment: str) -> str:
    """Run a command that cannot start. Returns the last line of its error message."""
    done = run_in_process("serve", *options, **environment)
    assert done.returncode == 2, done
    return done.stderr.splitlines()[-1]


def test_it_prints_addresses_and_a_log_and_stops_on_ctrl_c() -> None:
    with serving() as server, simple_client(server.url) as client:
        client.emit("hello", {"n": 1})
        assert 'event=hello  arguments=[{"n":1}]' in server.line("event received")
        assert server.get("/api/connections")
        rest = server.end()
    assert server.process.returncode == 0
    assert "Traceback" not in rest


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_at_once_despite_held_data_and_live_timelines(number: int) -> None:
    with (
        serving("--fault", "never-answer") as server,
        socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))),
        urlopen(f"{server.page}api/timeline/live", timeout=LONGEST_COMMAND) as stream,
    ):
        while b"fault applied" not in stream.readline():
            pass
        rest = server.end(number)
    assert server.process.returncode == 0
    assert "Traceback" not in rest


def test_it_ends_when_its_output_is_closed() -> None:
    with serving() as server:
        assert server.process.stdout is not None
        server.process.stdout.close()
        for _ in range(3):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))).close()
        assert server.process.wait(LONGEST_COMMAND) == 1


def test_faults_are_active_before_the_first_connection() -> None:
    late = '{"fault":{"kind":"refuse-connection","message":"no"},"times":1}'
    with serving("--delay-disconnect", "300ms", "--fault", late) as server:
        assert server.get("/api/faults") == {
            "faults": [
                {
                    "id": 1,
                    "fault": {"kind": "delay-disconnects", "seconds": 0.3},
                    "scope": "all",
                    "is_over": False,
                },
                {
                    "id": 2,
                    "fault": {
                        "kind": "refuse-connection",
                        "message": "no",
                        "data": None,
                        "namespace": "/",
                    },
                    "scope": "all",
                    "is_over": False,
                },
            ]
        }
        assert "scope=all" in server.line("fault begins")


def test_settings_and_reactions_reach_the_server(tmp_path: Path) -> None:
    path = tmp_path / "reactions.toml"
    path.write_text('[[on_connect]]\ndo = [{ action = "emit", event = "hello" }]')
    options = "--ping-interval 1.5 --ping-timeout 300ms --max-payload 5000 --packets --reactions"
    with serving(*options.split(), str(path)) as server, simple_client(server.url) as client:
        opened = server.line("packet sent")
        assert '"pingInterval":1500,"pingTimeout":300,"maxPayload":5000' in opened
        assert client.receive(timeout=LONGEST_COMMAND) == ["hello"]


def test_a_public_interface_prints_a_token_and_requires_it() -> None:
    with serving("--host", "0.0.0.0") as server:
        address, _, token = server.page.partition("#token=")
        assert len(token) >= 32
        server.page = f"http://127.0.0.1:{address.rpartition(':')[2]}"
        with pytest.raises(HTTPError, match="401"):
            server.get("/api/server")
        assert server.get("/api/server", Authorization=f"Bearer {token}")
        assert token not in server.end()


def test_a_token_from_the_environment_is_not_printed() -> None:
    token = "given-by-the-environment"  # noqa: S105 - only for this test
    with serving(**{TOKEN_VARIABLE: token}) as server:
        assert token not in server.page
        assert f"(the token is in {TOKEN_VARIABLE})" in server.page
        assert server.get("/api/server", Authorization=f"Bearer {token}")


def test_a_port_in_use_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        problem = (
            f"cannot listen on 127.0.0.1 port {port}: another program uses it. "
            "Stop that program, or choose another port (0 selects a free port)."
        )
        assert failing("--port", str(port)) == f"Error: {problem}"
        assert failing("--port", "0", "--control-port", str(port)) == (
            f"Error: control interface: {problem}"
        )


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--port", "65536"), "Invalid value for '--port': 65536 is not in the range 0<=x<=65535."),
        (
            ("--delay-disconnect", "2h"),
            "Invalid value for '--delay-disconnect': '2h' is not a duration. "
            "Write 2s, 300ms or 1.5 (seconds).",
        ),
        (
            ("--ping-interval", "0"),
            "Invalid value for '--ping-interval': '0' is not between 1ms and 86400s.",
        ),
        (
            ("--ping-timeout", "2d"),
            "Invalid value for '--ping-timeout': '2d' is not a duration. Write 2s, 300ms or 1.5 "
            "(seconds).",
        ),
        (("--max-payload", "0"), "Invalid value for '--max-payload': 0 is not in the range 1<=x"),
        (("--fault", "explode"), "Invalid value for '--fault': 'explode': Invalid value 'explode'"),
        (("--fault", "{"), "Invalid value for '--fault': '{': Input data was truncated. The kin"),
        (
            ("--fault", '{"fault":{"kind":"cut","how":"FIN"},"scope":"connection 1"}', *FREE),
            "cannot add a fault: there is no connection 1. There are no connections.",
        ),
        (
            ("--fault", '{"fault":{"kind":"port-gone"},"scope":"next"}', *FREE),
            'cannot add a fault: the scope of "port gone" must be ALL; got NEXT',
        ),
        (
            ("--host", "nowhere.invalid", *FREE),
            "cannot listen on nowhere.invalid port 0: ",
        ),
        (("--colour",), "No such option"),
    ],
)
def test_an_invalid_option_is_an_error(options: tuple[str, ...], problem: str) -> None:
    assert failing(*options).startswith(f"Error: {problem}")


def test_invalid_reactions_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "reactions.toml"
    assert failing("--reactions", str(path)) == "  Give a file that can be read."
    path.write_text("on = 1")
    assert failing("--reactions", str(path)).startswith("  A file can have namespaces")


def test_an_invalid_token_is_an_error() -> None:
    error = failing(*FREE, **{TOKEN_VARIABLE: "short"})
    assert error.startswith(f"Error: {TOKEN_VARIABLE} is not a valid token: expected at least 16 ")
