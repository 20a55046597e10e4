"""Known failures: failures that users accept for now, each with a reason.

The known failures are listed in a TOML file:

    [[known_failure]]
    scenario = "on_stop_waits[websocket]"
    reason = "The client library reports too early."
    issue = "https://example.org/issues/7"
    expires = 2027-01-31
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from pulsecheck.results.records import Outcome, Run, ScenarioRecord
from pulsecheck.suite.errors import SuiteError
from pulsecheck.suite.requirements import Catalogue, Level

PLACEHOLDER = "FILL IN: why it fails, and what will be done about it"
"""The reason that `--write-known-failures` writes. Entries that still have it are rejected."""
FIELDS = (
    'Write requirement (an id such as "STO-5") or scenario (a selector, as for -k), and reason. '
    "The fields issue (a link) and expires (the last day, as a date) are optional."
)


class KnownFailuresError(SuiteError):
    """A file of known failures is invalid."""


class KnownFailure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry, which names either a requirement by its id, or a scenario by its selector."""

    reason: str
    requirement: str = ""
    scenario: str = ""
    issue: str = ""
    expires: date | None = None

    @property
    def name(self) -> str:
        return self.requirement or self.scenario

    @property
    def explanation(self) -> str:
        """The reason, the link and the last day in one line. Empty parts are left out."""
        parts = [" ".join(self.reason.split()), self.issue]
        parts += [f"until {self.expires}"] if self.expires else []
        return " · ".join(part for part in parts if part)

    def names(self, record: ScenarioRecord, identifier: str) -> bool:
        """Return whether the entry applies to a scenario's outcome for a requirement."""
        if self.scenario:
            return self.scenario == record.selector
        return self.requirement == identifier

    def concerns(self, record: ScenarioRecord) -> bool:
        return any(self.names(record, identifier) for identifier in record.requirements)


class KnownFailures(msgspec.Struct, frozen=True):
    """All entries of a file, in the order of the file."""

    path: Path = Path()
    entries: tuple[KnownFailure, ...] = ()

    def explaining(self, record: ScenarioRecord, identifier: str) -> tuple[KnownFailure, ...]:
        """Return the entries that explain why a scenario failed a requirement."""
        if record.outcome is not Outcome.FAILED:
            return ()
        return tuple(entry for entry in self.entries if entry.names(record, identifier))

    def place(self, entry: KnownFailure) -> str:
        return _place(self.path, self.entries.index(entry) + 1, entry.name)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    known_failure: tuple[dict[str, Any], ...] = ()


def load(path: Path, today: date) -> KnownFailures:
    """Read a file of known failures. Raises KnownFailuresError for the first error in the file.

    An entry whose last day is before `today` is an error.
    """
    try:
        file = msgspec.toml.decode(path.read_bytes(), type=_File)
    except OSError as error:
        raise KnownFailuresError(
            str(path), f"cannot be read: {error.strerror}", "Name a file that can be read."
        ) from error
    except msgspec.ValidationError as error:
        raise KnownFailuresError(
            str(path),
            f"is not a file of known failures: {error}",
            "Write [[known_failure]] tables.",
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise KnownFailuresError(
            str(path),
            f"is not TOML: {error}",
            "Fix the syntax at that position. The file must be UTF-8.",
        ) from error
    rows = enumerate(file.known_failure, start=1)
    return KnownFailures(path, tuple(_entry(path, number, row, today) for number, row in rows))


def _entry(path: Path, number: int, row: dict[str, Any], today: date) -> KnownFailure:
    named = str(row.get("requirement") or row.get("scenario") or "without a name")
    place = _place(path, number, named)
    try:
        entry = msgspec.convert(row, KnownFailure)
    except msgspec.ValidationError as error:
        raise KnownFailuresError(place, str(error), FIELDS) from error
    if bool(entry.requirement) == bool(entry.scenario):
        problem = "names both a requirement and a scenario, or neither"
        raise KnownFailuresError(place, problem, FIELDS)
    if entry.reason.strip() in {"", PLACEHOLDER}:
        remedy = "Write in `reason` why it fails, and what you will do about the failure."
        raise KnownFailuresError(place, "has no reason", remedy)
    if entry.expires is not None and entry.expires < today:
        raise KnownFailuresError(
            place,
            f"has expired: its last day was {entry.expires}",
            "Fix the implementation and remove the entry, or set a later date.",
        )
    return entry


def _place(path: Path, number: int, name: str) -> str:
    return f"{path}: known failure {number} ({name})"


def check(
    known: KnownFailures, catalogue: Catalogue, scenarios: Mapping[str, tuple[str, ...]]
) -> None:
    """Raise KnownFailuresError for the first entry that no failure can match.

    `scenarios` maps the selector of each scenario to the ids of the requirements that it tests.
    """
    for entry in known.entries:
        if entry.scenario and entry.scenario not in scenarios:
            raise KnownFailuresError(
                known.place(entry),
                "there is no such scenario",
                "Copy the selector after -k in “run it again” of a report, or remove the entry.",
            )
        if entry.requirement and entry.requirement not in catalogue:
            raise KnownFailuresError(
                known.place(entry),
                "there is no such requirement",
                "Write an id that `pulsecheck list` shows, or remove the entry.",
            )
        tested = scenarios[entry.scenario] if entry.scenario else (entry.requirement,)
        if all(catalogue[identifier].level is Level.MAY for identifier in tested):
            raise KnownFailuresError(
                known.place(entry),
                "its level is may, so it cannot fail: every choice is allowed",
                "Remove the entry.",
            )


def stale_entries(known: KnownFailures, run: Run) -> Iterator[str]:
    """Yield an error message for each stale entry.

    An entry is stale if all its applicable scenarios pass, or if none of its scenarios applies. An
    entry is not stale if a scenario was blocked or errored, or was not part of the selection.
    """
    for entry in known.entries:
        concerned = [record.outcome for record in run.records if entry.concerns(record)]
        outcomes = set(concerned) - {Outcome.NOT_APPLICABLE}
        is_whole = bool(entry.scenario) or not run.partial
        problem = ""
        if outcomes == {Outcome.PASSED} and is_whole:
            problem = "it no longer fails, so it is no longer a known failure"
        elif not outcomes and (concerned or not run.partial):
            problem = "none of its scenarios applies to this implementation"
        if problem:
            yield f"{known.place(entry)}: {problem}\n  Remove the entry."
