"""What the workers of one run tell each other, and the process that started them.

Each appends lines to one file and reads what the others wrote. A run without workers has no file
and tells itself.
"""

import json
import os
import threading
from collections.abc import Callable, Set
from pathlib import Path
from typing import Any

LOOK = 0.02
"""Seconds between two looks at what others wrote."""


class StoppedError(Exception):
    """The run is over: nothing is waited for any more."""


class SharedState:
    """A worker's view of the run, or that of the process that started the workers.

    `ended` and `failed` are selectors of scenarios. `idle` are workers that have run all that
    they were given, `done` those that have nothing left to run again, `workers` the processes of
    all. `initialized` is what the implementation said of itself, as plain data; `error` is what
    ended a worker before its time.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._read = 0
        self.ended: set[str] = set()
        self.failed: set[str] = set()
        self.idle: set[str] = set()
        self.done: set[str] = set()
        self.workers: set[int] = set()
        self.initialized: Any = None
        self.error = ""
        self.stopped = False

    # --- what is told -----------------------------------------------------------------------

    def post_worker(self, process: int) -> None:
        self._post(workers=process)

    def post_initialized(self, initialized: object) -> None:
        self._post(initialized=initialized)

    def post_end(self, selector: str, *, failed: bool) -> None:
        """A scenario has been run, or set aside."""
        self._post(ended=selector, **({"failed": selector} if failed else {}))

    def post_idle(self, worker: str) -> None:
        self._post(idle=worker)

    def post_done(self, worker: str) -> None:
        self._post(done=worker)

    def post_error(self, error: str, *, stop: bool) -> None:
        """A worker has ended before its time, or badly; with `stop` the others are to end too."""
        self._post(error=error, stopped=stop)

    def post_stop(self) -> None:
        """Nobody is to begin another scenario."""
        self._post(stopped=True)

    # --- what is read -----------------------------------------------------------------------

    def wait_for_ends(self, selectors: Set[str], meanwhile: Callable[[], None]) -> None:
        """Wait until these scenarios have ended; raises StoppedError.

        `meanwhile` is called again and again: two workers may wait for each other's scenarios.
        """
        self._wait_until(lambda: selectors <= self.ended, meanwhile)

    def wait_for_turn(self, worker: str, workers: int) -> None:
        """Wait until all workers are idle, and those before this one done; raises StoppedError."""
        self._wait_until(
            lambda: len(self.idle) == workers and not any(o < worker for o in self.idle - self.done)
        )

    def look(self) -> None:
        """Learn what has been written since the last time."""
        if self._path is None:
            return
        with self._path.open("rb") as file:
            file.seek(self._read)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._read += len(line)
                self._take(json.loads(line))

    def _wait_until(
        self, holds: Callable[[], bool], meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        self.look()
        while not holds() and not self.stopped:
            threading.Event().wait(LOOK)
            meanwhile()
            self.look()
        if self.stopped:
            raise StoppedError

    def _post(self, **notice: object) -> None:
        if self._path is None:
            self._take(notice)
            return
        line = json.dumps(notice).encode() + b"\n"
        shared_state = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(shared_state, line)
        finally:
            os.close(shared_state)

    def _take(self, notice: dict[str, Any]) -> None:
        for name, value in notice.items():
            known = getattr(self, name)
            if isinstance(known, set):
                known.add(value)
            elif not known:
                setattr(self, name, value)
