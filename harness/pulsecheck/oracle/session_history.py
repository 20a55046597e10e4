"""One connection of a project, from its opening to its termination, as its server saw it."""

import msgspec

from pulsecheck.shared.timeline import Entry


class SessionHistory(msgspec.Struct, kw_only=True, eq=False):
    """Each field is the entry that says so, None if it did not happen.

    `established` is the first namespace that was joined. `refused` is the first refusal. `ending`
    is the first sign of the end: the client leaves, or the server ends the connection, the main
    namespace or the last one. `releases` are the ends of faults that withheld an answer.
    `namespaces` are those that the client is in.
    """

    opened: Entry
    established: Entry | None = None
    namespaces: set[str] = set()
    refused: Entry | None = None
    ending: Entry | None = None
    terminated: Entry | None = None
    releases: list[Entry] = []

    def was_established(self, pulse: Entry, tolerance: float) -> bool:
        """As `was_terminated`, for the establishment, which cannot precede the opening."""
        return self.opened.at <= pulse.at and self._happened(self.established, pulse, tolerance)

    def was_terminated(self, pulse: Entry, tolerance: float) -> bool:
        """Whether it had been terminated when a node pulsed, which another process reported.

        `tolerance`, in seconds, is how much earlier than its cause a report may be on the
        timeline. A fault that was still to be released proves that the cause had not happened.
        """
        return self._happened(self.terminated, pulse, tolerance)

    def _happened(self, cause: Entry | None, pulse: Entry, tolerance: float) -> bool:
        if cause is None:
            return False
        if any(pulse.number < each.number < cause.number for each in self.releases):
            return False
        return cause.at <= pulse.at + tolerance

    def is_open(self, at: float) -> bool:
        """Whether it was established and not yet terminated at that moment, in seconds."""
        if self.established is None or self.established.at > at:
            return False
        return self.terminated is None or self.terminated.at > at

    def is_usable(self, at: Entry) -> bool:
        """Whether it was established, and nothing had begun to end it, when an entry was made."""
        if self.established is None or self.established.number > at.number:
            return False
        return self.ending is None or self.ending.number > at.number
