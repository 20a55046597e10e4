"""Cucumber Messages as NDJSON, for Cucumber's own reports and services.

The messages contain the scenarios and steps that the run recorded. Each step gets the line of its
scenario, because the run does not record the lines of steps.
https://github.com/cucumber/messages describes the types.
"""

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from pulsecheck import DISTRIBUTION, __version__
from pulsecheck.report.style import headline
from pulsecheck.report.text import log, reason, title
from pulsecheck.results.records import Outcome, Run, ScenarioRecord, StepRecord
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.results.verdict import Verdict
from pulsecheck.shared.escaping import escape_unprintable
from pulsecheck.shared.timeline import SENTENCE

PROTOCOL = "34.2.1"
"""Version of Cucumber Messages."""
STATUSES = {
    ScenarioStatus.PASSED: "PASSED",
    ScenarioStatus.FAILED: "FAILED",
    ScenarioStatus.ERRORED: "FAILED",
    ScenarioStatus.UNSTABLE: "FAILED",
    ScenarioStatus.NOT_APPLICABLE: "SKIPPED",
    ScenarioStatus.BLOCKED: "SKIPPED",
    ScenarioStatus.KNOWN_FAILURE: "SKIPPED",
    ScenarioStatus.NOT_OBSERVED: "SKIPPED",
    ScenarioStatus.WARNING: "SKIPPED",
}
"""The result of the decisive step, by the status of the scenario. Errors are FAILED, too."""
KEYWORDS = {"Given": "Context", "When": "Action", "Then": "Outcome"}
EPOCH = datetime.fromtimestamp(0, UTC)
RUN = "run"

Json = dict[str, Any]


def render(verdict: Verdict, run: Run) -> bytes:
    """Return the messages as UTF-8, one JSON object a line."""
    encoder = msgspec.json.Encoder()
    return b"".join(
        encoder.encode(_escaped(message)) + b"\n" for message in _messages(verdict, run)
    )


def _escaped(value: Any) -> Any:
    """Return a JSON value in which the unprintable characters of all texts are escaped."""
    if isinstance(value, str):
        return escape_unprintable(value)
    if isinstance(value, dict):
        return {key: _escaped(found) for key, found in value.items()}
    return [_escaped(found) for found in value] if isinstance(value, list) else value


def _messages(verdict: Verdict, run: Run) -> Iterator[Json]:
    began = run.began or EPOCH
    yield {"meta": _meta(run)}
    numbered = list(enumerate(run.records))
    for feature in dict.fromkeys(record.feature for record in run.records):
        yield _document(feature, [found for found in numbered if found[1].feature == feature])
    yield from ({"pickle": _pickle(number, record)} for number, record in numbered)
    yield {"testRunStarted": {"id": RUN, "timestamp": _timestamp(began)}}
    yield from ({"testCase": _case(number, record)} for number, record in numbered)
    for number, record in numbered:
        yield from _execution(number, record, verdict, run, began)
        began += timedelta(seconds=record.seconds)
    finished: Json = {
        "success": verdict.exit_code == 0,
        "timestamp": _timestamp(began),
        "testRunStartedId": RUN,
    }
    if verdict.problems:
        finished["message"] = "\n".join((str(headline(verdict, run)), *verdict.problems))
    yield {"testRunFinished": finished}


def _meta(run: Run) -> Json:
    found = run.initialized.implementation if run.initialized else None
    return {
        "protocolVersion": PROTOCOL,
        "implementation": {"name": DISTRIBUTION, "version": __version__},
        "runtime": {"name": found.name, "version": found.version} if found else {"name": "unknown"},
        "os": {"name": "unknown"},
        "cpu": {"name": "unknown"},
    }


# --- feature files --------------------------------------------------------------------------


def _document(feature: str, records: Sequence[tuple[int, ScenarioRecord]]) -> Json:
    return {
        "gherkinDocument": {
            "uri": feature,
            "comments": [],
            "feature": {
                "location": {"line": 1},
                "language": "en",
                "keyword": "Feature",
                "name": feature,
                "description": "",
                "tags": [],
                "children": [{"scenario": _scenario(*found)} for found in records],
            },
        }
    }


def _scenario(number: int, record: ScenarioRecord) -> Json:
    location = {"line": record.line}
    return {
        "id": f"scenario-{number}",
        "location": location,
        "keyword": "Scenario",
        "name": title(record),
        "description": "",
        "tags": [{**tag, "location": location} for tag in _tags(number, record, "id")],
        "examples": [],
        "steps": [
            {
                "id": f"step-{number}-{place}",
                "location": location,
                "keyword": f"{step.keyword} ",
                "keywordType": KEYWORDS.get(step.keyword, "Unknown"),
                "text": step.text,
            }
            for place, step in enumerate(record.steps)
        ],
    }


def _tags(number: int, record: ScenarioRecord, key: str) -> list[Json]:
    return [
        {"name": f"@{name}", key: f"tag-{number}-{place}"}
        for place, name in enumerate(record.requirements)
    ]


def _pickle(number: int, record: ScenarioRecord) -> Json:
    return {
        "id": f"pickle-{number}",
        "uri": record.feature,
        "location": {"line": record.line},
        "name": title(record),
        "language": "en",
        "astNodeIds": [f"scenario-{number}"],
        "tags": _tags(number, record, "astNodeId"),
        "steps": [
            {
                "id": f"pickle-{number}-{place}",
                "text": step.text,
                "type": KEYWORDS.get(step.keyword, "Unknown"),
                "astNodeIds": [f"step-{number}-{place}"],
            }
            for place, step in enumerate(record.steps)
        ],
    }


def _case(number: int, record: ScenarioRecord) -> Json:
    steps = [
        {
            "id": f"test-{number}-{place}",
            "pickleStepId": f"pickle-{number}-{place}",
            "stepDefinitionIds": [],
        }
        for place in range(len(record.steps))
    ]
    return {
        "id": f"test-{number}",
        "pickleId": f"pickle-{number}",
        "testRunStartedId": RUN,
        "testSteps": steps,
    }


# --- executions -----------------------------------------------------------------------------


def _execution(
    number: int, record: ScenarioRecord, verdict: Verdict, run: Run, began: datetime
) -> Iterator[Json]:
    started = {"testCaseStartedId": f"execution-{number}"}
    yield {
        "testCaseStarted": {
            "id": f"execution-{number}",
            "testCaseId": f"test-{number}",
            "attempt": 0,
            "timestamp": _timestamp(began),
        }
    }
    decisive = _decisive(record)
    times = _step_times(record)
    for place, step in enumerate(record.steps):
        this = {**started, "testStepId": f"test-{number}-{place}"}
        begins, ends = (timedelta(seconds=at) for at in times[place])
        yield {"testStepStarted": {**this, "timestamp": _timestamp(began + begins)}}
        if place == decisive:
            yield {"attachment": {**this, **_attachment(record, run)}}
        decided = _decisive_result(record, verdict) if place == decisive else _result(step)
        result = {**decided, "duration": _duration(ends - begins)}
        yield {
            "testStepFinished": {
                **this,
                "testStepResult": result,
                "timestamp": _timestamp(began + ends),
            }
        }
    ended = _timestamp(began + timedelta(seconds=record.seconds))
    yield {"testCaseFinished": {**started, "timestamp": ended, "willBeRetried": False}}


def _decisive(record: ScenarioRecord) -> int:
    """Return the index of the first step that did not pass, or the number of steps if all passed.

    An unstable scenario has two runs. The first run in which a step did not pass counts.
    """
    for each in record.runs:
        for place, step in enumerate(each.steps):
            if step.outcome is not Outcome.PASSED:
                return place
    return len(record.steps)


def _step_times(record: ScenarioRecord) -> list[tuple[float, float]]:
    """Return when each step began and ended, in seconds. Steps that were not reached take 0 s."""
    reached = [entry.at for entry in record.timeline if entry.source == SENTENCE]
    reached = reached[: len(record.steps)]
    last = max([record.seconds, *reached])
    padded = [*reached, *[last] * (len(record.steps) - len(reached) + 1)]
    return list(itertools.pairwise(padded))


def _decisive_result(record: ScenarioRecord, verdict: Verdict) -> Json:
    """Return the result of the decisive step, with the reason for the scenario's status."""
    status = verdict.scenario_statuses[record.selector]
    return {"status": STATUSES[status], "message": f"{status}: {reason(record, verdict)}"}


def _result(step: StepRecord) -> Json:
    return {"status": "PASSED" if step.outcome is Outcome.PASSED else "SKIPPED"}


def _attachment(record: ScenarioRecord, run: Run) -> Json:
    return {"body": log(record, run), "contentEncoding": "IDENTITY", "mediaType": "text/plain"}


def _timestamp(moment: datetime) -> Json:
    return _duration(moment - EPOCH)


def _duration(duration: timedelta) -> Json:
    seconds = duration.days * 86_400 + duration.seconds
    return {"seconds": seconds, "nanos": duration.microseconds * 1_000}
