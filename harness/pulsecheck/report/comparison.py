"""Compare the reports of several runs, and find what changed from the first run to the last."""

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

FULFILLED = (RequirementStatus.MET, RequirementStatus.OBSERVED)
CHOICES = (RequirementStatus.OBSERVED, RequirementStatus.NOT_OBSERVED)
"""Statuses of a requirement whose level is may. A change from one to another is no regression."""
NOT_PASSED = (
    ScenarioStatus.FAILED,
    ScenarioStatus.ERRORED,
    ScenarioStatus.UNSTABLE,
    ScenarioStatus.KNOWN_FAILURE,
    ScenarioStatus.WARNING,
)


class ComparedRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run, with the name of its implementation.

    `problem`: why the run has no verdict, as a predicate that follows the name of the file: "has no
    verdict: ...". Empty if the run has a verdict.
    """

    name: str
    file: str
    conclusion: Conclusion
    problem: str


class ComparedRequirement(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement with a verdict for each run, or None for a run that did not check it."""

    requirement: Requirement
    verdicts: tuple[RequirementVerdict | None, ...]

    @property
    def differs(self) -> bool:
        """Whether runs saw different statuses or choices, or only some checked the requirement."""
        return len({found and (found.status, found.observations) for found in self.verdicts}) > 1


class RequirementChange(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement that changed.

    `before` and `after` are the statuses, or the choices that the runs saw. `scenarios` are the
    titles of scenarios that passed in one run but not in the other. `is_known`: a known failure
    explains the change.
    """

    requirement: Requirement
    before: str
    after: str
    scenarios: tuple[str, ...] = ()
    is_known: bool = False


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Changes from the first run of an implementation to its last.

    `chosen`: requirements whose level is may, for which the last run saw a different choice.
    """

    broken: tuple[RequirementChange, ...]
    fixed: tuple[RequirementChange, ...]
    chosen: tuple[RequirementChange, ...]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Runs side by side. `changes` is None if the runs tested different implementations."""

    runs: tuple[ComparedRun, ...]
    requirements: tuple[ComparedRequirement, ...]
    changes: Changes | None

    @property
    def is_complete(self) -> bool:
        return not any(run.problem for run in self.runs)

    @property
    def exit_code(self) -> int:
        """1 for a regression that counts, else 2 if a run has no verdict, else 0."""
        if self.changes and any(_counts(change) for change in self.changes.broken):
            return 1
        return 0 if self.is_complete else 2


def compare(reports: Sequence[tuple[Path, Report]]) -> Comparison:
    """Compare two or more reports. Each report comes with the path of its file."""
    found = [report for _, report in reports]
    tables = [_table(report) for report in found]
    known = {name: each.requirement for table in tables for name, each in table.items()}
    is_one = len({_name(report) for report in found}) == 1
    return Comparison(
        runs=tuple(_run(path, report) for path, report in reports),
        requirements=tuple(
            ComparedRequirement(
                requirement=requirement, verdicts=tuple(table.get(name) for table in tables)
            )
            for name, requirement in known.items()
        ),
        changes=_changes(found[0], found[-1], tables[0], tables[-1]) if is_one else None,
    )


def _table(report: Report) -> dict[str, RequirementVerdict]:
    """Map the ids of the requirements that a run checked to their verdicts.

    If the run has no verdict, leave out the requirements without a scenario that ran. Otherwise
    they would count as regressions.
    """
    ran = {name for record in report.run.records for name in record.requirements}
    has_verdict = report.verdict.conclusion is not Conclusion.ERROR
    return {
        found.requirement.id: found
        for found in shown(report.verdict, report.run)
        if has_verdict or found.requirement.id in ran
    }


def _name(report: Report) -> str | None:
    return report.run.initialized.implementation.name if report.run.initialized else None


def _run(path: Path, report: Report) -> ComparedRun:
    return ComparedRun(
        name=implementation(report.run),
        file=str(path),
        conclusion=report.verdict.conclusion,
        problem=_problem(report),
    )


def _problem(report: Report) -> str:
    if not report.verdict.problems:
        return ""
    predicate = "is incomplete and has" if report.run.incomplete else "has"
    return f"{predicate} no verdict: {'; '.join(report.verdict.problems)}"


def _counts(change: RequirementChange) -> bool:
    """Return whether a change affects the exit code.

    Known failures, unstable scenarios and requirements whose level is silent do not affect it.
    """
    is_open = change.is_known or change.after == RequirementStatus.UNSTABLE
    return change.requirement.level is not Level.SILENT and not is_open


# --- from the first run to the last ---------------------------------------------------------

RequirementVerdicts = Mapping[str, RequirementVerdict]
"""Verdicts by the id of the requirement."""


def _changes(
    before: Report, after: Report, old: RequirementVerdicts, new: RequirementVerdicts
) -> Changes:
    def change(name: str, scenarios: tuple[str, ...]) -> RequirementChange:
        return RequirementChange(
            requirement=old[name].requirement,
            before=old[name].status,
            after=new[name].status,
            scenarios=scenarios,
            is_known=bool(new[name].known_failures or new[name].blocked_by),
        )

    broken = _regressions(before, after, old, new)
    fixed = _regressions(after, before, new, old)
    return Changes(
        broken=tuple(change(name, scenarios) for name, scenarios in broken),
        fixed=tuple(change(name, scenarios) for name, scenarios in fixed),
        chosen=tuple(_other_choices(old, new)),
    )


def _regressions(
    good: Report, bad: Report, held: RequirementVerdicts, lost: RequirementVerdicts
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the ids of requirements that both runs checked, and that are worse in `bad`.

    A requirement is worse if `good` fulfils it and `bad` does not. It is also worse if one of its
    scenarios passed in `good` but not in `bad`, even if neither run fulfils the requirement. Each
    id comes with the titles of these scenarios.
    """
    scenario_statuses = good.verdict.scenario_statuses
    passed = {name for name, found in scenario_statuses.items() if found is ScenarioStatus.PASSED}
    for name, found in held.items():
        if name not in lost:
            continue
        scenarios = tuple(
            title(record) for record in _not_passed(bad, name) if record.selector in passed
        )
        after = lost[name].status
        is_lost = (
            found.status in FULFILLED
            and after not in FULFILLED
            and after is not RequirementStatus.NOT_OBSERVED
        )
        if is_lost or scenarios:
            yield name, scenarios


def _not_passed(report: Report, requirement: str) -> Iterator[ScenarioRecord]:
    for record in report.run.records:
        if (
            requirement in record.requirements
            and report.verdict.scenario_statuses[record.selector] in NOT_PASSED
        ):
            yield record


def _other_choices(
    old: RequirementVerdicts, new: RequirementVerdicts
) -> Iterator[RequirementChange]:
    for name, found in old.items():
        if name not in new or not {found.status, new[name].status} <= set(CHOICES):
            continue
        before, after = _choice(found), _choice(new[name])
        if before != after:
            yield RequirementChange(requirement=found.requirement, before=before, after=after)


def _choice(found: RequirementVerdict) -> str:
    return ", ".join(found.observations) or found.status
