"""The projects of sequences: what a user can build, without a branch that repeats itself."""

from collections import Counter
from random import Random

import pytest

from pulsecheck.driver.protocol import NodeName
from pulsecheck.explore.dimensions import ACTIONS
from pulsecheck.explore.generator import FAULTS, generate
from pulsecheck.explore.plan import Plan, PlannedConnection, PlannedNode, Word, sentences_of
from pulsecheck.explore.planning import Profile, can_repeat, generate_plan
from pulsecheck.explore.simulation import MAX_BRANCH, Simulation

SEEDS = range(400)
REFUSING = ("answers withheld", "connections refused", "out of service", "gone")
"""The faults that are more than a hold."""


def numbers(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - no secret depends on it


@pytest.fixture(scope="module")
def plans(full: Profile) -> tuple[Plan, ...]:
    return tuple(generate_plan(numbers(seed), full) for seed in SEEDS)


def planned(kinds: dict[str, NodeName], *links: tuple[str, str]) -> Plan:
    """Return a plan with one connection and these nodes, by name."""
    nodes = (
        PlannedNode(name=name, kind=kind, connection="main", scope="Project")
        for name, kind in kinds.items()
    )
    connection = PlannedConnection(name=Word("main", "plain"), transport="WebSocket")
    return Plan(connections=(connection,), nodes=tuple(nodes), links=links)


def test_links_never_let_a_branch_execute_itself_again(plans: tuple[Plan, ...]) -> None:
    assert sum(len(plan.links) > 1 for plan in plans) > 50
    assert [plan for plan in plans if can_repeat(plan, may_be_refused=False)] == []


def test_no_pulse_comes_back_over_links(plans: tuple[Plan, ...]) -> None:
    for plan in plans:
        for node in plan.nodes:
            passed, after = [node.name], plan.after(node.name)
            while after is not None:
                assert after.name not in passed
                passed.append(after.name)
                after = plan.after(after.name)


def test_no_action_reaches_the_limit_of_the_simulation(plans: tuple[Plan, ...]) -> None:
    for plan in plans:
        simulation = Simulation(plan)
        for node in (*plan.actions(), *plan.actions()):
            assert len(simulation.pulse(node)) < MAX_BRANCH


def test_the_names_of_nodes_are_unique(plans: tuple[Plan, ...]) -> None:
    for plan in plans:
        names = Counter(node.name for node in plan.nodes)
        assert names.most_common(1)[0][1] == 1


def test_the_names_of_connections_are_unique(plans: tuple[Plan, ...]) -> None:
    for plan in plans:
        assert len({each.name.text for each in plan.connections}) == len(plan.connections)
    assert {len(plan.connections) for plan in plans} == {1, 2, 3}


def test_an_output_has_one_link_at_most(plans: tuple[Plan, ...]) -> None:
    for plan in plans:
        assert len({source for source, _ in plan.links}) == len(plan.links)


def test_links_lead_to_nodes_with_a_pulse_input(plans: tuple[Plan, ...]) -> None:
    targets = {plan.node(target).kind for plan in plans for _, target in plan.links}
    assert targets == set(ACTIONS)


def test_two_connections_with_one_server_have_the_same_transport(plans: tuple[Plan, ...]) -> None:
    shared = [plan for plan in plans if plan.shape == "two with one server"]
    assert shared
    for plan in shared:
        one, other = plan.connections
        assert (one.shares, other.shares) == ("", one.name.text)
        assert one.transport == other.transport
        assert plan.server(other.name.text) == one.name.text


def test_only_nodes_with_an_event_name_have_an_event_and_a_namespace(
    plans: tuple[Plan, ...],
) -> None:
    have = {NodeName.SEND, NodeName.SUBSCRIBE, NodeName.UNSUBSCRIBE}
    for plan in plans:
        for node in plan.nodes:
            assert (node.event is not None) == (node.namespace is not None) == (node.kind in have)


def test_each_sentence_of_a_project_uses_what_was_made_before(plans: tuple[Plan, ...]) -> None:
    for plan in plans:
        made: set[str] = set()
        for sentence in sentences_of(plan):
            assert sentence.uses <= made | {sentence.makes}
            made.add(sentence.makes)


LOOPS: dict[str, tuple[dict[str, NodeName], tuple[str, str]]] = {
    "a link to itself": ({"a": NodeName.STOP}, ("a", "a")),
    "On Start to Start": (
        {"Start": NodeName.START, "On Start": NodeName.ON_START},
        ("On Start", "Start"),
    ),
    "On Stop to Stop": (
        {"Stop": NodeName.STOP, "On Stop": NodeName.ON_STOP},
        ("On Stop", "Stop"),
    ),
    "On Error to Send": (
        {"Send": NodeName.SEND, "On Error": NodeName.ON_ERROR},
        ("On Error", "Send"),
    ),
    "On Error to Start": (
        {"Start": NodeName.START, "On Error": NodeName.ON_ERROR},
        ("On Error", "Start"),
    ),
    "On Subscribe to Subscribe": (
        {"Subscribe": NodeName.SUBSCRIBE, "On Subscribe": NodeName.ON_SUBSCRIBE},
        ("On Subscribe", "Subscribe"),
    ),
    "On Unsubscribe to Unsubscribe": (
        {"Unsubscribe": NodeName.UNSUBSCRIBE, "On Unsubscribe": NodeName.ON_UNSUBSCRIBE},
        ("On Unsubscribe", "Unsubscribe"),
    ),
}


@pytest.mark.parametrize("loop", LOOPS)
def test_a_branch_can_repeat_over_a_link_and_an_event(loop: str) -> None:
    kinds, link = LOOPS[loop]
    assert can_repeat(planned(kinds, link), may_be_refused=False)
    assert not can_repeat(planned(kinds), may_be_refused=True)


def test_a_branch_can_repeat_over_several_links() -> None:
    kinds = {"a": NodeName.SEND, "b": NodeName.SEND, "c": NodeName.STOP}
    assert can_repeat(planned(kinds, ("a", "b"), ("b", "c"), ("c", "a")), may_be_refused=False)
    assert not can_repeat(planned(kinds, ("a", "b"), ("b", "c")), may_be_refused=True)


def test_a_branch_can_repeat_over_two_events() -> None:
    kinds = {
        "Start": NodeName.START,
        "On Start": NodeName.ON_START,
        "Stop": NodeName.STOP,
        "On Stop": NodeName.ON_STOP,
    }
    links = (("On Start", "Stop"), ("On Stop", "Start"))
    assert can_repeat(planned(kinds, *links), may_be_refused=False)
    assert not can_repeat(planned(kinds, links[0]), may_be_refused=False)


def test_start_after_on_stop_repeats_only_if_the_server_may_refuse() -> None:
    plan = planned({"Start": NodeName.START, "On Stop": NodeName.ON_STOP}, ("On Stop", "Start"))
    assert not can_repeat(plan, may_be_refused=False)
    assert can_repeat(plan, may_be_refused=True)


def test_an_event_of_the_server_repeats_nothing() -> None:
    kinds = {"Send": NodeName.SEND, "On Receive": NodeName.ON_RECEIVE}
    assert not can_repeat(planned(kinds, ("On Receive", "Send")), may_be_refused=True)


def test_servers_refuse_connections_only_if_that_repeats_nothing(full: Profile) -> None:
    words = [FAULTS[each].partition('"')[0] for each in REFUSING]
    may_be_refused = set()
    for seed in SEEDS:
        texts = [each.text for each in generate(numbers(seed), full).actions]
        if any(word in text for word in words for text in texts):
            plan = generate_plan(numbers(seed), full)
            may_be_refused.add(can_repeat(plan, may_be_refused=True))
    assert may_be_refused == {False}


def test_links_stay_within_a_scope(plans: tuple[Plan, ...]) -> None:
    for plan in plans:
        for source, target in plan.links:
            assert plan.node(source).scope == plan.node(target).scope
