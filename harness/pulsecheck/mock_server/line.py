"""Lines: one direction of a TCP connection. A line can add latency and limit the rate."""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

SLICE = 0.02
"""Seconds. A line with a limited rate delivers its data in pieces that last this long."""


@dataclass(frozen=True, eq=False)
class Pace:
    """A latency and a rate limit for the data of a line.

    The latency is `latency` plus a random time of up to `jitter`, in seconds. The limit is `rate`
    bytes per second, or there is no limit if `rate` is None.
    """

    latency: float = 0.0
    jitter: float = 0.0
    rate: float | None = None


class Line:
    """Passes on bytes and actions in order: at once, or slowed down by paces.

    A pace applies while it holds the line. If there are several paces, the line adds up their
    latencies and uses the lowest of their rates. Needs a running event loop.
    """

    def __init__(self, take: Callable[[bytes], object]) -> None:
        self._take = take
        self._paces: list[Pace] = []
        self._waiting: deque[_Waiting] = deque()
        self._free_at = 0.0
        self._timer: asyncio.Handle | None = None
        self.backlog = 0
        """The number of waiting bytes."""

    def send(self, data: bytes) -> None:
        if not (self._paces or self._waiting):
            self._take(data)
            return
        self.backlog += len(data)
        self._add(data)

    def do(self, action: Callable[[], object]) -> None:
        """Call the action when the line has passed on the bytes that were sent before it."""
        if not (self._paces or self._waiting):
            action()
            return
        self._add(action)

    def hold(self, pace: Pace) -> None:
        self._paces.append(pace)

    def release(self, pace: Pace) -> None:
        self._paces = [other for other in self._paces if other is not pace]
        self._pass_on()

    def clear(self) -> None:
        """Drop the waiting bytes and actions."""
        self._waiting.clear()
        self.backlog = 0
        self._cancel_timer()

    def _add(self, what: bytes | Callable[[], object]) -> None:
        now = asyncio.get_running_loop().time()
        self._waiting.append(_Waiting(what, now, random.random()))  # noqa: S311 - not a secret

        self._pass_on()

    def _pass_on(self) -> None:
        self._cancel_timer()
        loop = asyncio.get_running_loop()
        if self._waiting and (due := self._due(self._waiting[0])) > loop.time():
            self._timer = loop.call_at(due, self._pass_on)
        elif self._waiting:
            self._pass(self._waiting.popleft())
            # Deliver one chunk per loop iteration, as the kernel does, so that the receiver can
            # react before the next chunk.
            self._cancel_timer()
            self._timer = loop.call_soon(self._pass_on)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _due(self, first: "_Waiting") -> float:
        delay = sum(pace.latency + first.jitter_share * pace.jitter for pace in self._paces)
        free_at = self._free_at if self._rate is not None else 0.0
        return max(first.since + delay, free_at)

    @property
    def _rate(self) -> float | None:
        return min((pace.rate for pace in self._paces if pace.rate is not None), default=None)

    def _pass(self, first: "_Waiting") -> None:
        if not isinstance(first.what, bytes):
            first.what()
            return
        piece = first.what
        if (rate := self._rate) is not None:
            size = max(1, int(rate * SLICE))
            piece, rest = first.what[:size], first.what[size:]
            if rest:
                self._waiting.appendleft(replace(first, what=rest))
            self._free_at = asyncio.get_running_loop().time() + len(piece) / rate
        self.backlog -= len(piece)
        self._take(piece)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Bytes or an action in the queue of a line, added to the queue at the loop time `since`.

    `jitter_share` is a random number from 0 to 1, by which the jitter of each pace is multiplied.
    """

    what: bytes | Callable[[], object]
    since: float
    jitter_share: float
