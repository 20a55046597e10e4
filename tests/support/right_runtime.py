"""A model of a correct runtime that writes its own timeline, for property tests of the oracle."""

from collections import deque
from collections.abc import Callable
from functools import partial

from hypothesis import strategies as st

from recorded import ON_RECEIVE, ON_START, ON_STOP, SEND, START, STOP, Recorded

PATIENCE = 100.0
"""Seconds. All acts of a timeline together take less time. Only `rest` lets more time pass, so an
event can be overdue only after `rest`."""
SUBSCRIBE, UNSUBSCRIBE = "Socket.IO Subscribe", "Socket.IO Unsubscribe"
ANNOUNCING = {SUBSCRIBE: "On Socket.IO Subscribe", UNSUBSCRIBE: "On Socket.IO Unsubscribe"}
Effect = Callable[[], object]


class Connection:
    """One connection.

    `state`: its state in the runtime. `effects`: functions to call, in order. `opening`: the
    effects of the last Start. If a Stop comes while the connection is starting, it removes these
    effects from `effects`.
    """

    def __init__(self, name: str, listeners: int) -> None:
        self.name = name
        self.state = "idle"
        self.number = 0
        self.is_on_server = False
        self.returns = False
        self.is_subscribed: bool | None = None
        self.effects: deque[Effect] = deque()
        self.opening: list[Effect] = []
        self.more = [f"{kind} {name} {number}" for kind in "ab" for number in range(listeners)]

    def node(self, kind: str) -> str:
        return kind if self.name == "main" else f"{kind} ({self.name})"

    def listeners(self, kind: str) -> list[str]:
        mark = {ON_START: "a", ON_STOP: "b"}[kind]
        return [self.node(kind), *(each for each in self.more if each.startswith(mark))]


class RightRuntime:
    """Reacts correctly to a user and to servers, and appends everything to `timeline`.

    The effects of an act come later. `proceed` causes some effects, and `rest` causes all of them.
    """

    def __init__(self, names: tuple[str, ...], listeners: int, draw: st.DrawFn) -> None:
        self.draw = draw
        self.connections = [Connection(name, listeners) for name in names]
        nodes: dict[str, dict[str, object]] = {}
        for each in self.connections:
            for name in each.more:
                scope = draw(st.sampled_from(["Project", "Scene"]))
                kind = ON_START if name.startswith("a") else ON_STOP
                nodes[name] = {"type": kind, "Configuration": each.name, "scope": scope}
            for kind in (SEND, SUBSCRIBE, UNSUBSCRIBE, ON_RECEIVE, *ANNOUNCING.values()):
                nodes[f"{kind} of {each.name}"] = {
                    "type": kind, "Configuration": each.name, "Event Name": "news",
                }  # fmt: skip
        self.timeline = Recorded(*names, **nodes)

    def start(self, it: Connection) -> None:
        self.timeline.into(it.node(START))
        self.timeline.pulsed(it.node(START))
        if it.state == "idle":
            self._open(it)

    def _open(self, it: Connection) -> None:
        it.state, it.number = "starting", it.number + 1
        number = it.number
        it.opening = [
            lambda: self.timeline.reached(it.name),
            lambda: self._established(it, number),
            lambda: self._known(it),
            *(partial(self.timeline.pulsed, listener) for listener in it.listeners(ON_START)),
        ]
        it.effects += it.opening

    def _established(self, it: Connection, number: int) -> None:
        it.is_on_server = True
        self.timeline.established(it.name, number)

    def _known(self, it: Connection) -> None:
        it.state = "open"

    def stop(self, it: Connection) -> None:
        self.timeline.into(it.node(STOP)).pulsed(it.node(STOP))
        it.returns = False
        if it.state == "starting":
            it.effects = deque(each for each in it.effects if each not in it.opening)
            if it.is_on_server:
                self._end(it, is_announced=False)
            else:
                it.state, it.number = "idle", it.number - 1
        elif it.state == "open":
            self._end(it, is_announced=True)

    def _end(self, it: Connection, *, is_announced: bool) -> None:
        it.state = "closing"
        number = it.number
        it.effects.append(lambda: self.timeline.leaves(it.name, number))
        self._terminate(it, is_announced=is_announced)

    def _terminate(self, it: Connection, *, is_announced: bool) -> None:
        number = it.number
        it.effects.append(lambda: self.timeline.terminated(it.name, number))
        it.effects.append(lambda: setattr(it, "is_on_server", False))
        # End the connection before On Stop pulses. A Start after this pulse must open it again.
        it.effects.append(lambda: self._ended(it))
        if is_announced:
            for listener in it.listeners(ON_STOP):
                it.effects.append(partial(self.timeline.pulsed, listener))

    def _ended(self, it: Connection) -> None:
        it.state = "idle"
        if it.returns:
            it.returns = False
            self._open(it)

    def server_ends(self, it: Connection) -> None:
        if it.state == "open" and not it.effects:
            self.timeline.server("namespace left", it.name, it.number, namespace="/", by="server")
            self._end(it, is_announced=True)

    def is_lost(self, it: Connection) -> None:
        if it.state == "open" and not it.effects:
            self.timeline.begins("cut", it.name).ends("cut", it.name)
            it.state = "closing"
            it.returns = self.draw(st.booleans())
            self._terminate(it, is_announced=True)

    def send(self, it: Connection) -> None:
        node = f"{SEND} of {it.name}"
        message = self.draw(st.sampled_from(["hello", "bye"]))
        is_open = it.state == "open"
        self.timeline.into(node, Message=message).pulsed(node)
        if is_open:
            number = it.number
            it.effects.append(
                lambda: self.timeline.received("news", message, connection=number, server=it.name)
            )

    def subscribe(self, it: Connection) -> None:
        self._subscribe(it, SUBSCRIBE, is_subscribed=True)

    def unsubscribe(self, it: Connection) -> None:
        self._subscribe(it, UNSUBSCRIBE, is_subscribed=False)

    def _subscribe(self, it: Connection, kind: str, *, is_subscribed: bool) -> None:
        self.timeline.into(f"{kind} of {it.name}").pulsed(f"{kind} of {it.name}")
        if bool(it.is_subscribed) != is_subscribed or self.draw(st.booleans()):
            listener = f"{ANNOUNCING[kind]} of {it.name}"
            it.effects.append(partial(self.timeline.pulsed, listener, Namespace="/"))
        it.is_subscribed = is_subscribed

    def emit(self, it: Connection) -> None:
        if it.state == "open" and not it.effects:
            number, message = it.number, self.draw(st.sampled_from(["hello", "bye"]))
            self.timeline.sent("news", message, connection=number, server=it.name)
            if it.is_subscribed or (it.is_subscribed is None and self.draw(st.booleans())):
                values = {"Namespace": "/", "Trigger_Name": "news", "Message": message}
                it.effects.append(
                    lambda: self.timeline.pulsed(f"{ON_RECEIVE} of {it.name}", **values)
                )

    def proceed(self, it: Connection) -> None:
        for _ in range(self.draw(st.integers(1, 8))):
            if it.effects:
                it.effects.popleft()()

    def settle(self, it: Connection) -> None:
        while it.effects:
            it.effects.popleft()()

    def cycle(self, it: Connection) -> None:
        """Start the connection unless it is open, and stop it."""
        self.settle(it)
        if it.state == "idle":
            self.start(it)
            self.settle(it)
        self.stop(it)
        self.settle(it)

    def rest(self, _: Connection) -> None:
        for each in self.connections:
            self.settle(each)
        self.timeline.later(PATIENCE + 1)


ACTS = (
    RightRuntime.start,
    RightRuntime.start,
    RightRuntime.stop,
    RightRuntime.server_ends,
    RightRuntime.is_lost,
    RightRuntime.send,
    RightRuntime.subscribe,
    RightRuntime.unsubscribe,
    RightRuntime.emit,
    RightRuntime.rest,
    *[RightRuntime.proceed] * 6,
)


@st.composite
def right_timelines(draw: st.DrawFn) -> Recorded:
    """Make timelines of a correct runtime, with random connections, listeners, scopes and acts."""
    names = draw(st.sampled_from([("main",), ("main", "other"), ("main", "other", "third")]))
    runtime = RightRuntime(names, draw(st.integers(0, 2)), draw)
    some = st.lists(st.sampled_from(ACTS), max_size=20)
    for act in [*draw(some), RightRuntime.cycle, *draw(some)]:
        act(runtime, draw(st.sampled_from(runtime.connections)))
    runtime.rest(runtime.connections[0])
    return runtime.timeline
