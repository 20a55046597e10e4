"""What of a verdict a report shows."""

from harness.records import Run
from harness.verdicts import RequirementVerdict, Verdict


def shown(verdict: Verdict, run: Run) -> list[RequirementVerdict]:
    """Leave out what a selection did not run; where nothing ran, all of it."""
    ran = {name for record in run.records for name in record.requirements}
    return [
        found
        for found in verdict.requirements
        if found.requirement.id in ran or (ran and not run.partial)
    ]
