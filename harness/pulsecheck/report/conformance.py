"""conformance.json: everything a run recorded and what it means, for programs."""

from pathlib import Path
from typing import Any

import msgspec

from pulsecheck import DISTRIBUTION, __version__
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Conclusion, Verdict
from pulsecheck.shared.json_schema import schemas

FORMAT = 1
SCHEMA = Path(__file__).parent / "conformance.schema.json"
"""What `schema` gives, as it is shipped."""
WHOLE = (Conclusion.CONFORMING, Conclusion.KNOWN_FAILURES)
"""What only a run of everything shows."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole file. `format` changes when a program that reads it would have to."""

    format: int = FORMAT
    written_by: str = ""
    verdict: Verdict
    run: Run


class _Any(msgspec.Struct, frozen=True):
    format: int


class UnreadableReportError(Exception):
    """A file is no report that can be read; the message says which, why, and what to do."""

    def __init__(self, path: Path, problem: str, advice: str) -> None:
        super().__init__(path, problem, advice)
        self.path, self.problem, self.advice = path, problem, advice

    def __str__(self) -> str:
        return f"{self.path} {self.problem}\n  {self.advice}"


def render(verdict: Verdict, run: Run) -> bytes:
    """Write the report as JSON, in UTF-8, with a line feed at the end."""
    report = Report(written_by=f"{DISTRIBUTION} {__version__}", verdict=verdict, run=run)
    try:
        encoded = msgspec.json.encode(report)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_encodable(msgspec.to_builtins(report)))
    return msgspec.json.format(encoded, indent=2) + b"\n"


def _encodable(value: Any) -> Any:
    """Escape what UTF-8 cannot express: halves of characters, such as a command line may hold."""
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(found) for key, found in value.items()}
    return [_encodable(found) for found in value] if isinstance(value, list | tuple) else value


def read(path: Path) -> Report:
    """Read a report; raises UnreadableReportError for what is none, or no sound one."""
    advice = f"Name a file that `{DISTRIBUTION} check --json` wrote."
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableReportError(path, f"cannot be read: {error.strerror}", advice) from error
    try:
        found = msgspec.json.decode(content, type=_Any).format
        if found != FORMAT:
            raise UnreadableReportError(
                path,
                f"is a report of format {found}; this is {DISTRIBUTION} {__version__}, which reads "
                f"format {FORMAT}",
                "Check again with this version, or use the version that wrote the file.",
            )
        report = msgspec.json.decode(content, type=Report)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableReportError(path, f"is no report: {error}", advice) from error
    if problem := _unsound(report.verdict, report.run):
        raise UnreadableReportError(path, problem, "Check again.")
    return report


def _unsound(verdict: Verdict, run: Run) -> str:
    """What of a verdict its run does not bear out; empty if nothing."""
    says = f'says "{verdict.conclusion}" of a run that'
    if verdict.conclusion is not Conclusion.ERROR and run.incomplete:
        return f"{says} was not completed: {run.incomplete}"
    if verdict.conclusion in WHOLE and run.partial:
        return f"{says} was a selection"
    if verdict.scenario_statuses.keys() != {record.selector for record in run.records}:
        return "does not say how each of its scenarios stands"
    return ""


def schema() -> dict[str, Any]:
    """Describe what `render` writes: a JSON Schema, 2020-12."""
    dialect = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "conformance.json",
    }
    return dialect | {"$ref": f"#/$defs/{Report.__name__}", "$defs": schemas([Report])}


def render_schema() -> bytes:
    """Write the schema as JSON, with a line feed at the end."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2) + b"\n"
