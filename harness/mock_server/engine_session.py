"""An Engine.IO session: packets and times in, packets out (protocol 4).

It does no I/O and reads no clock. What came is answered by what it means for the layer above:
a message to deliver, the end of the session, or nothing.
"""

import json
from dataclasses import dataclass
from enum import StrEnum

from harness.mock_server.engine_packets import EnginePacket, EngineType


@dataclass(frozen=True, slots=True)
class Settings:
    """All times in seconds; `max_payload` in bytes.

    connect_timeout: how long a session may be open without a namespace.
    """

    ping_interval: float = 25.0
    ping_timeout: float = 20.0
    connect_timeout: float = 45.0
    max_payload: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Deliver:
    """A message for the layer above."""

    data: str | bytes


@dataclass(frozen=True, slots=True)
class End:
    """The session is over; `reason` is one of the official server's."""

    reason: str


class Reaction(StrEnum):
    DELIVER = "deliver"
    HEARTBEAT = "heartbeat"
    LEAVE = "leave"
    IGNORE = "ignore"
    REFUSE = "refuse"


REACTIONS = {
    EngineType.MESSAGE: Reaction.DELIVER,
    EngineType.PONG: Reaction.HEARTBEAT,
    EngineType.CLOSE: Reaction.LEAVE,
    EngineType.NOOP: Reaction.IGNORE,
    EngineType.UPGRADE: Reaction.IGNORE,
    # Only the server pings, and only it opens.
    EngineType.PING: Reaction.REFUSE,
    EngineType.OPEN: Reaction.REFUSE,
}


class EngineSession:
    """`outbox` holds the packets that wait for the transport to take them."""

    def __init__(self, sid: str, settings: Settings, upgrades: tuple[str, ...], now: float) -> None:
        """Begin with the handshake in the outbox ("Handshake")."""
        self.sid = sid
        self.is_open = True
        self.outbox = [EnginePacket(EngineType.OPEN, _handshake(sid, settings, upgrades))]
        self.due = now + settings.ping_interval
        """When `tick` is to be called next."""
        self._settings = settings
        self._awaits_pong = False

    def send(self, data: str | bytes) -> None:
        """Put a message in the outbox; after the end it is dropped."""
        if self.is_open:
            self.outbox.append(EnginePacket(EngineType.MESSAGE, data))

    def take(self) -> list[EnginePacket]:
        """Empty the outbox."""
        taken, self.outbox = self.outbox, []
        return taken

    def receive(self, packet: EnginePacket, now: float) -> Deliver | End | None:
        """Take a packet from the client."""
        if not self.is_open:
            return None
        match REACTIONS[packet.type]:
            case Reaction.DELIVER:
                return Deliver(packet.data)
            case Reaction.HEARTBEAT:
                self._awaits_pong = False
                self.due = now + self._settings.ping_interval
            case Reaction.LEAVE:
                return self.end("transport close")
            case Reaction.REFUSE:
                return self.end("parse error")
            case Reaction.IGNORE:
                pass
        return None

    def tick(self, now: float) -> End | None:
        """Send the ping that is due, or end the session whose pong is overdue ("Heartbeat")."""
        if not self.is_open or now < self.due:
            return None
        if self._awaits_pong:
            return self.end("ping timeout")
        self._awaits_pong = True
        self.due = now + self._settings.ping_timeout
        self.outbox.append(EnginePacket(EngineType.PING))
        return None

    def end(self, reason: str) -> End | None:
        """End the session and drop what waits in the outbox; None if it had ended before."""
        if not self.is_open:
            return None
        self.is_open = False
        self.outbox = []
        return End(reason)


def _handshake(sid: str, settings: Settings, upgrades: tuple[str, ...]) -> str:
    fields = {
        "sid": sid,
        "upgrades": upgrades,
        "pingInterval": round(settings.ping_interval * 1000),
        "pingTimeout": round(settings.ping_timeout * 1000),
        "maxPayload": settings.max_payload,
    }
    return json.dumps(fields, separators=(",", ":"))
