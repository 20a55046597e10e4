"""Generate sequences: a project, and actions on it."""

from collections.abc import Callable, Iterator
from random import Random

from pulsecheck.driver.protocol import NodeName
from pulsecheck.explore.dimensions import HOLDS, TEXT
from pulsecheck.explore.plan import (
    Plan,
    PlannedNode,
    Word,
    connection_uses,
    sentences_of,
    uses,
)
from pulsecheck.explore.planning import Profile, can_repeat, choose_word, generate_plan
from pulsecheck.explore.sequence import Sentence, Sequence
from pulsecheck.explore.simulation import Simulation
from pulsecheck.explore.words import ERROR_MESSAGES, EVENT_NAMES, MESSAGES
from pulsecheck.world.samples import PAYLOADS

SETTLED = "everything that must happen has happened"
FAULTS = {
    "disconnects held": "holds disconnects",
    "end of the network connection delayed": "delays only the end of the network connection",
    "closing request held": 'holds its answer to the "closing" request of long-polling',
    "waiting request held": 'holds its answer to the "waiting" request of long-polling',
    "answers withheld": "withholds the answer to a connection request",
    "connections refused": 'refuses connections with the message "{message}"',
    "out of service": "is out of service",
    "gone": "is gone",
}
"""The faults of servers, with their sentences."""
OF_LONG_POLLING = frozenset({"closing request held", "waiting request held"})
ENDS = {
    "the server disconnects": "the server of {name} disconnects the client",
    "the server closes the transport": "the server of {name} closes the transport",
    "the network is closed": "the network connection of {name} is closed",
    "the network is reset": "the network connection of {name} is reset",
}
"""The ways in which somebody else than the client ends a connection, with their sentences."""
MAX_ACTIONS = 14


def generate(random: Random, profile: Profile) -> Sequence:
    """Return a sequence. A `random` in the same state gives the same sequence."""
    plan = generate_plan(random, profile)
    actions = tuple(_Actions(random, plan).generate())
    return Sequence(project=tuple(sentences_of(plan)), actions=actions)


class _Actions:
    """Generates the actions on a plan, in the order in which they happen."""

    def __init__(self, random: Random, plan: Plan) -> None:
        self._random = random
        self._plan = plan
        self._simulation = Simulation(plan)
        self._may_refuse = not can_repeat(plan, may_be_refused=True)
        self._faulty: set[str] = set()
        self._is_settled = True
        self._kinds: tuple[tuple[Callable[[], Iterator[Sentence]], int], ...] = (
            (self._lifecycle, 8),
            (self._pulse, 8),
            (self._emit, 8),
            (self._hold, 3),
            (self._release, 3),
            (self._end, 2),
        )

    def generate(self) -> Iterator[Sentence]:
        length = self._random.randrange(4, MAX_ACTIONS + 1)
        yield from self._lifecycle()
        for _ in range(length):
            kinds, weights = zip(*self._kinds, strict=True)
            yield from self._random.choices(kinds, weights)[0]()
            if self._random.random() < 0.7:
                yield from self._settle()
        yield from self._settle()
        for server in sorted(self._faulty):
            yield from self._release_of(server)
        yield from self._settle()

    def _settle(self) -> Iterator[Sentence]:
        if not self._is_settled:
            self._is_settled = True
            yield Sentence(text=SETTLED, waits=True)

    def _lifecycle(self) -> Iterator[Sentence]:
        """Start a connection that is idle, or stop one that is open, more often than others."""
        connection = self._random.choice(self._plan.connections).name.text
        is_idle = self._simulation.states[connection].phase in {"idle", "ended"}
        kind = NodeName.START if is_idle else NodeName.STOP
        nodes = [
            each
            for each in self._plan.actions()
            if (each.kind, each.connection) == (kind, connection)
        ]
        if nodes:
            yield self._pulse_of(self._random.choice(nodes))

    def _pulse(self) -> Iterator[Sentence]:
        """Let a node execute, most often one for messages whose connection is open."""
        nodes = self._plan.actions()
        useful = [
            each
            for each in nodes
            if each.event and self._simulation.states[each.connection].phase == "open"
        ]
        yield self._pulse_of(self._random.choice(useful or nodes))

    def _pulse_of(self, node: PlannedNode) -> Sentence:
        self._is_settled = False
        text, message = f'"{node.name}" receives a pulse', None
        if node.kind == NodeName.SEND:
            message = choose_word(self._random, MESSAGES)
            text += f' with the "Message" "{message.text}"'
        situations = self._simulation.pulse(node, message)
        return Sentence(text=text, uses=uses(node), situations=situations)

    def _emit(self) -> Iterator[Sentence]:
        """Let a server emit an event to a connection that certainly is in the namespace."""
        connection = self._random.choice(self._plan.connections).name.text
        state = self._simulation.states[connection]
        if state.phase != "open" or state.holds:
            return
        yield from self._settle()
        namespace, event = self._event_for(connection)
        payload = TEXT if self._random.random() < 0.5 else self._random.choice(tuple(PAYLOADS))
        text = f'{self._server(connection)} emits the event "{event.text}" '
        message = choose_word(self._random, MESSAGES).text
        if payload == TEXT:
            text += f'in the namespace "{namespace.text}" with "{message}"'
        else:
            text += f'in the namespace "{namespace.text}" with the payload "{payload}"'
        self._is_settled = False
        server = self._plan.server(connection)
        yield Sentence(
            text=text,
            uses=connection_uses(connection) | connection_uses(server),
            situations=self._simulation.emit(server, event, namespace, payload),
        )

    def _event_for(self, connection: str) -> tuple[Word, Word]:
        """Return a namespace that the connection has joined, and an event, often a known one."""
        state = self._simulation.states[connection]
        nodes = [
            (each.namespace, each.event)
            for each in self._plan.actions()
            if each.namespace and each.event and each.namespace.text in state.joined
        ]
        known = [
            (namespace, event)
            for namespace, event in nodes
            if (namespace.text, event.text) in state.subscribed
        ]
        chance = self._random.random()
        if known and chance < 0.6:
            return self._random.choice(known)
        if nodes and chance < 0.9:
            return self._random.choice(nodes)[0], self._random.choice(nodes)[1]
        return Word("/", "default"), choose_word(self._random, EVENT_NAMES)

    def _hold(self) -> Iterator[Sentence]:
        connection = self._random.choice(self._plan.connections)
        faults = [
            each
            for each in (FAULTS if self._may_refuse else HOLDS[1:])
            if each not in OF_LONG_POLLING or connection.transport == "long-polling"
        ]
        what = self._random.choice(faults)
        server = self._plan.server(connection.name.text)
        if server in self._faulty:
            return
        if self._random.random() < 0.5:
            yield from self._settle()
        self._faulty.add(server)
        self._simulation.hold(server, what, is_settled=self._is_settled)
        text = FAULTS[what].format(message=choose_word(self._random, ERROR_MESSAGES).text)
        yield Sentence(text=f"{self._server(server)} {text}", uses=connection_uses(server))

    def _release(self) -> Iterator[Sentence]:
        if self._faulty:
            server = self._random.choice(sorted(self._faulty))
            yield from self._release_of(server)

    def _release_of(self, server: str) -> Iterator[Sentence]:
        self._faulty.discard(server)
        self._is_settled = False
        yield Sentence(
            text=f"{self._server(server)} is back",
            uses=connection_uses(server),
            situations=self._simulation.release(server),
        )

    def _end(self) -> Iterator[Sentence]:
        """Let somebody else than the client end a connection that is open."""
        connection = self._random.choice(self._plan.connections).name.text
        if self._simulation.states[connection].phase != "open" or self._plan.shape.startswith(
            "two with"
        ):
            return
        yield from self._settle()
        way = self._random.choice(tuple(ENDS))
        self._is_settled = False
        yield Sentence(
            text=ENDS[way].format(name=f'"{connection}"'),
            uses=connection_uses(connection),
            situations=self._simulation.end(connection, way),
        )

    def _server(self, connection: str) -> str:
        return f'the server of "{self._plan.server(connection)}"'
