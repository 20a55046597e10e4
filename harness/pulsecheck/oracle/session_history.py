"""One connection of a project, from its opening to its termination, as its server saw it."""

import msgspec

from pulsecheck.shared.timeline import Entry


class SessionHistory(msgspec.Struct, kw_only=True, eq=False):
    """The entries about one connection. A field is None if the event did not happen.

    `established`: the first namespace that was joined. `refused`: the first refusal. `ending`: the
    first sign of the end. This sign can be that the client leaves, that the connection is closed,
    or that the client is no longer in the main namespace or in any namespace. `releases`: the ends
    of faults that withheld an answer. `namespaces`: the namespaces that the client is in.
    """

    opened: Entry
    established: Entry | None = None
    namespaces: set[str] = set()
    refused: Entry | None = None
    ending: Entry | None = None
    terminated: Entry | None = None
    releases: list[Entry] = []

    def was_established(self, pulse: Entry, tolerance: float) -> bool:
        """Whether the connection had been established when a node pulsed.

        `tolerance` is as for `was_terminated`, but a pulse before the opening is always too early.
        """
        return self.opened.at <= pulse.at and self._happened(self.established, pulse, tolerance)

    def was_terminated(self, pulse: Entry, tolerance: float) -> bool:
        """Whether the connection had been terminated when a node pulsed.

        `tolerance`: how many seconds a pulse may be on the timeline before its cause, because
        another process reports pulses. If the server withheld an answer and released the answer
        only after the pulse, the connection had not been terminated.
        """
        return self._happened(self.terminated, pulse, tolerance)

    def _happened(self, cause: Entry | None, pulse: Entry, tolerance: float) -> bool:
        if cause is None:
            return False
        if any(pulse.number < each.number < cause.number for each in self.releases):
            return False
        return cause.at <= pulse.at + tolerance

    def is_open(self, at: float) -> bool:
        """Whether the connection was established and not yet terminated at a time in seconds."""
        if self.established is None or self.established.at > at:
            return False
        return self.terminated is None or self.terminated.at > at

    def is_usable(self, at: Entry) -> bool:
        """Whether the connection was established, and its end had not begun, at an entry."""
        if self.established is None or self.established.number > at.number:
            return False
        return self.ending is None or self.ending.number > at.number
