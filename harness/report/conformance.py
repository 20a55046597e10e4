"""conformance.json: everything a run recorded and what it means, for programs."""

from typing import Any

import msgspec

from harness.records import Run
from harness.verdicts import Verdict

FORMAT = 1


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file. `format` changes when a program that reads it would have to."""

    format: int = FORMAT
    verdict: Verdict
    run: Run


def render(verdict: Verdict, run: Run) -> bytes:
    """Write the report as JSON, in UTF-8, with a line feed at the end."""
    encoded = msgspec.json.encode(Report(verdict=verdict, run=run))
    return msgspec.json.format(encoded, indent=2) + b"\n"


def schema() -> dict[str, Any]:
    """Describe what `render` writes: a JSON Schema, 2020-12."""
    return msgspec.json.schema(Report)
