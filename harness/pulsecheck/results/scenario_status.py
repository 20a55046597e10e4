"""How the end of one scenario is to be read."""

from enum import StrEnum

from pulsecheck.results.known_failures import KnownFailures
from pulsecheck.results.records import Outcome, ScenarioRecord
from pulsecheck.suite.requirements import Catalogue, Level


class ScenarioStatus(StrEnum):
    """The outcome of a scenario, in which failures that accuse nobody have names of their own.

    known failure: it failed, and for each requirement that it shows somebody said why. not
    observed: it probes a may and nothing else, and the choice was not seen.
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
    """Say how a scenario stands; raises KeyError for a requirement that is not in the catalogue."""
    if record.outcome is not Outcome.FAILED:
        return ScenarioStatus(record.outcome)
    binding = [name for name in record.requirements if catalogue[name].level is not Level.MAY]
    if not binding:
        return ScenarioStatus.NOT_OBSERVED
    is_known = all(known.explaining(record, name) for name in binding)
    return ScenarioStatus.KNOWN_FAILURE if is_known else ScenarioStatus.FAILED
