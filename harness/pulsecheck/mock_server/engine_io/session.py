"""The server's side of an Engine.IO session, version 4 of the protocol.

Two rules: no I/O and no clock. Whoever runs a session tells it what came in and the time, in
seconds on any steady clock, and performs the actions that it returns, in order.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import ClassVar

from pulsecheck.mock_server.engine_io.packets import Packet, PacketType

# --- what is to be done -----------------------------------------------------------------------


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
    """End the WebSocket that probes, with its closing handshake; it is no part of the session."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The WebSocket that probed is the session's transport from now on."""


@dataclass(frozen=True, slots=True)
class Deliver:
    """A message for the protocol above."""

    message: str | bytes


@dataclass(frozen=True, slots=True)
class Closed:
    """The session has ended; comes once, and last."""

    reason: str


Action = (
    AnswerPoll | SendFrames | SendProbe | CloseWebSocket | DropProbe | Upgraded | Deliver | Closed
)
Actions = list[Action]


# --- states ------------------------------------------------------------------------------------


class State(Enum):
    OPEN = auto()
    CLOSING = auto()
    """The server has closed a long-polling session and waits for the GET that is told so."""
    CLOSED = auto()


class Probe(Enum):
    NONE = auto()
    WAITING = auto()
    """A WebSocket was opened for the session, and has said nothing yet."""
    ANSWERED = auto()


@dataclass(frozen=True)
class Settings:
    """As told to the client in the handshake; times in seconds, `max_payload` in bytes."""

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
        self._patience_ends: float | None = None

    @property
    def deadline(self) -> float | None:
        """When `tick` is to be called next, None for never."""
        if self.state is State.CLOSED:
            return None
        return self._next_ping if self._patience_ends is None else self._patience_ends

    @property
    def has_poll(self) -> bool:
        """A GET is pending."""
        return self._polls

    # --- the session's own transport ------------------------------------------------------------

    def open(self) -> Actions:
        """Begin; the request for the handshake counts as a GET that is pending."""
        handshake = {
            "sid": self.sid,
            "upgrades": ["websocket"] if self.transport == "polling" else [],
            "pingInterval": round(self._settings.ping_interval * 1000),
            "pingTimeout": round(self._settings.ping_timeout * 1000),
            "maxPayload": self._settings.max_payload,
        }
        return self.send(Packet(PacketType.OPEN, json.dumps(handshake, separators=(",", ":"))))

    def begin_poll(self) -> Actions:
        """A GET came. A second one beside it ends the session ("Receiving data")."""
        if self._polls:
            return self._end("transport error")
        self._polls = True
        if self.state is State.CLOSING:
            return self._end("forced close")
        return self._flush() or self._relieve_poll()

    def begin_post(self) -> Actions:
        """A POST came. A second one beside it ends the session ("Sending data")."""
        if self._posts:
            return self._end("transport error")
        self._posts = True
        return []

    def end_post(self) -> None:
        self._posts = False

    def receive(self, packet: Packet, now: float) -> Actions:
        """A packet came over the session's transport."""
        if self.state is State.CLOSED:
            return []
        handle = self._HANDLERS.get(packet.type)
        return handle(self, packet, now) if handle else []

    def lose(self, reason: str) -> Actions:
        """The transport ended, or what came over it was no packet."""
        return self._end(reason)

    def send(self, *packets: Packet) -> Actions:
        """Send packets, now or as soon as the client asks for them."""
        if self.state is not State.OPEN:
            return []
        self._buffer += packets
        return self._flush()

    def close(self) -> Actions:
        """End the session from the server's side.

        Over long-polling a client that does not ask is told nothing; it is waited for as long as
        for a heartbeat.
        """
        if self.state is not State.OPEN:
            return []
        if self.transport == "websocket" or self._polls:
            return self._end("forced close")
        self.state = State.CLOSING
        last = self._patience_ends or self._next_ping or 0.0
        self._patience_ends = last + self._settings.ping_timeout
        return []

    def tick(self, now: float) -> Actions:
        """Do what is due ("Heartbeat")."""
        if self.deadline is None or now < self.deadline:
            return []
        if self._patience_ends is not None:
            closing = self.state is State.CLOSING
            return self._end("forced close" if closing else "ping timeout")
        # From the time that was planned, so that lateness does not add up.
        self._patience_ends = self.deadline + self._settings.ping_timeout
        return self.send(Packet(PacketType.PING))

    def ping_is_due(self, now: float) -> bool:
        """`tick` would send a heartbeat."""
        waits = self._patience_ends is None and self.deadline is not None
        return waits and self._next_ping is not None and now >= self._next_ping

    def skip_ping(self, now: float) -> None:
        """Let the heartbeat that is due be; the next one comes an interval later."""
        self._next_ping = now + self._settings.ping_interval

    # --- the upgrade ----------------------------------------------------------------------------

    def begin_probe(self) -> bool:
        """A WebSocket was opened for this session; False if it must be closed at once."""
        if self.state is State.CLOSED or self.transport == "websocket":
            return False
        if self._probe is not Probe.NONE:
            return False
        self._probe = Probe.WAITING
        return True

    def receive_probe(self, packet: Packet) -> Actions:
        """A packet came over the WebSocket that probes."""
        step = self._PROBE_STEPS.get((self._probe, packet))
        return step(self) if step else self.lose_probe()

    def lose_probe(self) -> Actions:
        """The WebSocket that probed ended, or said something else than "Upgrade" wants."""
        if self._probe is Probe.NONE:
            return []
        self._probe = Probe.NONE
        return [DropProbe()]

    def _answer_probe(self) -> Actions:
        self._probe = Probe.ANSWERED
        return [SendProbe(PONG_PROBE), *self._relieve_poll()]

    def _upgrade(self) -> Actions:
        relief = self._relieve_poll()
        self._probe = Probe.NONE
        self.transport = "websocket"
        upgraded: Actions = [*relief, Upgraded()]
        return upgraded + (
            self._end("forced close") if self.state is State.CLOSING else self._flush()
        )

    _PROBE_STEPS: ClassVar[dict[tuple[Probe, Packet], Callable[["Session"], Actions]]] = {
        (Probe.WAITING, PING_PROBE): _answer_probe,
        (Probe.ANSWERED, PING_PROBE): _answer_probe,
        (Probe.ANSWERED, UPGRADE): _upgrade,
    }

    # --- the rest -------------------------------------------------------------------------------

    def _take_message(self, packet: Packet, _now: float) -> Actions:
        return [Deliver(packet.data)]

    def _take_pong(self, _packet: Packet, now: float) -> Actions:
        if self.state is State.OPEN:
            self._patience_ends = None
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
    """The types that are missing mean nothing here; the official server ignores them too."""

    def _flush(self) -> Actions:
        if not self._buffer or (self.transport == "polling" and not self._polls):
            return []
        if self.transport == "websocket":
            return [SendFrames(self._take())]
        return self._answer_poll(self._take())

    def _relieve_poll(self) -> Actions:
        """While an upgrade goes on, no GET is kept waiting."""
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
