"""The events that a server has received from all clients, in the order of arrival."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any

MOST_EVENTS = 10_000
"""The number of events to keep. Older events are dropped."""
DEFAULT_TIMEOUT = 5.0
"""Seconds to wait for an event."""


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """An event that a client has sent.

    `connection` is the connection's `id`. `arguments` are JSON values that may contain bytes.
    `wants_ack` is true if the client asked for an acknowledgement.
    """

    connection: int
    namespace: str
    name: str | int | float
    arguments: tuple[Any, ...]
    wants_ack: bool


class EventMissingError(TimeoutError):
    """An event has not arrived within the timeout. `received`: the events that did arrive."""

    def __init__(self, expected: str, seconds: float, received: tuple[ReceivedEvent, ...]) -> None:
        super().__init__(expected, seconds, received)
        self.expected = expected
        self.seconds = seconds
        self.received = received

    def __str__(self) -> str:
        names = ", ".join(f'"{event.name}" in "{event.namespace}"' for event in self.received[-5:])
        return (
            f"expected {self.expected} within {self.seconds:g} s; received: {names or 'no event'}"
        )


class Inbox:
    """Keeps received events. Use it on the server's event loop only."""

    def __init__(self) -> None:
        self._events: deque[ReceivedEvent] = deque(maxlen=MOST_EVENTS)
        self._changed = asyncio.Event()

    @property
    def events(self) -> tuple[ReceivedEvent, ...]:
        return tuple(self._events)

    def take(self, event: ReceivedEvent) -> None:
        self._events.append(event)
        self._changed.set()

    def clear(self) -> None:
        """Drop all events."""
        self._events.clear()

    async def wait_for(
        self, name: str, namespace: str, count: int, seconds: float
    ) -> ReceivedEvent:
        """Wait for event number `count` of this name and namespace, and return it.

        Raises EventMissingError after `seconds`.
        """
        try:
            async with asyncio.timeout(seconds):
                while True:
                    self._changed.clear()
                    matching = [
                        event
                        for event in self._events
                        if (event.name, event.namespace) == (name, namespace)
                    ]
                    if len(matching) >= count:
                        return matching[count - 1]
                    await self._changed.wait()
        except TimeoutError:
            expected = f'event "{name}" number {count} in the namespace "{namespace}"'
            raise EventMissingError(expected, seconds, self.events) from None
