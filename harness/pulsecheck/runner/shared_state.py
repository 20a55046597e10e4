"""The state that worker processes of a run share with each other and with the controller.

Each process appends lines of JSON to one file and reads the lines of the others. A run without
workers keeps its state in memory.
"""

import json
import os
import threading
from collections.abc import Callable, Set
from pathlib import Path
from typing import Any

POLL_INTERVAL = 0.02
"""Seconds between two reads of the file."""


class StoppedError(Exception):
    """The run was stopped while a worker waited."""


class SharedState:
    """The shared state, as one process has read it so far.

    `ended` and `failed`: selectors of scenarios. `idle`: workers that have run all their
    scenarios. `done`: idle workers that have also run their failed scenarios again. `workers`:
    process ids of workers.
    `initialized`: what the implementation declares, as plain data. `error`: the first error that
    ended a worker early, or empty. `stopped`: no worker may begin another scenario.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._offset = 0
        self.ended: set[str] = set()
        self.failed: set[str] = set()
        self.idle: set[str] = set()
        self.done: set[str] = set()
        self.workers: set[int] = set()
        self.initialized: Any = None
        self.error = ""
        self.stopped = False

    # --- writing ----------------------------------------------------------------------------

    def post_worker(self, process: int) -> None:
        self._post(workers=process)

    def post_initialized(self, initialized: object) -> None:
        self._post(initialized=initialized)

    def post_end(self, selector: str, *, failed: bool) -> None:
        """Post that a scenario ran or was skipped."""
        self._post(ended=selector, **({"failed": selector} if failed else {}))

    def post_idle(self, worker: str) -> None:
        self._post(idle=worker)

    def post_done(self, worker: str) -> None:
        self._post(done=worker)

    def post_error(self, error: str, *, stop: bool) -> None:
        """Post the error of a worker; `stop` stops the other workers too."""
        self._post(error=error, stopped=stop)

    def post_stop(self) -> None:
        """Post that no worker may begin another scenario."""
        self._post(stopped=True)

    # --- reading ----------------------------------------------------------------------------

    def wait_for_ends(self, selectors: Set[str], meanwhile: Callable[[], None]) -> None:
        """Wait until these scenarios have ended; raises StoppedError.

        Calls `meanwhile` repeatedly. It must end dwelling scenarios that are due, because other
        workers may wait for them.
        """
        self._wait_until(lambda: selectors <= self.ended, meanwhile)

    def wait_for_turn(self, worker: str, workers: int) -> None:
        """Wait until all workers are idle and the earlier ones are done; raises StoppedError."""
        self._wait_until(
            lambda: len(self.idle) == workers and not any(o < worker for o in self.idle - self.done)
        )

    def update(self) -> None:
        """Read the lines that were written since the last update."""
        if self._path is None:
            return
        with self._path.open("rb") as file:
            file.seek(self._offset)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._offset += len(line)
                self._apply(json.loads(line))

    def _wait_until(
        self, holds: Callable[[], bool], meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        self.update()
        while not holds() and not self.stopped:
            threading.Event().wait(POLL_INTERVAL)
            meanwhile()
            self.update()
        if self.stopped:
            raise StoppedError

    def _post(self, **notice: object) -> None:
        if self._path is None:
            self._apply(notice)
            return
        line = json.dumps(notice).encode() + b"\n"
        # One write call with O_APPEND, so that lines of different processes do not interleave.
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(file, line)
        finally:
            os.close(file)

    def _apply(self, notice: dict[str, Any]) -> None:
        for name, value in notice.items():
            current = getattr(self, name)
            if isinstance(current, set):
                current.add(value)
            elif not current:
                setattr(self, name, value)
