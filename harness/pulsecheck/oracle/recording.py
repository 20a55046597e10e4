"""The recording of a server, and a product's log of pulses: their format, and how to read them.

A recording is JSON Lines: a Header, and one Entry in each further line. A log of pulses is JSON
Lines too: one ReportedPulse in each line.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

import msgspec

from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.oracle.reported_pulse import Name, ReportedPulse, pulse_of
from pulsecheck.shared.timeline import MAX_ENTRIES, Entry

FORMAT = 1
LONGEST_LINE = 8 * 1024 * 1024
LARGEST_FILE = 256 * 1024 * 1024
"""Limits in bytes, so that a hostile file cannot exhaust the memory."""
LONGEST_QUOTE = 60

ENDS = "recording ends"
INTERNAL_ERROR = "internal error"
KNOWN = {*Occurrence, ENDS, INTERNAL_ERROR}
NAME_A_RECORDING = "Name a file that `pulsecheck serve --record` wrote."
RECORD_AGAIN = "Record again with `pulsecheck serve --record FILE`, and do not edit the file."

T = TypeVar("T")


class RecordedServer(msgspec.Struct, frozen=True, kw_only=True):
    """The mock server. `connection`: the name of the product's connection to this server.

    `namespaces`: the namespaces that the server accepts, or None if it accepts all.
    """

    connection: Name
    url: str
    namespaces: tuple[str, ...] | None = None


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line of a recording. `recording` is the version of the format.

    Times of entries are seconds since `began`.
    """

    recording: int
    written_by: str
    began: Annotated[datetime, msgspec.Meta(tz=True)]
    server: RecordedServer


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a recording or of a log. `pulse`: the pulse that the entry reports, or None.

    `is_dated`: the time of the entry comes from the product's own clock.
    """

    entry: Entry
    pulse: ReportedPulse | None = None
    is_dated: bool = False


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A recording. `end` is the time of the last entry, in seconds.

    `is_cut`: whether the last line of the file was incomplete and was left out.
    """

    header: Header
    entries: tuple[Recorded, ...]
    end: float
    is_cut: bool


class RecordingError(Exception):
    """A file cannot be judged. `line`: the number of the wrong line, or 0 for the whole file."""

    def __init__(self, line: int, problem: str, advice: str) -> None:
        super().__init__(line, problem, advice)
        self.line, self.problem, self.advice = line, problem, advice


class _Event(msgspec.Struct, frozen=True):
    connection: int
    namespace: str
    event: str
    arguments: str


class _Fault(msgspec.Struct, frozen=True):
    fault: str
    scope: str
    connection: int | None = None


class _Other(msgspec.Struct, frozen=True):
    connection: int | None = None


DETAILS: dict[str, type] = {
    Occurrence.EVENT_RECEIVED: _Event,
    Occurrence.EVENT_SENT: _Event,
    Occurrence.FAULT_BEGINS: _Fault,
    Occurrence.FAULT_APPLIED: _Fault,
    Occurrence.FAULT_ENDS: _Fault,
}
"""The details that the rules read, by occurrence."""


def read_recording(lines: Iterable[bytes]) -> Recording:
    """Read a recording from its lines, each with its line feed. Raises RecordingError."""
    numbered = _bounded(lines)
    number, first = next(numbered, (0, b""))
    if not first.endswith(b"\n"):
        raise RecordingError(
            number, "expected a recording; the file is empty or ends in line 1", NAME_A_RECORDING
        )
    header = _header(first)
    entries: list[Recorded] = []
    end, is_cut = 0.0, False
    for number, line in numbered:
        if not line.endswith(b"\n"):
            is_cut = True
            break
        entry = _entry(number, line, len(entries), end)
        entries.append(_recorded(number, entry, header))
        end = entry.at
    return Recording(header=header, entries=tuple(entries), end=end, is_cut=is_cut)


def read_pulses(lines: Iterable[bytes], header: Header) -> tuple[Recorded, ...]:
    """Read a log of pulses, each with its time. Raises RecordingError."""
    found: list[Recorded] = []
    for number, line in _bounded(lines):
        if not line.strip():
            continue
        if len(found) >= MAX_ENTRIES:
            raise RecordingError(
                number, f"expected at most {MAX_ENTRIES} pulses", "Log for a shorter time."
            )
        pulse = _decode(number, line, ReportedPulse, "a pulse", "Correct the line.")
        if pulse.at is None:
            raise RecordingError(
                number,
                "expected a pulse with its time; it has no `at`",
                "Add `at`: ISO 8601 with a time zone, or Unix seconds.",
            )
        found.append(_dated(pulse, header, len(found)))
    return tuple(found)


def _bounded(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield lines with their numbers. Raises RecordingError if a line or the file is too large."""
    size = 0
    for number, line in enumerate(lines, start=1):
        size += len(line)
        if len(line) > LONGEST_LINE:
            raise RecordingError(
                number,
                f"expected a line of at most {LONGEST_LINE} bytes",
                "Use a file with shorter lines.",
            )
        if size > LARGEST_FILE:
            raise RecordingError(
                number, f"expected a file of at most {LARGEST_FILE} bytes", "Use a smaller file."
            )
        yield number, line


def _header(line: bytes) -> Header:
    header = _decode(1, line, Header, "the header of a recording", NAME_A_RECORDING)
    try:
        _ = urlsplit(header.server.url).port
    except ValueError as error:
        raise RecordingError(
            1, f"expected the URL of a server; got {error}", RECORD_AGAIN
        ) from error
    if header.recording != FORMAT:
        raise RecordingError(
            1,
            f"expected format {FORMAT} of a recording; got format {header.recording}",
            f"Use the version of pulsecheck that wrote the file: {header.written_by}.",
        )
    return header


def _entry(line_number: int, line: bytes, number: int, earliest: float) -> Entry:
    entry = _decode(line_number, line, Entry, "an entry of a timeline", RECORD_AGAIN)
    if number >= MAX_ENTRIES:
        raise RecordingError(
            line_number, f"expected at most {MAX_ENTRIES} entries", "Record for a shorter time."
        )
    if entry.number != number:
        raise RecordingError(
            line_number, f"expected the number {number}; got {entry.number}", RECORD_AGAIN
        )
    if entry.at < earliest:
        raise RecordingError(
            line_number, f"expected `at` to be at least {earliest}; got {entry.at}", RECORD_AGAIN
        )
    return entry


def _recorded(line_number: int, entry: Entry, header: Header) -> Recorded:
    try:
        pulse = pulse_of(entry)
        if pulse is None:
            _check_details(entry)
    except (ValueError, RecursionError) as error:
        raise RecordingError(
            line_number,
            f'expected an entry that pulsecheck writes; got "{_quoted(entry.what)}": {error}',
            RECORD_AGAIN,
        ) from error
    if pulse is None or pulse.at is None:
        return Recorded(entry=entry, pulse=pulse)
    return _dated(pulse, header, entry.number)


def _check_details(entry: Entry) -> None:
    """Raise ValueError for an entry whose details the rules cannot read."""
    if entry.what not in KNOWN:
        raise ValueError("an unknown kind of entry")
    found: object = msgspec.convert(entry.details, DETAILS.get(entry.what, _Other))
    if isinstance(found, _Event):
        msgspec.convert(json.loads(found.arguments), list)


def _dated(pulse: ReportedPulse, header: Header, number: int) -> Recorded:
    at = pulse.seconds_since(header.began) or 0.0
    details = {name: value for name, value in pulse.details().items() if name != "at"}
    entry = Entry(number=number, at=at, source="node", what=pulse.what, details=details)
    return Recorded(entry=entry, pulse=pulse, is_dated=True)


def _decode(number: int, line: bytes, kind: type[T], expected: str, advice: str) -> T:
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordingError(
            number, f"expected {expected}; got {_quoted(line)} ({error})", advice
        ) from error


def _quoted(text: str | bytes) -> str:
    shown = text if isinstance(text, str) else text[: 4 * LONGEST_QUOTE].decode(errors="replace")
    line = shown.rstrip("\n")
    return line if len(line) <= LONGEST_QUOTE else f"{line[:LONGEST_QUOTE]}…"
