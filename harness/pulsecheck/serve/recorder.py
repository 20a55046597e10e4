"""Writes a recording. Each entry of the timeline is written at once, as one line of JSON."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from pulsecheck import DISTRIBUTION, __version__
from pulsecheck.oracle.recording import FORMAT, Header, RecordedServer
from pulsecheck.shared.timeline import Entry


class CannotRecordError(Exception):
    """A recording cannot be written. The message names the file, the reason and the fix."""


class Recorder:
    """Writes the entries of one server to a file.

    `failed` is called when an entry cannot be written. The Recorder then writes nothing more. The
    complete lines in the file are still a valid recording.
    """

    def __init__(self, path: Path, failed: Callable[[], object]) -> None:
        self._path = path
        self._failed = failed
        self._file: BinaryIO | None = None
        self._earlier: list[Entry] = []
        self._error: OSError | None = None
        self._has_ended = False

    @contextlib.contextmanager
    def recording(self, began: datetime, server: RecordedServer) -> Iterator[None]:
        """Create the file, and write the entries so far. Write later entries until the exit.

        Raises CannotRecordError: at the start if the file exists or cannot be created, and at the
        end if an entry could not be written.
        """
        header = Header(
            recording=FORMAT,
            written_by=f"{DISTRIBUTION} {__version__}",
            began=began,
            server=server,
        )
        try:
            self._file = self._path.open("xb")
        except FileExistsError as error:
            raise CannotRecordError(
                f"the file of the recording exists: '{self._path}'. Name a new file."
            ) from error
        except OSError as error:
            raise self._cannot_write(error) from error
        self._write(header)
        for entry in self._earlier:
            self._write(entry)
        try:
            yield
        finally:
            self._has_ended = True
            with contextlib.suppress(OSError):
                self._file.close()
        if self._error is not None:
            raise self._cannot_write(self._error)

    def record(self, entry: Entry) -> None:
        """Write an entry, or keep it until the file is created."""
        if self._file is None:
            self._earlier.append(entry)
        elif self._error is None and not self._has_ended:
            self._write(entry)

    def _write(self, line: Header | Entry) -> None:
        if self._file is None or self._error is not None:
            return
        try:
            self._file.write(_encode(line) + b"\n")
            self._file.flush()
        except OSError as error:
            self._error = error
            self._failed()

    def _cannot_write(self, error: OSError) -> CannotRecordError:
        return CannotRecordError(
            f"cannot write the recording '{self._path}': {error.strerror}. Name a file in an "
            "existing, writable folder with enough space."
        )


def _encode(line: Header | Entry) -> bytes:
    try:
        return msgspec.json.encode(line)
    except UnicodeEncodeError:
        return msgspec.json.encode(_encodable(msgspec.to_builtins(line)))


def _encodable(value: Any) -> Any:
    """Escape lone surrogates, which UTF-8 cannot encode. A client can send them."""
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(found) for key, found in value.items()}
    return value
