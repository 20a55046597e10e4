"""Runs `pulsecheck serve` as a user does."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from deadlines import LONGEST_COMMAND
from pulsecheck.serve.serving import TOKEN_VARIABLE

COMMAND = (sys.executable, "-m", "pulsecheck", "serve")
ENDS_WITHIN = 30.0
"""Seconds. A server that wrongly waits for a held disconnect or for a client takes longer."""
FREE = ("--port", "0", "--control-port", "0")


@dataclass
class Serving:
    """A running server. `page` is the printed address of its control page."""

    process: subprocess.Popen[str]
    url: str
    page: str

    def line(self, text: str) -> str:
        """Read the log up to the first line that contains this text. Returns that line."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if text in line:
                return line
        raise AssertionError(f"the server ended without printing {text!r}")

    def get(self, path: str, **headers: str) -> Any:
        base = self.page.partition("#")[0].rstrip("/")
        with urlopen(Request(base + path, headers=headers), timeout=LONGEST_COMMAND) as answer:
            return json.load(answer)

    def end(self, number: int = signal.SIGINT) -> str:
        """Send a signal, and wait until the server has ended. Returns the rest of the output."""
        began = time.monotonic()
        self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=LONGEST_COMMAND)
        assert time.monotonic() - began < ENDS_WITHIN
        return rest


@contextlib.contextmanager
def serving(*options: str, **environment: str) -> Iterator[Serving]:
    environment = {key: value for key, value in os.environ.items() if key != TOKEN_VARIABLE} | (
        environment
    )
    process = subprocess.Popen(
        [*COMMAND, *FREE, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    try:
        url, page = (process.stdout.readline().split(maxsplit=2)[2].strip() for _ in range(2))
        yield Serving(process, url, page)
    finally:
        process.kill()
        process.wait(LONGEST_COMMAND)
        process.stdout.close()
