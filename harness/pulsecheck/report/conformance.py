"""The JSON report, conformance.json: the record of a run and its verdict, for programs."""

from pathlib import Path
from typing import Any

import msgspec

from pulsecheck import DISTRIBUTION, __version__
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Conclusion, Verdict
from pulsecheck.shared.json_schema import schemas

FORMAT = 1
AGAIN = f"Run `{DISTRIBUTION} check --json` again."
SCHEMA = Path(__file__).parent / "conformance.schema.json"
"""The file that holds the result of `schema` in the installed package."""
WHOLE_RUN = (Conclusion.CONFORMING, Conclusion.KNOWN_FAILURES)
"""Conclusions that a selection of the scenarios cannot prove."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON report. `format` changes when programs that read the report must change."""

    format: int = FORMAT
    written_by: str = ""
    verdict: Verdict
    run: Run


class _AnyFormat(msgspec.Struct, frozen=True):
    format: int


class UnreadableReportError(Exception):
    """A file cannot be used as a report; the message names the file, the problem and the fix."""

    def __init__(self, path: Path, problem: str, advice: str) -> None:
        super().__init__(path, problem, advice)
        self.path, self.problem, self.advice = path, problem, advice

    def __str__(self) -> str:
        return f"{self.path} {self.problem}\n  {self.advice}"


def render(verdict: Verdict, run: Run) -> bytes:
    """Return the report as JSON, in UTF-8, with a line feed at the end."""
    report = Report(written_by=f"{DISTRIBUTION} {__version__}", verdict=verdict, run=run)
    try:
        encoded = msgspec.json.encode(report)
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_encodable(msgspec.to_builtins(report)))
    return msgspec.json.format(encoded, indent=2) + b"\n"


def _encodable(value: Any) -> Any:
    """Escape lone surrogates, which UTF-8 cannot encode. A command line may contain them."""
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(found) for key, found in value.items()}
    return [_encodable(found) for found in value] if isinstance(value, list | tuple) else value


def read(path: Path) -> Report:
    """Read a report.

    Raises UnreadableReportError if the file is not a report or contradicts itself.
    """
    advice = f"Name a file that `{DISTRIBUTION} check --json` wrote."
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableReportError(path, f"cannot be read: {error.strerror}", advice) from error
    try:
        found = msgspec.json.decode(content, type=_AnyFormat).format
        if found != FORMAT:
            raise UnreadableReportError(
                path,
                f"has report format {found}; {DISTRIBUTION} {__version__} reads format {FORMAT}",
                f"{AGAIN} Or use the version of {DISTRIBUTION} that wrote the file.",
            )
        report = msgspec.json.decode(content, type=Report)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableReportError(path, f"is not a report: {error}", advice) from error
    if problem := _contradiction(report.verdict, report.run):
        raise UnreadableReportError(path, problem, AGAIN)
    return report


def _contradiction(verdict: Verdict, run: Run) -> str:
    """Return how a verdict contradicts its run, or an empty text if it does not."""
    claim = f'has the conclusion "{verdict.conclusion}", but its run'
    if verdict.conclusion is not Conclusion.ERROR and run.incomplete:
        return f"{claim} was not completed: {run.incomplete}"
    if verdict.conclusion in WHOLE_RUN and run.partial:
        return f"{claim} covers only a selection"
    if verdict.scenario_statuses.keys() != {record.selector for record in run.records}:
        return "has different scenarios in its verdict and in its run"
    return ""


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the report."""
    dialect = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "conformance.json",
    }
    return dialect | {"$ref": f"#/$defs/{Report.__name__}", "$defs": schemas([Report])}


def render_schema() -> bytes:
    """Return the schema as JSON, with a line feed at the end."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2) + b"\n"
