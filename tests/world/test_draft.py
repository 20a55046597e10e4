import pytest

from pulsecheck.driver.protocol import PULSE_INPUT, PULSE_OUTPUT, Transport
from pulsecheck.world.draft import SCOPE, ProjectDraft


@pytest.fixture
def draft() -> ProjectDraft:
    made = ProjectDraft()
    for name in ("main", "other"):
        made.add_connection(name, "http://127.0.0.1", 80, (Transport.WEBSOCKET,))
        made.add_standard_nodes(name)
    return made


def test_the_nodes_of_the_first_connection_are_named_as_their_types(draft: ProjectDraft) -> None:
    assert draft.first == "main"
    assert draft.node_of("Socket.IO Stop", "main") == "Socket.IO Stop"


def test_the_nodes_of_another_connection_include_its_name(draft: ProjectDraft) -> None:
    assert draft.node_of("Socket.IO Stop", "other") == "Socket.IO Stop (other)"


def test_each_node_has_its_connection_in_configuration(draft: ProjectDraft) -> None:
    nodes = {node.id: node for node in draft.project().logic[SCOPE].nodes}
    assert nodes[draft.node_id("Socket.IO Stop (other)")].attributes == {"Configuration": "other"}


def test_a_node_in_which_nothing_is_chosen_has_no_configuration(draft: ProjectDraft) -> None:
    draft.add_node("loose", "Socket.IO Start", None)
    assert draft.project().logic[SCOPE].nodes[-1].attributes == {}


def test_a_pulse_link_goes_from_an_output_to_an_input(draft: ProjectDraft) -> None:
    link = draft.pulse_link("A", "B")
    assert (link.source.node, link.source.socket) == (draft.node_id("A"), PULSE_OUTPUT)
    assert (link.target.node, link.target.socket) == (draft.node_id("B"), PULSE_INPUT)


def test_the_id_of_another_project_has_no_name(draft: ProjectDraft) -> None:
    other = ProjectDraft().node_id("Socket.IO Stop")
    assert draft.node_name(other) is None
    assert draft.node_name(draft.node_id("Socket.IO Stop")) == "Socket.IO Stop"


def test_ids_in_requests_are_replaced_by_names(draft: ProjectDraft) -> None:
    stop, other = draft.node_id("Socket.IO Stop"), ProjectDraft().node_id("Socket.IO Stop")
    params = {"links": ({"source": {"node": stop}},), "id": stop, "text": stop, "node": other}
    assert draft.with_names(params) == {
        "links": [{"source": {"node": "Socket.IO Stop"}}],
        "id": "Socket.IO Stop",
        "text": stop,
        "node": other,
    }


def test_a_scenario_without_a_connection_is_an_error() -> None:
    with pytest.raises(LookupError, match="Begin it with a project that has one"):
        _ = ProjectDraft().first


def test_a_node_and_its_links_are_in_the_scope_of_the_node(draft: ProjectDraft) -> None:
    draft.set_scope("Socket.IO Stop", "Scene")
    draft.add_link(draft.pulse_link("Socket.IO Stop", "Socket.IO Start"))
    logic = draft.project().logic
    assert [node.id for node in logic["Scene"].nodes] == [draft.node_id("Socket.IO Stop")]
    assert len(logic["Scene"].links) == 1
    assert len(logic[SCOPE].nodes) == 7
    assert not logic[SCOPE].links


def test_an_unknown_node_has_no_scope(draft: ProjectDraft) -> None:
    with pytest.raises(KeyError):
        draft.set_scope("Socket.IO Stopp", "Scene")


def test_only_declared_standard_nodes_are_added() -> None:
    draft = ProjectDraft({"Socket.IO Start", "On Socket.IO Stop"})
    draft.add_connection("main", "http://127.0.0.1", 80, (Transport.WEBSOCKET,))
    draft.add_standard_nodes("main")
    types = [node.type for node in draft.project().logic[SCOPE].nodes]
    assert types == ["Socket.IO Start", "On Socket.IO Stop"]


def test_a_sentence_whose_needs_are_not_marked_is_an_error_of_the_harness() -> None:
    draft = ProjectDraft({"Socket.IO Start"})
    draft.add_connection("main", "http://127.0.0.1", 80, (Transport.WEBSOCKET,))
    draft.add_standard_nodes("main")
    with pytest.raises(LookupError) as raised:
        draft.add_node("sender", "Socket.IO Send", "main")
    assert str(raised.value) == (
        'the sentence uses a node "Socket.IO Send", which the driver does not declare. Add the '
        "decorator `needs` of pulsecheck.suite.needs to the sentence's step definition."
    )
    with pytest.raises(LookupError, match="which the driver does not declare"):
        draft.node_of("Socket.IO Stop", "main")
