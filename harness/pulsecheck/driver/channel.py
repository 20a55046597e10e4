"""The interface between a session and a running driver, and a function that stops a driver."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from pulsecheck.driver.errors import DriverError, KillFailedError, ShutdownIgnoredError

LONGEST_MESSAGE = 16 * 1024 * 1024
"""The maximum size of a message in bytes, without line feed. Readers enforce this limit."""


class ForcedStop(msgspec.Struct, frozen=True):
    """A way to stop a driver by force. Diagnoses show its `name`."""

    name: str
    apply: Callable[[], None]


class Channel(Protocol):
    """Two streams to a running driver.

    forced_stops: ways to stop the driver, the gentlest first.
    log: the last part of the driver's standard error.
    left_processes: True if child processes of the driver were running after the driver had ended.
    shutdown_error: the error to report if the driver ignores shutdown.
    """

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    forced_stops: Sequence[ForcedStop]
    left_processes: bool
    shutdown_error: type[ShutdownIgnoredError]

    @property
    def log(self) -> str: ...

    async def has_ended(self, seconds: float) -> bool:
        """Wait until the driver has ended; return False if it still runs after `seconds`."""

    def diagnosis(self) -> DriverError:
        """Return the error that explains why the driver ended before shutdown was requested."""

    def close(self) -> None:
        """Release all resources of the channel; stop a driver that still runs."""


async def stop(channel: Channel, *, answered_shutdown: bool, grace: float) -> DriverError | None:
    """Stop the driver, and close the channel.

    A driver that has answered shutdown has `grace` seconds to end by itself. Each forced stop has
    `grace` seconds to take effect. Returns the channel's shutdown error if the driver had answered
    shutdown but was stopped by force. Returns KillFailedError if no forced stop worked.
    """
    try:
        if answered_shutdown and await channel.has_ended(grace):
            return None
        for forced in channel.forced_stops:
            forced.apply()
            if await channel.has_ended(grace):
                return channel.shutdown_error(grace, forced.name) if answered_shutdown else None
        return KillFailedError(channel.forced_stops[-1].name)
    finally:
        channel.close()
        # Wait, because asyncio releases closed resources only in a later iteration of the loop.
        await channel.has_ended(grace)
