"""The faults of the servers on a timeline, and the times at which they were active."""

from collections.abc import Collection

from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.shared.timeline import Entry

FaultKey = tuple[object, ...]
DELAYING = frozenset(
    {
        "hold disconnects",
        "delay disconnects",
        "delay FIN",
        "withhold connect answer",
        "hold answer",
        "hold after packet",
        "hold after bytes",
        "go silent",
        "latency",
        "slow reading",
        "slow writing",
    }
)
"""Faults that only delay what a server does. Everything else that happens during a fault may be
lost, because the client may have given up."""


class FaultHistory:
    """Collects the entries of faults. Call `read` with each entry about a fault, in order."""

    def __init__(self) -> None:
        self._active: list[tuple[FaultKey, Entry]] = []
        self._ended: list[tuple[FaultKey, Entry, Entry]] = []

    def read(self, entry: Entry) -> None:
        if entry.what == Occurrence.FAULT_BEGINS:
            self._active.append((key_of(entry), entry))
        elif entry.what == Occurrence.FAULT_ENDS:
            began = next((each for each in self._active if each[0] == key_of(entry)), None)
            if began is not None:
                self._active.remove(began)
            self._ended.append((key_of(entry), began[1] if began else entry, entry))

    def undisturbed_since(
        self, server: str, moment: float, despite: Collection[str] = ()
    ) -> float | None:
        """Return the later of `moment` and the end of a server's last fault, in seconds.

        Return None if the server still has a fault, or if a fault ended after `moment` that is not
        in DELAYING. Faults whose names are in `despite` do not count.
        """
        for (name, fault, _), _ in self._active:
            if name == server and fault not in despite:
                return None
        ended = [
            (fault, entry.at)
            for (name, fault, _), _, entry in self._ended
            if name == server and fault not in despite
        ]
        if any(at > moment and fault not in DELAYING for fault, at in ended):
            return None
        return max([moment, *(at for _, at in ended)])

    def had_any(self, server: str, until: float) -> bool:
        """Whether a fault of a server began by a time in seconds."""
        begun = [*self._active, *((key, began) for key, began, _ in self._ended)]
        return any(key[0] == server and began.at <= until for key, began in begun)

    def lasted(self, server: str, faults: Collection[str], at: Entry, until: float) -> bool:
        """Whether a server had one of `faults` from the entry `at` until `until`, in seconds."""
        whole = [(key, began) for key, began in self._active]
        whole += [(key, began) for key, began, ended in self._ended if ended.at >= until]
        return any(key[1] in faults and _is(key, server, began, at) for key, began in whole)

    def active(self, server: str, at: Entry) -> frozenset[str]:
        """Return the names of the faults that a server had when an entry was made."""
        still = {str(key[1]) for key, began in self._active if _is(key, server, began, at)}
        over = {
            str(key[1])
            for key, began, ended in self._ended
            if _is(key, server, began, at) and ended.number > at.number
        }
        return frozenset(still | over)


def key_of(entry: Entry) -> FaultKey:
    return tuple(entry.details.get(name) for name in ("server", "fault", "scope"))


def _is(key: FaultKey, server: str, began: Entry, at: Entry) -> bool:
    return key[0] == server and began.number < at.number
