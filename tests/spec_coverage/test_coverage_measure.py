import pytest
from msgspec.structs import replace

from pulsecheck.coverage.gaps import gaps
from pulsecheck.coverage.measure import Coverage, CoverageState, ForeignRunError
from pulsecheck.coverage.sockets import ExercisedSocket, exercised
from pulsecheck.driver.protocol import NodeName
from pulsecheck.results.records import Outcome
from sample_run import scenario
from sample_specification import (
    EVERYTHING,
    FEEDS,
    RECEIVE,
    SEND,
    Specification,
    entry,
    opened,
    pulse,
    pulsed,
)


def figures(coverage: Coverage) -> dict[str, tuple[int, int, int]]:
    return {
        found.name: (found.covered, found.total, found.not_applicable) for found in coverage.figures
    }


def gap_texts(coverage: Coverage) -> list[str]:
    return [f"{gap.kind} {gap.name}: {gap.reason}" for gap in gaps(coverage)]


def test_a_run_of_all_scenarios_covers_everything(specification: Specification) -> None:
    coverage = specification.measure(
        specification.record(0, timeline=EVERYTHING), specification.record(1)
    )
    assert gap_texts(coverage) == []
    assert coverage.is_complete
    assert figures(coverage) == {
        "documented facts": (2, 2, 0),
        "scenarios": (2, 2, 0),
        "step definitions": (4, 4, 0),
        "node sockets": (7, 7, 0),
    }


def test_a_failed_scenario_covers_the_steps_that_it_reached(specification: Specification) -> None:
    record = specification.record(0, Outcome.FAILED)
    stopped = replace(record.steps[1], outcome=Outcome.FAILED)
    record = replace(
        record, steps=(record.steps[0], stopped, replace(record.steps[2], outcome=None))
    )
    coverage = specification.measure(record, specification.record(1, timeline=EVERYTHING))
    assert [fact.state for fact in coverage.facts] == [CoverageState.COVERED, CoverageState.COVERED]
    place = next(found.where for found in coverage.definitions if "sees it" in found.text)
    assert gap_texts(coverage) == [
        f'step definition "Then coverage sees it wait" ({place}): no scenario reached it (failed)'
    ]


def test_a_step_counts_once_per_scenario_and_by_its_kind(specification: Specification) -> None:
    specification.feature_text = specification.feature_text.replace(
        "    When it is", "    And a connection of coverage\n    When it is"
    )
    coverage = specification.measure(specification.record(0), specification.record(1))
    ran = {
        found.text: (found.kind, found.ran, len(found.scenarios)) for found in coverage.definitions
    }
    assert ran == {
        "a connection of coverage": ("given", 2, 2),
        "it is stopped, for coverage": ("when", 1, 1),
        "news is sent, for coverage": ("when", 1, 1),
        "coverage sees it wait": ("then", 1, 1),
    }


def test_a_step_definition_that_no_scenario_uses_is_a_gap(specification: Specification) -> None:
    (planted, *_) = specification.definitions
    unused = replace(planted, kind="then", where="planted.py:7")
    specification.definitions.append(unused)
    coverage = specification.measure(
        specification.record(0, timeline=EVERYTHING), specification.record(1)
    )
    assert not coverage.is_complete
    assert gap_texts(coverage) == [
        f'step definition "Then {planted.parser.name}" (planted.py:7): no scenario uses it'
    ]


def test_a_fact_without_a_scenario_is_a_gap(specification: Specification) -> None:
    more = specification.catalogue_text.replace("STO-5", "STO-6")
    specification.catalogue_text += more.partition('[[requirement]]\nid = "SND')[0]
    coverage = specification.measure(
        specification.record(0, timeline=EVERYTHING), specification.record(1)
    )
    assert gap_texts(coverage) == ["fact STO-6: no scenario shows it"]
    assert figures(coverage)["documented facts"] == (2, 3, 0)


def test_a_gap_has_the_reason(specification: Specification) -> None:
    blocked = specification.record(1, Outcome.BLOCKED, blocked_by="STO-5")
    coverage = specification.measure(specification.record(0, timeline=EVERYTHING), blocked)
    sent = next(found for found in gap_texts(coverage) if found.startswith("step"))
    assert gap_texts(coverage) == ["fact SND-1: no scenario reached it (blocked)", sent]
    assert sent.endswith("no scenario reached it (blocked)")
    coverage = specification.measure(specification.record(0, timeline=EVERYTHING))
    assert gap_texts(coverage)[0] == "fact SND-1: no scenario reached it (not selected)"


def test_a_scenario_that_did_not_run_is_a_gap_although_its_fact_is_covered(
    specification: Specification,
) -> None:
    specification.feature_text += "      | more news |\n"
    coverage = specification.measure(
        specification.record(0, timeline=EVERYTHING), specification.record(1)
    )
    assert gap_texts(coverage) == ["scenario Send sends [more_news]: not selected"]


def test_a_node_type_that_was_not_declared_is_not_a_gap(specification: Specification) -> None:
    specification.nodes = (NodeName.CONNECTION_NODES,)
    skipped = specification.record(1, Outcome.NOT_APPLICABLE)
    coverage = specification.measure(
        specification.record(0, timeline=EVERYTHING[:1] + EVERYTHING[-1:]), skipped
    )
    assert coverage.is_complete
    assert figures(coverage) == {
        "documented facts": (1, 1, 1),
        "scenarios": (1, 1, 1),
        "step definitions": (3, 3, 1),
        "node sockets": (1, 1, 6),
    }


def test_a_failed_scenario_of_a_should_requirement_covers_it(specification: Specification) -> None:
    coverage = specification.measure(
        specification.record(0), specification.record(1, Outcome.FAILED)
    )
    assert [scenario.status for scenario in coverage.scenarios] == ["passed", "warning"]
    assert [scenario.state for scenario in coverage.scenarios] == [CoverageState.COVERED] * 2


def test_an_errored_scenario_covers_nothing(specification: Specification) -> None:
    coverage = specification.measure(
        specification.record(0, Outcome.ERRORED), specification.record(1, timeline=EVERYTHING)
    )
    assert "fact STO-5: no scenario reached it (errored)" in gap_texts(coverage)


def test_unused_sockets_are_gaps(specification: Specification) -> None:
    coverage = specification.measure(specification.record(0), specification.record(1))
    assert figures(coverage)["node sockets"] == (0, 7, 0)
    assert gap_texts(coverage)[0] == (
        "socket Socket.IO Send, input Pulse Input: not exercised by any scenario of this run"
    )


def test_a_run_of_other_features_is_rejected(specification: Specification) -> None:
    with pytest.raises(ForeignRunError) as error:
        specification.measure(scenario("STO-5", "Of old", Outcome.PASSED))
    assert str(error.value) == (
        'has the scenario "of_old", which is not in these features\n'
        "  Name the features of that run with --features DIR, or run the check again."
    )


ENTRIES = {
    "an attribute of a node that executed": (
        [opened(SEND), pulse(SEND)],
        {("input", "Pulse Input"), ("input", "Event Name")},
    ),
    "a value that came with the pulse": (
        [opened(SEND), pulse(SEND, Namespace='/a "b\\": c')],
        {("input", "Pulse Input"), ("input", "Event Name"), ("input", "Namespace")},
    ),
    "an input connected to a node that pulsed": (
        [opened(SEND, RECEIVE, links=[FEEDS]), pulsed(RECEIVE), pulsed(SEND)],
        {
            ("input", "Pulse Input"),
            ("input", "Event Name"),
            ("input", "Message"),
            ("output", "Pulse Output"),
        },
    ),
    "an input connected to a node that did not pulse": (
        [opened(SEND, RECEIVE, links=[FEEDS]), pulsed(SEND)],
        {("input", "Pulse Input"), ("input", "Event Name"), ("output", "Pulse Output")},
    ),
    "a node that did not execute": ([opened(SEND)], set()),
    "a node of a project that was closed": (
        [opened(SEND), entry("pulsed of a closed project", node="sender #7")],
        set(),
    ),
    "a project that is too long to keep": (
        [entry("request", method="project/open", params={"project": {"logic": "…"}}), pulsed(SEND)],
        {("output", "Pulse Output")},
    ),
}


@pytest.mark.parametrize("case", ENTRIES)
def test_sockets_are_found_in_the_timeline(case: str) -> None:
    entries, expected = ENTRIES[case]
    found = exercised(scenario("STO-5", "x", Outcome.PASSED, timeline=tuple(entries)))
    assert {socket[1:] for socket in found if socket.node == SEND.type} == expected


def test_the_outputs_of_a_pulse_are_exercised() -> None:
    timeline = (opened(RECEIVE), pulsed(RECEIVE, Namespace="/", Message='"Other": 1'))
    record = scenario("STO-5", "x", Outcome.PASSED, timeline=timeline)
    assert {found for found in exercised(record) if found.side == "output"} == {
        ExercisedSocket(RECEIVE.type, "output", name)
        for name in ("Pulse Output", "Namespace", "Message")
    }
