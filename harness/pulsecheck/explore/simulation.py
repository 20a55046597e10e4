"""What a right runtime does in a sequence: which nodes execute, in which situations.

The simulation knows what certainly happens. It serves to generate meaningful actions and to record
the situations that a sequence brings about. It never judges an implementation: the oracle does.
"""

from collections.abc import Iterator, Mapping

from pulsecheck.driver.protocol import NodeName
from pulsecheck.explore.dimensions import COUNTS, CYCLES, HOLDS, OF_NODES, PLACES
from pulsecheck.explore.plan import Plan, PlannedNode, Word
from pulsecheck.explore.sequence import Situation

MAX_BRANCH = 50
"""The number of nodes that one action executes at the most."""
NEEDS_CONNECTION = frozenset({NodeName.SEND, NodeName.SUBSCRIBE, NodeName.UNSUBSCRIBE})


class ConnectionState:
    """What is known about one connection of a simulated sequence.

    phase: "idle" (no connection, and nothing is left of an earlier one), "starting" (the server
        withholds its answer), "open", "closing" (Stop was executed while the server holds
        something), "ended" (somebody else than the client ended it), or "unknown".
    holds: the faults of its server that are active, by their words in sentences.
    """

    def __init__(self) -> None:
        self.phase = "idle"
        self.cycle = 0
        self.end = "Stop"
        self.holds: list[str] = []
        self.joined: set[str] = set()
        self.subscribed: set[tuple[str, str]] = set()


class Simulation:
    """Simulates a plan. Each method returns the situations that an action brings about."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.states = {each.name.text: ConnectionState() for each in plan.connections}
        self._executed = 0

    def pulse(self, node: PlannedNode, message: Word | None = None) -> tuple[Situation, ...]:
        """A pulse reaches a node. `message`: the text for Message, if a Send gets one."""
        self._executed = 0
        return tuple(self._branch(node, 0, message))

    def end(self, connection: str, way: str) -> tuple[Situation, ...]:
        """The server or the network ends a connection."""
        self._executed = 0
        state = self.states[connection]
        state.end = way
        state.phase = "ended"
        return tuple(self._events(NodeName.ON_STOP, connection))

    def release(self, server: str) -> tuple[Situation, ...]:
        """All faults of a server are released."""
        self._executed = 0
        found: list[Situation] = []
        for name in self.connections_of(server):
            state = self.states[name]
            if state.phase == "closing":
                state.phase = "idle"
                listening = tuple(self._listening(NodeName.ON_STOP, name))  # with what was held
                state.holds.clear()
                found += (*listening, *self._after_events(NodeName.ON_STOP, name))
            elif state.phase == "starting":
                state.phase = "idle"
                state.holds.clear()
                found += self._establish(name)
            state.holds.clear()
        return tuple(found)

    def hold(self, server: str, what: str, *, is_settled: bool) -> None:
        """A fault of a server begins, perhaps before the last actions have taken effect."""
        for name in self.connections_of(server):
            self.states[name].holds.append(what)
            if not is_settled:
                self.states[name].phase = "unknown"

    def emit(
        self, server: str, event: Word, namespace: Word, payload: str
    ) -> tuple[Situation, ...]:
        """The server emits an event."""
        self._executed = 0
        words = {"event name": event.kind, "namespace": namespace.kind, "payload": payload}
        return tuple(
            found
            for name in self.connections_of(server)
            if self.states[name].phase == "open"
            and namespace.text in self.states[name].joined
            and (namespace.text, event.text) in self.states[name].subscribed
            for found in self._events(NodeName.ON_RECEIVE, name, words)
        )

    def connections_of(self, server: str) -> tuple[str, ...]:
        names = (each.name.text for each in self.plan.connections)
        return tuple(name for name in names if self.plan.server(name) == server)

    # --- what follows -----------------------------------------------------------------------

    def _branch(
        self, node: PlannedNode | None, place: int, message: Word | None = None
    ) -> Iterator[Situation]:
        while node is not None and self._executed < MAX_BRANCH:
            self._executed += 1
            yield self._situation(node, self._words(node, place, message))
            if not node.is_enabled:
                return
            if not node.passes_through:
                yield from self._execute(node)
                if node.kind in NEEDS_CONNECTION and self.states[node.connection].phase != "open":
                    return  # the node may report an error instead of pulsing
            node, place, message = self.plan.after(node.name), place + 1, None

    def _words(self, node: PlannedNode, place: int, message: Word | None) -> dict[str, str]:
        words = {"event name": node.event, "namespace": node.namespace, "message": message}
        given = {key: word.kind for key, word in words.items() if word is not None}
        return {"place": PLACES[min(place, 2)], **given}

    def _execute(self, node: PlannedNode) -> Iterator[Situation]:
        name, state = node.connection, self.states[node.connection]
        key = (_text(node.namespace), _text(node.event))
        match node.kind:
            case NodeName.START:
                yield from self._start(name)
            case NodeName.STOP:
                yield from self._stop(name)
            case NodeName.SUBSCRIBE:
                is_new = key not in state.subscribed
                self._use(state, key)
                state.subscribed.add(key)
                if is_new:
                    yield from self._events(NodeName.ON_SUBSCRIBE, name)
            case NodeName.UNSUBSCRIBE:
                is_old = key in state.subscribed
                state.subscribed.discard(key)
                if is_old:
                    yield from self._events(NodeName.ON_UNSUBSCRIBE, name)
            case _:
                self._use(state, key)

    def _use(self, state: ConnectionState, key: tuple[str, str]) -> None:
        if state.phase == "open":
            state.joined.add(key[0])

    def _start(self, name: str) -> Iterator[Situation]:
        state = self.states[name]
        if state.phase not in {"idle", "ended"}:
            return
        if any(each not in HOLDS for each in state.holds):
            state.phase = "unknown"
            if "connections refused" in state.holds:
                yield from self._events(NodeName.ON_ERROR, name)
            elif state.holds[-1:] == ["answers withheld"]:
                state.phase = "starting"
            return
        yield from self._establish(name)

    def _establish(self, name: str) -> Iterator[Situation]:
        state = self.states[name]
        state.phase, state.joined = "open", {"/"}
        state.cycle += 1
        yield from self._events(NodeName.ON_START, name)

    def _stop(self, name: str) -> Iterator[Situation]:
        state = self.states[name]
        if state.phase == "open":
            state.end = "Stop"
            state.phase = "closing" if state.holds else "idle"
            if state.phase == "idle":
                yield from self._events(NodeName.ON_STOP, name)
        elif state.phase not in {"idle", "closing"}:
            state.phase = "unknown" if state.holds else "idle"

    def _events(
        self, kind: NodeName, connection: str, words: Mapping[str, str] | None = None
    ) -> Iterator[Situation]:
        yield from self._listening(kind, connection, words)
        yield from self._after_events(kind, connection)

    def _listening(
        self, kind: NodeName, connection: str, words: Mapping[str, str] | None = None
    ) -> Iterator[Situation]:
        listeners = self.plan.listeners(kind, connection)
        count = {"listeners": COUNTS[min(len(listeners), 3) - 1]}
        for node in listeners:
            yield self._situation(node, {**count, **(words or {})})

    def _after_events(self, kind: NodeName, connection: str) -> Iterator[Situation]:
        for node in self.plan.listeners(kind, connection):
            yield from self._branch(self.plan.after(node.name), 1)

    def _situation(self, node: PlannedNode, words: Mapping[str, str]) -> Situation:
        state, connection = self.states[node.connection], self.plan.connection(node.connection)
        known = {
            "node": node.kind,
            "scope": node.scope,
            "transport": connection.transport,
            "connections": self.plan.shape,
            "cycle": CYCLES[min(max(state.cycle, 1), 3) - 1],
            "connection name": connection.name.kind,
            "end": state.end,
            "hold": next((each for each in reversed(state.holds) if each in HOLDS), HOLDS[0]),
            **words,
        }
        own = {"node", "scope", "transport", "connections", "cycle", "connection name"}
        own |= set(OF_NODES[node.kind])
        return {key: value for key, value in known.items() if key in own}


def _text(word: Word | None) -> str:
    return word.text if word is not None else ""
