"""What a session needs of whatever carries it, and how that is ended."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from pulsecheck.driver.errors import DriverError, ShutdownIgnoredError, UnendingError

LONGEST_MESSAGE = 16 * 1024 * 1024
"""Bytes of one message, its line feed included; each channel's reader has it for a limit."""


class Force(msgspec.Struct, frozen=True):
    """A way to end a driver, by the name that a diagnosis gives it."""

    name: str
    apply: Callable[[], None]


class Channel(Protocol):
    """Two streams to a running driver.

    `forces` end it, the gentlest first. `log` is the last part of what the driver wrote beside
    its messages. `has_left_something` says, once the driver has ended, whether what it had started
    was still there, as far as that can be known. `ignored` is how it is called that a driver stays
    after shutdown.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    forces: Sequence[Force]
    has_left_something: bool
    ignored: type[ShutdownIgnoredError]

    @property
    def log(self) -> str: ...

    async def has_ended(self, seconds: float) -> bool:
        """Wait until the driver has ended; False if it still runs after `seconds`."""

    def diagnosis(self) -> DriverError:
        """Why the driver has ended, given that nobody told it to."""

    def close(self) -> None:
        """Give back all that belongs to the channel; a driver that still runs is ended by force."""


async def end(channel: Channel, *, told: bool, grace: float) -> DriverError | None:
    """End the driver and close the channel.

    `told` says that the driver has answered shutdown: it then has `grace` seconds to end by
    itself, and as long again after each force. Returns what was wrong about the way it ended.
    """
    try:
        if told and await channel.has_ended(grace):
            return None
        for force in channel.forces:
            force.apply()
            if await channel.has_ended(grace):
                return channel.ignored(grace, force.name) if told else None
        return UnendingError(channel.forces[-1].name)
    finally:
        channel.close()
        # What was closed is given back on the loop's next turn only.
        await channel.has_ended(grace)
