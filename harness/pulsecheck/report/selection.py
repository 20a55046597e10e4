"""Select the requirements of a verdict that a report shows."""

from collections.abc import Iterator

from pulsecheck.results.records import Run
from pulsecheck.results.verdict import RequirementStatus, RequirementVerdict, Verdict


def shown(verdict: Verdict, run: Run) -> list[RequirementVerdict]:
    """Return the requirements that a report shows.

    For a partial run, these are only the requirements with a scenario that ran. If no scenario ran
    at all, return an empty list.
    """
    ran = {name for record in run.records for name in record.requirements}
    return [
        found
        for found in verdict.requirements
        if found.requirement.id in ran or (ran and not run.partial)
    ]


def tally(verdict: Verdict, run: Run) -> Iterator[tuple[RequirementStatus, int]]:
    """Yield each status, and how many of the shown requirements have this status.

    Only requirements that affect the conclusion are counted.
    """
    statuses = [found.status for found in shown(verdict, run) if found.counts]
    yield from (
        (status, statuses.count(status)) for status in RequirementStatus if status in statuses
    )
