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


def test_the_nodes_of_another_connection_carry_its_name(draft: ProjectDraft) -> None:
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


def test_an_id_of_another_project_is_known_as_such(draft: ProjectDraft) -> None:
    stale = ProjectDraft().node_id("Socket.IO Stop")
    assert draft.node_name(stale) is None
    assert draft.node_name(draft.node_id("Socket.IO Stop")) == "Socket.IO Stop"


def test_requests_are_told_by_the_names_of_nodes(draft: ProjectDraft) -> None:
    stop, stale = draft.node_id("Socket.IO Stop"), ProjectDraft().node_id("Socket.IO Stop")
    params = {"links": ({"source": {"node": stop}},), "id": stop, "text": stop, "node": stale}
    assert draft.with_names(params) == {
        "links": [{"source": {"node": "Socket.IO Stop"}}],
        "id": "Socket.IO Stop",
        "text": stop,
        "node": stale,
    }


def test_a_scenario_without_a_connection_is_told_so() -> None:
    with pytest.raises(LookupError, match="begin it with a project that has one"):
        _ = ProjectDraft().first
