"""What a server has received: every event of every client, in the order of arrival."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any

MOST_EVENTS = 10_000
"""Events that are kept: the oldest are forgotten."""
PATIENCE = 5.0
"""Seconds that a test waits for an event, unless it says otherwise."""


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """`connection` counts from one; `wants_ack` says that the client asked for an acknowledgement.

    `arguments` are what JSON can say, with bytes at any place in them.
    """

    connection: int
    namespace: str
    name: str | int | float
    arguments: tuple[Any, ...]
    wants_ack: bool


class EventMissingError(TimeoutError):
    """An event that was waited for has not come in time."""

    def __init__(self, wanted: str, seconds: float, came: tuple[ReceivedEvent, ...]) -> None:
        super().__init__(wanted, seconds, came)
        self.wanted = wanted
        self.seconds = seconds
        self.came = came

    def __str__(self) -> str:
        names = ", ".join(f'"{event.name}" in "{event.namespace}"' for event in self.came[-5:])
        return f"wanted {self.wanted} within {self.seconds:g} s; came: {names or 'no event'}"


class Inbox:
    """To be used on the server's loop."""

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
        """Forget what was received."""
        self._events.clear()

    async def wait_for(
        self, name: str, namespace: str, count: int, seconds: float
    ) -> ReceivedEvent:
        """The event of that name and namespace which is number `count`, received before or later.

        Raises EventMissingError.
        """
        try:
            async with asyncio.timeout(seconds):
                while True:
                    self._changed.clear()
                    fitting = [
                        event
                        for event in self._events
                        if (event.name, event.namespace) == (name, namespace)
                    ]
                    if len(fitting) >= count:
                        return fitting[count - 1]
                    await self._changed.wait()
        except TimeoutError:
            wanted = f'the event "{name}" in the namespace "{namespace}", number {count}'
            raise EventMissingError(wanted, seconds, self.events) from None
