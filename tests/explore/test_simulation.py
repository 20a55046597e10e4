"""Hand-written plans: which nodes execute after an action, and in which situations."""

import pytest

from pulsecheck.driver.protocol import NodeName
from pulsecheck.explore.dimensions import ENDS, TEXT
from pulsecheck.explore.plan import Plan, PlannedConnection, PlannedNode, Word
from pulsecheck.explore.sequence import Situation
from pulsecheck.explore.simulation import Simulation

NEWS, CHAT, DEFAULT = Word("news", "plain"), Word("/chat", "plain"), Word("/", "default")
MAIN = PlannedConnection(name=Word("main", "plain"), transport="WebSocket")
OTHER = PlannedConnection(name=Word("01", "number"), transport="long-polling")
SHARING = PlannedConnection(name=Word("MAIN", "letter case"), transport="WebSocket", shares="main")
HELD = "disconnects held"


def node(
    name: str,
    kind: NodeName,
    connection: str = "main",
    *,
    scope: str = "Project",
    namespace: Word = DEFAULT,
    is_enabled: bool = True,
    passes_through: bool = False,
) -> PlannedNode:
    has_event = kind in {NodeName.SEND, NodeName.SUBSCRIBE, NodeName.UNSUBSCRIBE}
    return PlannedNode(
        name=name,
        kind=kind,
        connection=connection,
        scope=scope,
        is_enabled=is_enabled,
        passes_through=passes_through,
        event=NEWS if has_event else None,
        namespace=namespace if has_event else None,
    )


STANDARD = (
    node("Start", NodeName.START),
    node("Stop", NodeName.STOP),
    node("On Start", NodeName.ON_START),
    node("On Stop", NodeName.ON_STOP),
)
SUBSCRIBE, UNSUBSCRIBE = (
    node("Subscribe", NodeName.SUBSCRIBE),
    node("Unsubscribe", NodeName.UNSUBSCRIBE),
)
RECEIVE, SEND = node("On Receive", NodeName.ON_RECEIVE), node("Send", NodeName.SEND)


class Simulated:
    """A simulation whose actions name nodes."""

    def __init__(
        self,
        *nodes: PlannedNode,
        connections: tuple[PlannedConnection, ...] = (MAIN,),
        links: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.plan = Plan(connections=connections, nodes=(*STANDARD, *nodes), links=links)
        self.simulation = Simulation(self.plan)

    def pulse(self, *names: str) -> list[Situation]:
        """Pulse nodes one after the other. Return the situations of the last."""
        return [list(self.simulation.pulse(self.plan.node(name))) for name in names][-1]

    def emit(self, namespace: Word = DEFAULT, payload: str = TEXT) -> list[Situation]:
        return list(self.simulation.emit("main", NEWS, namespace, payload))

    def hold(self, what: str = HELD, *, is_settled: bool = True) -> None:
        self.simulation.hold("main", what, is_settled=is_settled)

    def release(self) -> list[Situation]:
        return list(self.simulation.release("main"))

    def end(self, way: str, connection: str = "main") -> list[Situation]:
        return list(self.simulation.end(connection, way))


def kinds(situations: list[Situation]) -> list[str]:
    return [each["node"].replace("Socket.IO ", "") for each in situations]


def column(situations: list[Situation], dimension: str) -> list[str | None]:
    return [each.get(dimension) for each in situations]


# --- starting and stopping ------------------------------------------------------------------


def test_start_makes_on_start_execute() -> None:
    always = {
        "scope": "Project",
        "transport": "WebSocket",
        "connections": "one",
        "cycle": "first",
        "connection name": "plain",
    }
    assert Simulated().pulse("Start") == [
        {**always, "node": "Socket.IO Start", "place": "first on the branch"},
        {**always, "node": "On Socket.IO Start", "listeners": "one"},
    ]


def test_stop_makes_on_stop_execute() -> None:
    stop, on_stop = Simulated().pulse("Start", "Stop")
    assert (stop["node"], on_stop["node"]) == ("Socket.IO Stop", "On Socket.IO Stop")
    assert (on_stop["end"], on_stop["hold"]) == ("Stop", "nothing held")
    assert "end" not in stop
    assert "hold" not in stop


def test_a_second_start_starts_nothing() -> None:
    assert kinds(Simulated().pulse("Start", "Start")) == ["Start"]


def test_stop_without_a_connection_stops_nothing() -> None:
    assert kinds(Simulated().pulse("Stop")) == ["Stop"]
    assert kinds(Simulated().pulse("Start", "Stop", "Stop")) == ["Stop"]


def test_each_connection_begins_a_cycle() -> None:
    simulated = Simulated()
    cycles = []
    for _ in range(4):
        cycles.append(column(simulated.pulse("Start"), "cycle")[-1])
        assert column(simulated.pulse("Stop"), "cycle") == [cycles[-1]] * 2
    assert cycles == ["first", "second", "third or later", "third or later"]


def test_a_situation_tells_scope_transport_and_connection() -> None:
    far = node("Far", NodeName.START, "01", scope="Scene")
    (found,) = Simulated(far, connections=(MAIN, OTHER)).pulse("Far")
    assert found == {
        "node": "Socket.IO Start",
        "scope": "Scene",
        "transport": "long-polling",
        "connections": "two",
        "cycle": "first",
        "connection name": "number",
        "place": "first on the branch",
    }


def test_a_connection_has_its_own_cycles() -> None:
    far = (node("Far", NodeName.START, "01"), node("On Far", NodeName.ON_START, "01"))
    simulated = Simulated(*far, connections=(MAIN, OTHER))
    simulated.pulse("Start", "Stop", "Start")
    assert column(simulated.pulse("Far"), "cycle") == ["first", "first"]


@pytest.mark.parametrize(
    ("further", "count"), [(0, "one"), (1, "two"), (2, "three or more"), (3, "three or more")]
)
def test_all_listeners_of_a_connection_execute(further: int, count: str) -> None:
    listeners = [node(f"On Start {number}", NodeName.ON_START) for number in range(further)]
    elsewhere = node("Elsewhere", NodeName.ON_START, "01")
    found = Simulated(*listeners, elsewhere, connections=(MAIN, OTHER)).pulse("Start")
    assert column(found[1:], "listeners") == [count] * (further + 1)


# --- ends by others -------------------------------------------------------------------------


@pytest.mark.parametrize("way", ENDS[1:])
def test_on_stop_tells_how_the_connection_ended(way: str) -> None:
    simulated = Simulated()
    simulated.pulse("Start")
    (found,) = simulated.end(way)
    assert (found["node"], found["end"], found["cycle"]) == ("On Socket.IO Stop", way, "first")


def test_a_connection_that_was_ended_can_be_started_and_stopped_again() -> None:
    simulated = Simulated()
    simulated.pulse("Start")
    simulated.end("the network is reset")
    assert column(simulated.pulse("Start"), "cycle") == ["first", "second"]
    assert column(simulated.pulse("Stop"), "end") == [None, "Stop"]


def test_stop_after_an_end_makes_on_stop_execute_no_more() -> None:
    simulated = Simulated()
    simulated.pulse("Start")
    simulated.end("the network is reset")
    assert kinds(simulated.pulse("Stop")) == ["Stop"]


# --- faults ---------------------------------------------------------------------------------


@pytest.mark.parametrize("what", [HELD, "end of the network connection delayed"])
def test_a_held_stop_finishes_when_the_server_releases_it(what: str) -> None:
    simulated = Simulated()
    simulated.pulse("Start")
    simulated.hold(what)
    assert kinds(simulated.pulse("Stop")) == ["Stop"]
    (found,) = simulated.release()
    assert (found["node"], found["hold"], found["end"]) == ("On Socket.IO Stop", what, "Stop")
    assert column(simulated.pulse("Start", "Stop"), "hold") == [None, "nothing held"]


def test_a_hold_alone_ends_nothing() -> None:
    simulated = Simulated()
    simulated.pulse("Start")
    simulated.hold()
    assert simulated.release() == []
    assert kinds(simulated.pulse("Stop")) == ["Stop", "On Stop"]


def test_a_start_while_a_stop_is_held_starts_nothing() -> None:
    simulated = Simulated()
    simulated.pulse("Start")
    simulated.hold()
    assert kinds(simulated.pulse("Stop", "Start")) == ["Start"]


def test_a_held_server_still_accepts_connections() -> None:
    simulated = Simulated()
    simulated.hold()
    assert kinds(simulated.pulse("Start")) == ["Start", "On Start"]


def test_an_end_by_the_server_while_it_holds_disconnects_tells_both() -> None:
    simulated = Simulated()
    simulated.pulse("Start")
    simulated.hold()
    (found,) = simulated.end("the network is reset")
    assert (found["end"], found["hold"]) == ("the network is reset", HELD)


def test_after_a_fault_in_the_middle_of_things_nothing_is_certain() -> None:
    simulated = Simulated()
    simulated.pulse("Start")
    simulated.hold(is_settled=False)
    assert simulated.simulation.states["main"].phase == "unknown"
    assert kinds(simulated.pulse("Stop")) == ["Stop"]
    assert simulated.release() == []
    simulated.pulse("Stop")
    assert kinds(simulated.pulse("Start")) == ["Start", "On Start"], "after a Stop it is idle"


def test_a_start_without_an_answer_finishes_when_the_server_is_back() -> None:
    simulated = Simulated()
    simulated.hold("answers withheld")
    assert kinds(simulated.pulse("Start")) == ["Start"]
    assert kinds(simulated.release()) == ["On Start"]
    assert kinds(simulated.pulse("Stop")) == ["Stop", "On Stop"]


def test_a_refused_start_makes_on_error_execute() -> None:
    simulated = Simulated(node("On Error", NodeName.ON_ERROR))
    simulated.hold("connections refused")
    assert kinds(simulated.pulse("Start")) == ["Start", "On Error"]
    assert simulated.release() == []


@pytest.mark.parametrize("what", ["out of service", "gone"])
def test_what_a_start_without_a_server_does_is_not_certain(what: str) -> None:
    simulated = Simulated(node("On Error", NodeName.ON_ERROR))
    simulated.hold(what)
    assert kinds(simulated.pulse("Start")) == ["Start"]
    assert simulated.release() == []


def test_a_fault_is_a_matter_of_one_server() -> None:
    far = (node("Far", NodeName.START, "01"), node("On Far", NodeName.ON_START, "01"))
    simulated = Simulated(*far, connections=(MAIN, OTHER))
    simulated.hold("gone")
    assert kinds(simulated.pulse("Far")) == ["Start", "On Start"]


def test_a_stop_that_follows_a_released_start_finishes() -> None:
    simulated = Simulated(links=(("On Start", "Stop"),))
    simulated.hold("answers withheld")
    simulated.pulse("Start")
    assert kinds(simulated.release()) == ["On Start", "Stop", "On Stop"]
    assert kinds(simulated.pulse("Start")) == ["Start", "On Start", "Stop", "On Stop"]


# --- messages -------------------------------------------------------------------------------


def test_a_send_tells_event_namespace_and_message() -> None:
    simulated = Simulated(SEND)
    (found,) = simulated.simulation.pulse(SEND, Word("007", "number"))
    words = [found[name] for name in ("event name", "namespace", "message")]
    assert words == ["plain", "default", "number"]
    assert found["place"] == "first on the branch"


def test_an_event_reaches_a_subscribed_connection() -> None:
    simulated = Simulated(SUBSCRIBE, RECEIVE)
    simulated.pulse("Start")
    assert simulated.emit() == []
    assert kinds(simulated.pulse("Subscribe")) == ["Subscribe"]
    (found,) = simulated.emit(payload="null")
    assert found == {
        "node": "On Socket.IO Receive",
        "scope": "Project",
        "transport": "WebSocket",
        "connections": "one",
        "cycle": "first",
        "connection name": "plain",
        "listeners": "one",
        "event name": "plain",
        "namespace": "default",
        "payload": "null",
    }


def test_a_subscription_is_for_an_event_in_a_namespace() -> None:
    simulated = Simulated(node("Chat", NodeName.SUBSCRIBE, namespace=CHAT), RECEIVE)
    simulated.pulse("Start", "Chat")
    assert simulated.emit(DEFAULT) == []
    assert kinds(simulated.emit(CHAT)) == ["On Receive"]
    assert simulated.simulation.states["main"].joined == {"/", "/chat"}


def test_each_receiving_node_of_the_connection_executes() -> None:
    simulated = Simulated(SUBSCRIBE, RECEIVE, node("Again", NodeName.ON_RECEIVE))
    simulated.pulse("Start", "Subscribe")
    assert column(simulated.emit(), "listeners") == ["two", "two"]


def test_no_event_is_received_after_unsubscribe() -> None:
    simulated = Simulated(SUBSCRIBE, UNSUBSCRIBE, RECEIVE)
    simulated.pulse("Start", "Subscribe", "Unsubscribe")
    assert simulated.emit() == []


def test_on_subscribe_and_on_unsubscribe_execute_for_a_change_alone() -> None:
    simulated = Simulated(
        SUBSCRIBE,
        UNSUBSCRIBE,
        node("On Subscribe", NodeName.ON_SUBSCRIBE),
        node("On Unsubscribe", NodeName.ON_UNSUBSCRIBE),
    )
    simulated.pulse("Start")
    assert kinds(simulated.pulse("Subscribe")) == ["Subscribe", "On Subscribe"]
    assert kinds(simulated.pulse("Subscribe")) == ["Subscribe"]
    assert kinds(simulated.pulse("Unsubscribe")) == ["Unsubscribe", "On Unsubscribe"]
    assert kinds(simulated.pulse("Unsubscribe")) == ["Unsubscribe"]


def test_a_message_in_a_namespace_joins_it_while_the_connection_is_open() -> None:
    simulated = Simulated(node("Chat", NodeName.SEND, namespace=CHAT))
    state = simulated.simulation.states["main"]
    simulated.pulse("Chat")
    assert state.joined == set()
    simulated.pulse("Start", "Chat")
    assert state.joined == {"/", "/chat"}
    simulated.pulse("Stop", "Start")
    assert state.joined == {"/"}


# --- one server for two connections ---------------------------------------------------------


def shared() -> Simulated:
    return Simulated(
        node("Start too", NodeName.START, "MAIN"),
        node("Stop too", NodeName.STOP, "MAIN"),
        node("On Stop too", NodeName.ON_STOP, "MAIN"),
        SUBSCRIBE,
        node("Subscribe too", NodeName.SUBSCRIBE, "MAIN"),
        RECEIVE,
        node("On Receive too", NodeName.ON_RECEIVE, "MAIN"),
        connections=(MAIN, SHARING),
    )


def test_an_event_reaches_all_connections_of_a_server() -> None:
    simulated = shared()
    simulated.pulse("Start", "Start too", "Subscribe", "Subscribe too")
    found = simulated.emit()
    assert column(found, "connection name") == ["plain", "letter case"]
    assert column(found, "connections") == ["two with one server"] * 2


def test_a_server_releases_all_its_connections() -> None:
    simulated = shared()
    simulated.pulse("Start", "Start too")
    simulated.hold()
    simulated.pulse("Stop", "Stop too")
    assert column(simulated.release(), "connection name") == ["plain", "letter case"]


def test_an_event_does_not_reach_a_connection_that_is_not_open() -> None:
    simulated = shared()
    simulated.pulse("Start", "Subscribe", "Subscribe too")
    assert column(simulated.emit(), "connection name") == ["plain"]


# --- branches -------------------------------------------------------------------------------


def test_a_pulse_goes_on_along_the_branch() -> None:
    sends = [node(f"Send {number}", NodeName.SEND) for number in range(3)]
    links = (("Start", "Send 0"), ("Send 0", "Send 1"), ("Send 1", "Send 2"))
    found = Simulated(*sends, links=links).pulse("Start")
    assert kinds(found) == ["Start", "On Start", "Send", "Send", "Send"]
    assert column(found, "place") == [
        "first on the branch",
        None,
        "second on the branch",
        "later on the branch",
        "later on the branch",
    ]
    assert column(found, "message") == [None] * 5


def test_a_listener_is_the_first_on_its_branch() -> None:
    found = Simulated(SEND, links=(("On Start", "Send"),)).pulse("Start")
    assert kinds(found) == ["Start", "On Start", "Send"]
    assert column(found, "place") == ["first on the branch", None, "second on the branch"]


def test_all_listeners_execute_before_the_branches_go_on() -> None:
    further = node("On Start 2", NodeName.ON_START)
    found = Simulated(further, SEND, links=(("On Start", "Send"),)).pulse("Start")
    assert kinds(found) == ["Start", "On Start", "On Start", "Send"]


def test_a_branch_may_start_the_connection_again() -> None:
    simulated = Simulated(links=(("On Stop", "Start"),))
    simulated.pulse("Start")
    found = simulated.pulse("Stop")
    assert kinds(found) == ["Stop", "On Stop", "Start", "On Start"]
    assert column(found, "cycle") == ["first", "first", "first", "second"]


def test_a_branch_may_end_at_a_node_that_has_no_connection() -> None:
    simulated = Simulated(SEND, links=(("Send", "Start"),))
    assert kinds(simulated.pulse("Send")) == ["Send"]
    simulated.pulse("Start")
    assert kinds(simulated.pulse("Send")) == ["Send", "Start"]


def test_a_disabled_node_ends_the_branch_and_does_nothing() -> None:
    off = node("Off", NodeName.STOP, is_enabled=False)
    simulated = Simulated(off, SEND, links=(("Off", "Send"),))
    simulated.pulse("Start")
    assert kinds(simulated.pulse("Off")) == ["Stop"]
    assert simulated.simulation.states["main"].phase == "open"


def test_a_disabled_listener_does_not_execute() -> None:
    off = node("Off", NodeName.ON_START, is_enabled=False)
    found = Simulated(off, SEND, links=(("Off", "Send"),)).pulse("Start")
    assert kinds(found) == ["Start", "On Start"]
    assert found[1]["listeners"] == "one"


def test_a_node_with_pass_through_does_nothing_and_goes_on() -> None:
    through = node("Through", NodeName.STOP, passes_through=True)
    simulated = Simulated(through, SEND, links=(("Through", "Send"),))
    simulated.pulse("Start")
    assert kinds(simulated.pulse("Through")) == ["Stop", "Send"]
    assert simulated.simulation.states["main"].phase == "open"
