"""Determine the status of a scenario from its outcome and the known failures."""

from enum import StrEnum

from pulsecheck.results.known_failures import KnownFailures
from pulsecheck.results.records import Outcome, ScenarioRecord
from pulsecheck.suite.requirements import Catalogue, Level


class ScenarioStatus(StrEnum):
    """An outcome, or one of two failures that do not count against the implementation.

    known failure: it failed, and entries of the known-failures file explain this for each
    requirement that it tests. not observed: it tests only a may, and the choice was not seen.
    """

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    UNSTABLE = "unstable"
    NOT_APPLICABLE = "not applicable"
    BLOCKED = "blocked"
    KNOWN_FAILURE = "known failure"
    NOT_OBSERVED = "not observed"


def scenario_status(
    record: ScenarioRecord, catalogue: Catalogue, known: KnownFailures
) -> ScenarioStatus:
    """Return a scenario's status; raises KeyError for a requirement not in the catalogue."""
    if record.outcome is not Outcome.FAILED:
        return ScenarioStatus(record.outcome)
    binding = [name for name in record.requirements if catalogue[name].level is not Level.MAY]
    if not binding:
        return ScenarioStatus.NOT_OBSERVED
    is_known = all(known.explaining(record, name) for name in binding)
    return ScenarioStatus.KNOWN_FAILURE if is_known else ScenarioStatus.FAILED
