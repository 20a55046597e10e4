"""One direction of a TCP connection, as the network is: in order, late and slow if told."""

import asyncio
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

SLICE = 0.02
"""Seconds of a slow line's bytes that pass at once."""


@dataclass(frozen=True, eq=False)
class Pace:
    """How late and how slow: `latency` seconds and up to `jitter` more, `rate` bytes a second."""

    latency: float = 0.0
    jitter: float = 0.0
    rate: float | None = None


class Line:
    """Passes bytes and actions on in order: at once, or at the paces that hold it.

    Latencies add up, of several rates the least counts. It is used on a running loop.
    """

    def __init__(self, take: Callable[[bytes], object]) -> None:
        self._take = take
        self._paces: list[Pace] = []
        self._waiting: deque[_Waiting] = deque()
        self._free_at = 0.0
        self._timer: asyncio.Handle | None = None
        self.backlog = 0
        """Bytes that wait."""

    def send(self, data: bytes) -> None:
        if not (self._paces or self._waiting):
            self._take(data)
            return
        self.backlog += len(data)
        self._add(data)

    def do(self, action: Callable[[], object]) -> None:
        """Act after all that was sent."""
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
        """Forget what waits."""
        self._waiting.clear()
        self.backlog = 0
        self._rest()

    def _add(self, what: bytes | Callable[[], object]) -> None:
        now = asyncio.get_running_loop().time()
        self._waiting.append(_Waiting(what, now, random.random()))  # noqa: S311 - no secret
        self._pass_on()

    def _pass_on(self) -> None:
        self._rest()
        loop = asyncio.get_running_loop()
        if self._waiting and (due := self._due(self._waiting[0])) > loop.time():
            self._timer = loop.call_at(due, self._pass_on)
        elif self._waiting:
            self._pass(self._waiting.popleft())
            # One at a turn, as from the kernel: who has taken it acts before the next one comes.
            self._rest()
            self._timer = loop.call_soon(self._pass_on)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _due(self, first: "_Waiting") -> float:
        late = sum(pace.latency + first.luck * pace.jitter for pace in self._paces)
        free_at = self._free_at if self._rate is not None else 0.0
        return max(first.since + late, free_at)

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
    """What waits `since` a time; its `luck`, from 0 to 1, is the part of a jitter that it bears."""

    what: bytes | Callable[[], object]
    since: float
    luck: float
