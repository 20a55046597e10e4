"""Known failures: what somebody has looked at, explained, and decided to live with for a while.

A file of TOML names them, each with a reason:

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

PLACEHOLDER = "FILL IN: why it fails, and what becomes of it"
"""The reason of an entry that a command has written; as long as it stands, the entry is refused."""
FIELDS = (
    'An entry has requirement (such as "STO-5") or scenario (a word that -k takes), reason and, '
    "if you like, issue (a link) and expires (a date, its last day)."
)


class KnownFailuresError(SuiteError):
    """A file of known failures cannot be used as it is."""


class KnownFailure(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry: it names either a requirement, by its id, or a scenario, by its selector."""

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
        """The reason with the link and the last day, if there are any, in one line."""
        parts = [" ".join(self.reason.split()), self.issue]
        parts += [f"until {self.expires}"] if self.expires else []
        return " · ".join(part for part in parts if part)

    def names(self, record: ScenarioRecord, identifier: str) -> bool:
        """Whether it speaks of what a scenario says about a requirement."""
        if self.scenario:
            return self.scenario == record.selector
        return self.requirement == identifier

    def concerns(self, record: ScenarioRecord) -> bool:
        return any(self.names(record, identifier) for identifier in record.requirements)


class KnownFailures(msgspec.Struct, frozen=True):
    """All entries of a file, in its order."""

    path: Path = Path()
    entries: tuple[KnownFailure, ...] = ()

    def explaining(self, record: ScenarioRecord, identifier: str) -> tuple[KnownFailure, ...]:
        """The entries that make a scenario's failure one that is known, for that requirement."""
        if record.outcome is not Outcome.FAILED:
            return ()
        return tuple(entry for entry in self.entries if entry.names(record, identifier))

    def place(self, entry: KnownFailure) -> str:
        return _place(self.path, self.entries.index(entry) + 1, entry.name)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    known_failure: tuple[dict[str, Any], ...] = ()


def load(path: Path, today: date) -> KnownFailures:
    """Read a file; raises KnownFailuresError for the first fault in it.

    An entry that has expired before `today` is one.
    """
    try:
        file = msgspec.toml.decode(path.read_bytes(), type=_File)
    except OSError as error:
        raise KnownFailuresError(
            str(path), f"cannot be read: {error.strerror}", "Name a file that can be read."
        ) from error
    except msgspec.ValidationError as error:
        raise KnownFailuresError(
            str(path), f"is no file of known failures: {error}", "Write [[known_failure]] tables."
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise KnownFailuresError(
            str(path), f"is not TOML: {error}", "Mend it there; TOML is UTF-8 text."
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
        remedy = "Say in reason why it fails, and what becomes of it."
        raise KnownFailuresError(place, "has no reason", remedy)
    if entry.expires is not None and entry.expires < today:
        raise KnownFailuresError(
            place,
            f"has expired: its last day was {entry.expires}",
            "Mend the implementation and take the entry out, or give it another date.",
        )
    return entry


def _place(path: Path, number: int, name: str) -> str:
    return f"{path}: known failure {number} ({name})"


def check(
    known: KnownFailures, catalogue: Catalogue, scenarios: Mapping[str, tuple[str, ...]]
) -> None:
    """Raise KnownFailuresError for the first entry that names nothing that could fail.

    `scenarios` maps the selector of each to the ids of the requirements that it shows.
    """
    for entry in known.entries:
        if entry.scenario and entry.scenario not in scenarios:
            raise KnownFailuresError(
                known.place(entry),
                "there is no such scenario",
                "Write the word that “run it again” shows behind -k, or take the entry out.",
            )
        if entry.requirement and entry.requirement not in catalogue:
            raise KnownFailuresError(
                known.place(entry),
                "there is no such requirement",
                "Write an id that `pulsecheck list` shows, or take the entry out.",
            )
        shown = scenarios[entry.scenario] if entry.scenario else (entry.requirement,)
        if all(catalogue[identifier].level is Level.MAY for identifier in shown):
            raise KnownFailuresError(
                known.place(entry), "a may cannot fail: either choice is right", "Take it out."
            )


def wrong(known: KnownFailures, run: Run) -> Iterator[str]:
    """Say of each entry that a run has disproved what is wrong with it, and what to do.

    What a selection did not run disproves nothing, and neither does what was blocked or errored.
    """
    for entry in known.entries:
        concerned = [record.outcome for record in run.records if entry.concerns(record)]
        outcomes = set(concerned) - {Outcome.NOT_APPLICABLE}
        is_whole = bool(entry.scenario) or not run.partial
        problem = ""
        if outcomes == {Outcome.PASSED} and is_whole:
            problem = "it passes: it is no known failure any more"
        elif not outcomes and (concerned or not run.partial):
            problem = "it matches nothing: none of its scenarios applies to this implementation"
        if problem:
            yield f"{known.place(entry)}: {problem}\n  Take the entry out of the file."
