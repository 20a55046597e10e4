"""What of a verdict a report shows."""

from collections.abc import Iterator

from pulsecheck.results.records import Run
from pulsecheck.results.verdict import RequirementStatus, RequirementVerdict, Verdict


def shown(verdict: Verdict, run: Run) -> list[RequirementVerdict]:
    """Leave out what a selection did not run; where nothing ran, all of it."""
    ran = {name for record in run.records for name in record.requirements}
    return [
        found
        for found in verdict.requirements
        if found.requirement.id in ran or (ran and not run.partial)
    ]


def tally(verdict: Verdict, run: Run) -> Iterator[tuple[RequirementStatus, int]]:
    """Count what is shown and part of the verdict, by each status that there is."""
    statuses = [found.status for found in shown(verdict, run) if found.counts]
    yield from (
        (status, statuses.count(status)) for status in RequirementStatus if status in statuses
    )
