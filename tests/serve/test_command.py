"""`pulsecheck serve`, as a user runs it."""

import contextlib
import os
import signal
import socket
import subprocess
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from deadlines import LONGEST_COMMAND
from pulsecheck.serve.serving import TOKEN_VARIABLE
from serve_command import COMMAND, FREE, serving
from simple_client import simple_client


def refused(*options: str, **environment: str) -> str:
    """What a command that cannot start says; its exit code is 2."""
    done = subprocess.run(
        [*COMMAND, *options],
        capture_output=True,
        text=True,
        timeout=LONGEST_COMMAND,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1] if options else done.stderr


def test_it_says_where_it_serves_logs_what_happens_and_ends_with_ctrl_c() -> None:
    with serving() as server, simple_client(server.url) as client:
        client.emit("hello", {"n": 1})
        assert 'event=hello  arguments=[{"n":1}]' in server.line("event received")
        assert server.get("/api/connections")
        rest = server.end()
    assert server.process.returncode == 0
    assert "Traceback" not in rest


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once_whatever_is_held_and_whoever_follows(number: int) -> None:
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


def test_it_ends_when_nobody_reads_its_log() -> None:
    with serving() as server:
        assert server.process.stdout is not None
        server.process.stdout.close()
        for _ in range(3):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))).close()
        assert server.process.wait(LONGEST_COMMAND) == 1


def test_faults_are_in_place_before_the_first_connection() -> None:
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


def test_who_lets_others_in_asks_for_a_token_that_is_printed_once() -> None:
    with serving("--host", "0.0.0.0") as server:
        address, _, token = server.page.partition("#token=")
        assert len(token) >= 32
        server.page = f"http://127.0.0.1:{address.rpartition(':')[2]}"
        with pytest.raises(HTTPError, match="401"):
            server.get("/api/server")
        assert server.get("/api/server", Authorization=f"Bearer {token}")
        assert token not in server.end()


def test_a_token_can_be_given_and_is_not_printed() -> None:
    token = "given-by-the-environment"  # noqa: S105 - of this test alone
    with serving(**{TOKEN_VARIABLE: token}) as server:
        assert token not in server.page
        assert f"(the token is that of {TOKEN_VARIABLE})" in server.page
        assert server.get("/api/server", Authorization=f"Bearer {token}")


def test_a_port_that_is_in_use_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = (
            f"cannot listen on 127.0.0.1 port {port}: another program has it; "
            "end that program, or choose another port (0 takes any that is free)"
        )
        assert refused("--port", str(port)) == f"Error: {said}"
        assert refused("--port", "0", "--control-port", str(port)) == (
            f"Error: the control interface: {said}"
        )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--port", "65536"), "Invalid value for '--port': 65536 is not in the range 0<=x<=65535."),
        (
            ("--delay-disconnect", "2h"),
            "Invalid value for '--delay-disconnect': '2h' is no time: write 2s, 300ms or 1.5 "
            "(seconds).",
        ),
        (
            ("--ping-interval", "0"),
            "Invalid value for '--ping-interval': '0' is not between 1ms and 86400s.",
        ),
        (
            ("--ping-timeout", "2d"),
            "Invalid value for '--ping-timeout': '2d' is no time: write 2s, 300ms or 1.5 "
            "(seconds).",
        ),
        (("--max-payload", "0"), "Invalid value for '--max-payload': 0 is not in the range 1<=x"),
        (("--fault", "explode"), "Invalid value for '--fault': 'explode': Invalid value 'explode'"),
        (("--fault", "{"), "Invalid value for '--fault': '{': Input data was truncated. The kin"),
        (
            ("--fault", '{"fault":{"kind":"cut","how":"FIN"},"scope":"connection 1"}', *FREE),
            "a fault cannot be put in place: there is no connection 1; there is none",
        ),
        (
            ("--fault", '{"fault":{"kind":"port-gone"},"scope":"next"}', *FREE),
            'a fault cannot be put in place: "port gone" cannot be limited to NEXT',
        ),
        (
            ("--host", "nowhere.invalid", *FREE),
            "cannot listen on nowhere.invalid port 0: ",
        ),
        (("--colour",), "No such option"),
    ],
)
def test_what_is_wrong_with_an_option_is_said(options: tuple[str, ...], said: str) -> None:
    assert refused(*options).startswith(f"Error: {said}")


def test_what_is_wrong_with_reactions_is_said(tmp_path: Path) -> None:
    path = tmp_path / "reactions.toml"
    assert refused("--reactions", str(path)) == "  Name a file that can be read."
    path.write_text("on = 1")
    assert refused("--reactions", str(path)).startswith("  A file has namespaces")


def test_a_token_that_is_none_is_refused() -> None:
    said = refused(*FREE, **{TOKEN_VARIABLE: "short"})
    assert said.startswith(f"Error: {TOKEN_VARIABLE} is no token: wanted at least 16 printable")
