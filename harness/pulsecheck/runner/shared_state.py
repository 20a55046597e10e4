"""The state that worker processes of a run share with each other and with the controller.

Each process appends lines of JSON to one file, and reads the lines of the other processes. A run
without workers keeps its state in memory.
"""

import json
import os
import threading
from pathlib import Path
from typing import Any

POLL_INTERVAL = 0.02
"""Seconds between two reads of the file."""


class StoppedError(Exception):
    """The run was stopped while a worker waited."""


class SharedState:
    """The shared state, as one process has read it so far.

    `idle`: workers that have run all their scenarios. `done`: idle workers that have also run their
    failed scenarios again. `workers`: process ids of workers.
    `initialized`: the driver's answer to `initialize`, as plain data, or None. `error`: the first
    error that ended a worker early, or empty. `stopped`: no worker may begin another scenario.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._offset = 0
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

    def post_idle(self, worker: str) -> None:
        self._post(idle=worker)

    def post_done(self, worker: str) -> None:
        self._post(done=worker)

    def post_error(self, error: str, *, stop: bool) -> None:
        """Post the error of a worker. With `stop`, the other workers stop too."""
        self._post(error=error, stopped=stop)

    def post_stop(self) -> None:
        """Post that no worker may begin another scenario."""
        self._post(stopped=True)

    # --- reading ----------------------------------------------------------------------------

    def is_stopped(self) -> bool:
        """Whether a process has stopped the run."""
        self.update()
        return self.stopped

    def wait_for_turn(self, worker: str, workers: int) -> None:
        """Wait until a worker may run its failed scenarios again, alone.

        All workers must be idle, and all workers with smaller names must be done.
        `workers`: the number of workers. Raises StoppedError if the run is stopped.
        """
        self.update()
        while not self._has_turn(worker, workers) and not self.stopped:
            threading.Event().wait(POLL_INTERVAL)
            self.update()
        if self.stopped:
            raise StoppedError

    def _has_turn(self, worker: str, workers: int) -> bool:
        return len(self.idle) == workers and not any(o < worker for o in self.idle - self.done)

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
