"""The server's side of an Engine.IO session, version 4 of the protocol.

A session does no I/O and reads no clock. The caller passes in the packets and requests that have
arrived, and the time in seconds on any monotonic clock. The caller then performs the returned
actions in order.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar

from pulsecheck.mock_server.engine_io.packets import Packet, PacketType

# --- actions ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AnswerPoll:
    """Answer the pending GET."""

    packets: tuple[Packet, ...]


@dataclass(frozen=True, slots=True)
class SendFrames:
    """Send packets over the session's WebSocket."""

    packets: tuple[Packet, ...]


@dataclass(frozen=True, slots=True)
class SendProbe:
    """Send a packet over the WebSocket that probes an upgrade."""

    packet: Packet


@dataclass(frozen=True, slots=True)
class CloseWebSocket:
    """End the session's WebSocket with its closing handshake."""


@dataclass(frozen=True, slots=True)
class DropProbe:
    """End the WebSocket that probes an upgrade, with its closing handshake. The session goes on."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The WebSocket that probed an upgrade is the session's transport from now on."""


@dataclass(frozen=True, slots=True)
class Deliver:
    """Pass a message to Socket.IO."""

    message: str | bytes


@dataclass(frozen=True, slots=True)
class Closed:
    """The session has ended. This action is the last one of a session."""

    reason: str


Action = (
    AnswerPoll | SendFrames | SendProbe | CloseWebSocket | DropProbe | Upgraded | Deliver | Closed
)
Actions = list[Action]


# --- states ------------------------------------------------------------------------------------


class State(Enum):
    OPEN = auto()
    CLOSING = auto()
    """The server has closed a long-polling session. The answer to the next GET tells the client."""
    CLOSED = auto()


class Probe(Enum):
    NONE = auto()
    WAITING = auto()
    """The client has opened a WebSocket for the session and has sent no probe yet."""
    ANSWERED = auto()


@dataclass(frozen=True)
class Settings:
    """The settings sent in the handshake. Times are in seconds, `max_payload` is in bytes."""

    ping_interval: float = 25.0
    ping_timeout: float = 20.0
    max_payload: int = 1_000_000


PING_PROBE = Packet(PacketType.PING, "probe")
PONG_PROBE = Packet(PacketType.PONG, "probe")
UPGRADE = Packet(PacketType.UPGRADE)
CLOSE = Packet(PacketType.CLOSE)
NOOP = Packet(PacketType.NOOP)


class Session:
    """One session. `transport` is "polling" or "websocket"."""

    def __init__(self, sid: str, transport: str, settings: Settings, now: float) -> None:
        self.sid = sid
        self.transport = transport
        self.state = State.OPEN
        self._settings = settings
        self._probe = Probe.NONE
        self._polls = transport == "polling"
        self._posts = False
        self._buffer: list[Packet] = []
        self._next_ping: float | None = now + settings.ping_interval
        self._pong_deadline: float | None = None

    @property
    def deadline(self) -> float | None:
        """The time at which to call `tick` next; None for never."""
        if self.state is State.CLOSED:
            return None
        return self._next_ping if self._pong_deadline is None else self._pong_deadline

    @property
    def has_poll(self) -> bool:
        """A GET is pending."""
        return self._polls

    # --- the session's own transport ------------------------------------------------------------

    def open(self) -> Actions:
        """Begin the session. The request for the handshake counts as a pending GET."""
        handshake = {
            "sid": self.sid,
            "upgrades": ["websocket"] if self.transport == "polling" else [],
            "pingInterval": round(self._settings.ping_interval * 1000),
            "pingTimeout": round(self._settings.ping_timeout * 1000),
            "maxPayload": self._settings.max_payload,
        }
        return self.send(Packet(PacketType.OPEN, json.dumps(handshake, separators=(",", ":"))))

    def begin_poll(self) -> Actions:
        """Register a GET. A second pending GET ends the session (section "Receiving data")."""
        if self._polls:
            return self._end("transport error")
        self._polls = True
        if self.state is State.CLOSING:
            return self._end("forced close")
        return self._flush() or self._release_poll()

    def begin_post(self) -> Actions:
        """Register a POST. A second pending POST ends the session (section "Sending data")."""
        if self._posts:
            return self._end("transport error")
        self._posts = True
        return []

    def end_post(self) -> None:
        self._posts = False

    def receive(self, packet: Packet, now: float) -> Actions:
        """Process a packet that has arrived over the session's transport."""
        if self.state is State.CLOSED:
            return []
        handle = self._HANDLERS.get(packet.type)
        return handle(self, packet, now) if handle else []

    def lose(self, reason: str) -> Actions:
        """End the session, because its transport has ended or has carried an invalid packet."""
        return self._end(reason)

    def send(self, *packets: Packet) -> Actions:
        """Send packets: at once, or with the answer to the next GET."""
        if self.state is not State.OPEN:
            return []
        self._buffer += packets
        return self._flush()

    def close(self) -> Actions:
        """End the session from the server's side.

        The server cannot inform a long-polling client that has no pending GET. In that case the
        session waits for the next GET. If no GET arrives, the session ends one ping timeout after
        its current `deadline`.
        """
        if self.state is not State.OPEN:
            return []
        if self.transport == "websocket" or self._polls:
            return self._end("forced close")
        self.state = State.CLOSING
        last = self._pong_deadline or self._next_ping or 0.0
        self._pong_deadline = last + self._settings.ping_timeout
        return []

    def tick(self, now: float) -> Actions:
        """Send the heartbeat that is due, or end the session if an answer is overdue.

        See section "Heartbeat".
        """
        if self.deadline is None or now < self.deadline:
            return []
        if self._pong_deadline is not None:
            closing = self.state is State.CLOSING
            return self._end("forced close" if closing else "ping timeout")
        # Count from the planned time, so that delays do not add up.
        self._pong_deadline = self.deadline + self._settings.ping_timeout
        return self.send(Packet(PacketType.PING))

    def ping_is_due(self, now: float) -> bool:
        """Return whether `tick` would send a heartbeat."""
        waits = self._pong_deadline is None and self.deadline is not None
        return waits and self._next_ping is not None and now >= self._next_ping

    def skip_ping(self, now: float) -> None:
        """Skip the heartbeat that is due. The next one is due after one interval."""
        self._next_ping = now + self._settings.ping_interval

    # --- the upgrade ----------------------------------------------------------------------------

    def begin_probe(self) -> bool:
        """Register a WebSocket that was opened for this session.

        Returns False if the WebSocket must be closed at once.
        """
        if self.state is State.CLOSED or self.transport == "websocket":
            return False
        if self._probe is not Probe.NONE:
            return False
        self._probe = Probe.WAITING
        return True

    def receive_probe(self, packet: Packet) -> Actions:
        """Process a packet that has arrived over the WebSocket that probes an upgrade."""
        step = self._PROBE_STEPS.get((self._probe, packet))
        return step(self) if step else self.lose_probe()

    def lose_probe(self) -> Actions:
        """End the probe, because its WebSocket ended or broke the rules of section "Upgrade"."""
        if self._probe is Probe.NONE:
            return []
        self._probe = Probe.NONE
        return [DropProbe()]

    def _answer_probe(self) -> Actions:
        self._probe = Probe.ANSWERED
        return [SendProbe(PONG_PROBE), *self._release_poll()]

    def _upgrade(self) -> Actions:
        released = self._release_poll()
        self._probe = Probe.NONE
        self.transport = "websocket"
        upgraded: Actions = [*released, Upgraded()]
        return upgraded + (
            self._end("forced close") if self.state is State.CLOSING else self._flush()
        )

    _PROBE_STEPS: ClassVar[dict[tuple[Probe, Packet], Callable[["Session"], Actions]]] = {
        (Probe.WAITING, PING_PROBE): _answer_probe,
        (Probe.ANSWERED, PING_PROBE): _answer_probe,
        (Probe.ANSWERED, UPGRADE): _upgrade,
    }

    # --- received packets, and the buffer -------------------------------------------------------

    def _take_message(self, packet: Packet, _now: float) -> Actions:
        return [Deliver(packet.data)]

    def _take_pong(self, _packet: Packet, now: float) -> Actions:
        if self.state is State.OPEN:
            self._pong_deadline = None
            self._next_ping = now + self._settings.ping_interval
        return []

    def _refuse_ping(self, _packet: Packet, _now: float) -> Actions:
        return self._end("transport error")

    def _take_close(self, _packet: Packet, _now: float) -> Actions:
        return self._end("transport close", to_poll=NOOP)

    _HANDLERS: ClassVar[dict[PacketType | None, Callable[["Session", Packet, float], Actions]]] = {
        PacketType.MESSAGE: _take_message,
        PacketType.PONG: _take_pong,
        PacketType.PING: _refuse_ping,
        PacketType.CLOSE: _take_close,
    }
    """Packets of other types are ignored. The official server ignores them too."""

    def _flush(self) -> Actions:
        if not self._buffer or (self.transport == "polling" and not self._polls):
            return []
        if self.transport == "websocket":
            return [SendFrames(self._take())]
        return self._answer_poll(self._take())

    def _release_poll(self) -> Actions:
        """Answer a pending GET during an upgrade.

        A client must pause long-polling before it upgrades. The pause begins only when no GET is
        pending.
        """
        if self._polls and self._probe is Probe.ANSWERED:
            return self._answer_poll((NOOP,))
        return []

    def _answer_poll(self, packets: Iterable[Packet]) -> Actions:
        self._polls = False
        return [AnswerPoll(tuple(packets))]

    def _take(self) -> tuple[Packet, ...]:
        packets, self._buffer = tuple(self._buffer), []
        return packets

    def _end(self, reason: str, to_poll: Packet = CLOSE) -> Actions:
        if self.state is State.CLOSED:
            return []
        self.state = State.CLOSED
        actions: Actions = []
        if self._polls:
            actions += self._answer_poll((*self._take(), to_poll))
        if self.transport == "websocket":
            actions.append(CloseWebSocket())
        return [*actions, *self.lose_probe(), Closed(reason)]
