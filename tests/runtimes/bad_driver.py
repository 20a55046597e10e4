"""A small driver that runs as a child process. The first argument names the driver's mistake."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Request = dict[str, Any]
Behaviour = Callable[[Request], None]

INITIALIZED: dict[str, Any] = {
    "protocolVersion": 1,
    "implementation": {"name": "tiny", "version": "1", "language": "Python"},
    "nodes": ["connection nodes"],
    "transports": ["websocket"],
}
ARGUMENTS = sys.argv[2:]


def send(**message: Any) -> None:
    raw(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")


def raw(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def answer(request: Request) -> None:
    result = INITIALIZED if request["method"] == "initialize" else {}
    send(id=request["id"], result=result)


def initialize_with(**changes: Any) -> Behaviour:
    return lambda request: send(id=request["id"], result={**INITIALIZED, **changes})


def notify(method: str, **params: Any) -> None:
    send(method=method, params=params)


def exit_early(_request: Request) -> None:
    sys.stderr.write("first words\n\x1b[31mlast words\n")
    sys.exit(3)


def kill_itself(_request: Request) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def answer_late(request: Request) -> None:
    # Opening the pipe blocks until the test opens the other end.
    with Path(ARGUMENTS[0]).open() as _gate:
        answer(request)


def answer_twice(request: Request) -> None:
    answer(request)
    answer(request)


def answer_without_flush(request: Request) -> None:
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": {}}) + "\n")


def endless_line(_request: Request) -> None:
    while True:
        raw(b"x" * 65536)


def long_log(request: Request) -> None:
    notify("log", message="x" * (8 * 1024 * 1024))
    answer(request)


def flood(_request: Request) -> None:
    line = json.dumps({"jsonrpc": "2.0", "method": "log", "params": {"message": "again"}})
    while True:
        raw(line.encode() + b"\n")


def close_input(request: Request) -> None:
    os.close(0)
    answer(request)
    signal.pause()


def close_output(_request: Request) -> None:
    os.close(1)
    signal.pause()


def fail(code: int) -> Behaviour:
    return lambda request: send(id=request["id"], error={"code": code, "message": "no\x07"})


def report(request: Request) -> None:
    notify("runtime/pulsed", node="a", values={"Message": "é", "Count": 10**25})
    notify("runtime/error", message="lost")
    notify("log", message="hello")
    answer(request)
    notify("log", message="after")


def ignore_shutdown(request: Request) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    answer(request)
    while True:
        signal.pause()


def outlive_shutdown(request: Request) -> None:
    answer(request)
    while True:
        signal.pause()


def exit_at_once(_request: Request) -> None:
    sys.exit(0)


def start_grandchild() -> None:
    """Start a child process that ignores SIGTERM and holds the lifeline open while it runs."""
    program = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()"
    with Path(ARGUMENTS[0]).open("w") as lifeline:
        command = [sys.executable, "-S", "-c", program]
        subprocess.Popen(command, pass_fds=[lifeline.fileno()])


def leave_grandchild(request: Request) -> None:
    start_grandchild()
    answer(request)


def leave_orphan(_request: Request) -> None:
    start_grandchild()
    os.kill(os.getpid(), signal.SIGKILL)


def start_process_tree_that_ignores_sigterm(request: Request) -> None:
    start_grandchild()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    answer(request)


def leave_the_group(request: Request) -> None:
    """Start a process outside the process group.

    The process holds the output open until the test opens the gate.
    """
    program = "import sys; open(sys.argv[1]).read()"
    command = [sys.executable, "-S", "-c", program, ARGUMENTS[0]]
    subprocess.Popen(command, start_new_session=True)
    answer(request)


def hold_and_ignore_shutdown(request: Request) -> None:
    with Path(ARGUMENTS[0]).open("w"):
        ignore_shutdown(request)


def hold_lifeline(_request: Request) -> None:
    with Path(ARGUMENTS[0]).open("w"):
        notify("log", message="held")
        signal.pause()


def write_long_log(request: Request) -> None:
    sys.stderr.write("x" * 1_000_000 + "end")
    answer(request)


def log_environment(request: Request) -> None:
    notify("log", message=json.dumps(dict(os.environ)))
    answer(request)


def raw_line(data: bytes) -> Behaviour:
    return lambda _request: raw(data)


SYNC = "runtime/sync"
BEHAVIOURS: dict[str, tuple[str, Behaviour]] = {
    "good": (SYNC, answer),
    "exits": (SYNC, exit_early),
    "exits at start": ("initialize", exit_early),
    "killed": (SYNC, kill_itself),
    "hangs": (SYNC, lambda _request: None),
    "hangs at start": ("initialize", lambda _request: None),
    "late": (SYNC, answer_late),
    "unknown id": (SYNC, lambda _request: send(id=77, result={})),
    "twice": (SYNC, answer_twice),
    "prose": (SYNC, raw_line(b"\x1b[31mServer listening\n")),
    "no json": (SYNC, raw_line(b'{"id": 1,\n')),
    "no utf-8": (SYNC, raw_line(b'{"id": "\xff"}\n')),
    "no flush": (SYNC, answer_without_flush),
    "endless": (SYNC, endless_line),
    "long": (SYNC, long_log),
    "version": ("initialize", initialize_with(protocolVersion=2, novelty=True)),
    "unknown node": ("initialize", initialize_with(nodes=["all nodes", "Socket.IO Teleport"])),
    "unknown transport": ("initialize", initialize_with(transports=["websocket", "pigeon"])),
    "unknown ability": ("initialize", initialize_with(abilities=["logic"])),
    "no start": ("initialize", initialize_with(nodes=["message nodes", "Socket.IO Stop"])),
    "no transport": ("initialize", initialize_with(transports=[])),
    "result": ("initialize", initialize_with(implementation={"name": 5})),
    "notification": (SYNC, lambda _request: notify("runtime/puled", node="a")),
    "params": (SYNC, lambda _request: notify("runtime/pulsed", node=5)),
    "flood": (SYNC, flood),
    "closes input": ("initialize", close_input),
    "closes output": (SYNC, close_output),
    "refuses": (SYNC, fail(1)),
    "lacks": (SYNC, fail(-32601)),
    "fails": (SYNC, fail(-32603)),
    "reports": (SYNC, report),
    "ignores shutdown": ("shutdown", ignore_shutdown),
    "outlives shutdown": ("shutdown", outlive_shutdown),
    "exits unanswered": ("shutdown", exit_at_once),
    "grandchild": (SYNC, leave_grandchild),
    "orphan": (SYNC, leave_orphan),
    "process tree": (SYNC, start_process_tree_that_ignores_sigterm),
    "leaves the group": (SYNC, leave_the_group),
    "holds and ignores": ("shutdown", hold_and_ignore_shutdown),
    "holds": ("initialize", hold_lifeline),
    "long log": (SYNC, write_long_log),
    "environment": (SYNC, log_environment),
}


def main() -> None:
    method, behave = BEHAVIOURS[sys.argv[1]]
    for line in sys.stdin:
        request = json.loads(line)
        if request["method"] == method:
            behave(request)
        else:
            answer(request)
        if request["method"] == "shutdown":
            return


main()
