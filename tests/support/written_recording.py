"""Recordings written by hand, for tests of `pulsecheck judge` and the modules that read them."""

import json
from typing import Any

import msgspec

from pulsecheck.oracle.recording import Header, Recording, read_recording

PULSE = {"node": "Start", "type": "Socket.IO Start", "kind": "input", "configuration": "main"}
FIELDS: dict[str, Any] = {
    "recording": 1,
    "written_by": "pulsecheck",
    "began": "2026-11-28T12:00:00Z",
    "server": {"connection": "main", "url": "http://127.0.0.1:3000"},
}
HEADER = msgspec.convert(FIELDS, Header)


def header_line(**changes: Any) -> bytes:
    return json.dumps({**FIELDS, **changes}).encode() + b"\n"


def entry_line(number: int, at: float, what: str, **details: Any) -> bytes:
    return _line(number, at, "server", what, details)


def _line(number: int, at: float, source: str, what: str, details: dict[str, Any]) -> bytes:
    entry = {"number": number, "at": at, "source": source, "what": what, "details": details}
    return json.dumps(entry).encode() + b"\n"


def pulse_line(number: int, arrived: float, **changes: Any) -> bytes:
    """Return the line of a pulse that was reported to the control interface."""
    details = {name: value for name, value in {**PULSE, **changes}.items() if name != "kind"}
    kinds = {"input": "receives a pulse", "output": "pulsed", "exists": "exists"}
    what = kinds[changes.get("kind", "input")]
    return _line(number, arrived, "node", what, details)


def read(*lines: bytes) -> Recording:
    return read_recording([header_line(), *lines])
