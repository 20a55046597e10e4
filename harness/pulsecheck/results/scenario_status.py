"""Determine the status of a scenario from its outcome and the known failures."""

from enum import StrEnum

from pulsecheck.results.known_failures import KnownFailures
from pulsecheck.results.records import Outcome, ScenarioRecord
from pulsecheck.suite.requirements import Catalogue, Level

TROUBLES = (Outcome.FAILED, Outcome.ERRORED, Outcome.UNSTABLE)


class ScenarioStatus(StrEnum):
    """The outcome of a scenario, or a status that does not count against the implementation.

    known failure: the scenario failed, and entries of the known-failures file explain the failure
    for each requirement that the scenario tests. not observed: the scenario tests only requirements
    whose level is may, and the choice was not seen. warning: the scenario did not pass, but the
    conclusion does not depend on the requirements that the scenario tests.
    """

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    UNSTABLE = "unstable"
    NOT_APPLICABLE = "not applicable"
    BLOCKED = "blocked"
    KNOWN_FAILURE = "known failure"
    NOT_OBSERVED = "not observed"
    WARNING = "warning"


def scenario_status(
    record: ScenarioRecord,
    catalogue: Catalogue,
    known: KnownFailures,
    *,
    strict: bool = False,
    all_count: bool = False,
) -> ScenarioStatus:
    """Return a scenario's status. Raises KeyError for a requirement not in the catalogue.

    A failed *should* requirement counts only with `strict`. A *silent* requirement does not count.
    With `all_count`, all requirements count. Use `all_count` for a selection and for repeated
    rounds.
    """
    levels = {name: catalogue[name].level for name in record.requirements}
    binding = [name for name, level in levels.items() if level is not Level.MAY]
    if record.outcome is Outcome.FAILED and not binding:
        return ScenarioStatus.NOT_OBSERVED
    if record.outcome is Outcome.FAILED and all(known.explaining(record, name) for name in binding):
        return ScenarioStatus.KNOWN_FAILURE
    if record.outcome in TROUBLES and not all_count:
        is_failed = record.outcome is Outcome.FAILED
        counting = {Level.MUST, Level.SHOULD} if strict or not is_failed else {Level.MUST}
        counting |= set() if is_failed else {Level.MAY}
        if counting.isdisjoint(levels.values()):
            return ScenarioStatus.WARNING
    return ScenarioStatus(record.outcome)
