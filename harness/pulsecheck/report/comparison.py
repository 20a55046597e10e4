"""Several runs beside each other, and what changed from the first to the last of one thing."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from pulsecheck.report.conformance import Report
from pulsecheck.report.selection import shown
from pulsecheck.report.text import implementation, title
from pulsecheck.results.records import ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.results.verdict import Conclusion, RequirementStatus, RequirementVerdict
from pulsecheck.suite.requirements import Level, Requirement

HOLDS = (RequirementStatus.MET, RequirementStatus.OBSERVED)
"""What an implementation that loses it has lost."""
EITHER = (RequirementStatus.OBSERVED, RequirementStatus.NOT_OBSERVED)
"""Between these a choice changes; either is right."""
WRONG = (
    ScenarioStatus.FAILED,
    ScenarioStatus.ERRORED,
    ScenarioStatus.UNSTABLE,
    ScenarioStatus.KNOWN_FAILURE,
)


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A run; `problem` says behind its name why it proves nothing, empty if it does not."""

    name: str
    file: str
    conclusion: Conclusion
    problem: str


class ComparedRequirement(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement in every run, in the order of the columns; None where it was not checked."""

    requirement: Requirement
    verdicts: tuple[RequirementVerdict | None, ...]

    @property
    def differs(self) -> bool:
        """Whether the runs disagree: in the verdict, or in the choice that was seen."""
        return len({found and (found.status, found.observations) for found in self.verdicts}) > 1


class RequirementChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is new of a requirement: its verdict or choice, in words, and scenarios that turned.

    `is_known` says that it is, or is behind, a known failure.
    """

    requirement: Requirement
    before: str
    after: str
    scenarios: tuple[str, ...] = ()
    is_known: bool = False


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What changed from the first run of an implementation to the last."""

    broken: tuple[RequirementChange, ...]
    fixed: tuple[RequirementChange, ...]
    chosen: tuple[RequirementChange, ...]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """`changes` is None if the runs are of several implementations."""

    columns: tuple[Column, ...]
    rows: tuple[ComparedRequirement, ...]
    changes: Changes | None

    @property
    def is_complete(self) -> bool:
        return not any(column.problem for column in self.columns)

    @property
    def exit_code(self) -> int:
        """1 if what counts is newly broken, and not known to be, 2 if a run has no verdict."""
        if self.changes and any(_counts(change) for change in self.changes.broken):
            return 1
        return 0 if self.is_complete else 2


def compare(reports: Sequence[tuple[Path, Report]]) -> Comparison:
    """Compare two reports or more, given with the files that they were read from."""
    found = [report for _, report in reports]
    tables = [_table(report) for report in found]
    known = {name: each.requirement for table in tables for name, each in table.items()}
    is_one = len({_name(report) for report in found}) == 1
    return Comparison(
        columns=tuple(_column(path, report) for path, report in reports),
        rows=tuple(
            ComparedRequirement(
                requirement=requirement, verdicts=tuple(table.get(name) for table in tables)
            )
            for name, requirement in known.items()
        ),
        changes=_changes(found[0], found[-1], tables[0], tables[-1]) if is_one else None,
    )


def _table(report: Report) -> dict[str, RequirementVerdict]:
    """Map ids to what was checked; a run that ended too early lost nothing by what it left out."""
    ran = {name for record in report.run.records for name in record.requirements}
    is_whole = report.verdict.conclusion is not Conclusion.ERROR
    return {
        found.requirement.id: found
        for found in shown(report.verdict, report.run)
        if is_whole or found.requirement.id in ran
    }


def _name(report: Report) -> str | None:
    return report.run.initialized.implementation.name if report.run.initialized else None


def _column(path: Path, report: Report) -> Column:
    return Column(
        name=implementation(report.run),
        file=str(path),
        conclusion=report.verdict.conclusion,
        problem=_problem(report),
    )


def _problem(report: Report) -> str:
    if not report.verdict.problems:
        return ""
    verb = "is incomplete and proves" if report.run.incomplete else "proves"
    return f"{verb} nothing: {'; '.join(report.verdict.problems)}"


def _counts(change: RequirementChange) -> bool:
    """Whether a change says that the implementation is wrong; what is unstable says nothing."""
    is_open = change.is_known or change.after == RequirementStatus.UNSTABLE
    return change.requirement.level is not Level.SILENT and not is_open


# --- from the first run to the last ---------------------------------------------------------

Table = Mapping[str, RequirementVerdict]


def _changes(before: Report, after: Report, old: Table, new: Table) -> Changes:
    def change(name: str, scenarios: tuple[str, ...]) -> RequirementChange:
        return RequirementChange(
            requirement=old[name].requirement,
            before=old[name].status,
            after=new[name].status,
            scenarios=scenarios,
            is_known=bool(new[name].known_failures or new[name].blocked_by),
        )

    broken, fixed = _lost(before, after, old, new), _lost(after, before, new, old)
    return Changes(
        broken=tuple(change(name, scenarios) for name, scenarios in broken),
        fixed=tuple(change(name, scenarios) for name, scenarios in fixed),
        chosen=tuple(_chosen(old, new)),
    )


def _lost(
    good: Report, bad: Report, held: Table, lost: Table
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The ids of what holds in one report and not in the other, as far as both checked it.

    With each come its scenarios that passed and do not: what holds in neither may have lost one.
    """
    scenario_statuses = good.verdict.scenario_statuses
    passed = {name for name, found in scenario_statuses.items() if found is ScenarioStatus.PASSED}
    for name, found in held.items():
        if name not in lost:
            continue
        scenarios = tuple(
            title(record) for record in _wrong(bad, name) if record.selector in passed
        )
        after = lost[name].status
        is_lost = (
            found.status in HOLDS
            and after not in HOLDS
            and after is not RequirementStatus.NOT_OBSERVED
        )
        if is_lost or scenarios:
            yield name, scenarios


def _wrong(report: Report, requirement: str) -> Iterator[ScenarioRecord]:
    for record in report.run.records:
        if (
            requirement in record.requirements
            and report.verdict.scenario_statuses[record.selector] in WRONG
        ):
            yield record


def _chosen(old: Table, new: Table) -> Iterator[RequirementChange]:
    for name, found in old.items():
        if name not in new or not {found.status, new[name].status} <= set(EITHER):
            continue
        before, after = _choice(found), _choice(new[name])
        if before != after:
            yield RequirementChange(requirement=found.requirement, before=before, after=after)


def _choice(found: RequirementVerdict) -> str:
    return ", ".join(found.observations) or found.status
