"""One connection of a project, from its opening to its termination, as its server saw it."""

import msgspec

from pulsecheck.shared.timeline import Entry

REFUSING = frozenset({"port gone", "answer HTTP"})
"""Faults that refuse new TCP connections or HTTP requests."""


class SessionHistory(msgspec.Struct, kw_only=True, eq=False):
    """The entries about one connection. A field is None if the event did not happen.

    `upgraded`: the upgrade of long-polling to a WebSocket. `established`: the first namespace that
    was joined. `refused`: the first refusal. `ending`: the first sign of the end. This sign can be
    that the client leaves, that the connection is closed, or that the client is no longer in the
    main namespace or in any namespace. `doubtful`: from then
    on, requests of the client may have been refused. The client may take the connection for lost,
    although the server does not see an end. `releases`: the ends
    of faults that withheld an answer. `namespaces`: the namespaces that the client is in.
    """

    opened: Entry
    upgraded: Entry | None = None
    established: Entry | None = None
    namespaces: set[str] = set()
    refused: Entry | None = None
    ending: Entry | None = None
    terminated: Entry | None = None
    doubtful: Entry | None = None
    releases: list[Entry] = []

    @property
    def harmless(self) -> frozenset[str]:
        """The names of faults that affect this connection only if it uses long-polling.

        These faults refuse HTTP requests and TCP connections. A WebSocket needs no further ones.
        """
        uses_websocket = self.upgraded or self.opened.details.get("transport") == "websocket"
        return REFUSING if uses_websocket else frozenset()

    def was_established(self, pulse: Entry, tolerance: float) -> bool:
        """Whether the connection had been established when a node pulsed.

        `tolerance` is as for `was_terminated`, but a pulse before the opening is always too early.
        """
        return self.opened.at <= pulse.at and self._happened(self.established, pulse, tolerance)

    def was_terminated(self, pulse: Entry, tolerance: float) -> bool:
        """Whether the connection had been terminated when a node pulsed.

        `tolerance`: how many seconds a pulse may be on the timeline before its cause, because
        another process reports pulses. If the server withheld an answer and released the answer
        only after the pulse, the connection had not been terminated. A doubtful connection counts
        as terminated.
        """
        return self._is_doubtful(pulse.number) or self._happened(self.terminated, pulse, tolerance)

    def _is_doubtful(self, number: int) -> bool:
        return self.doubtful is not None and self.doubtful.number < number

    def _happened(self, cause: Entry | None, pulse: Entry, tolerance: float) -> bool:
        if cause is None:
            return False
        if any(pulse.number < each.number < cause.number for each in self.releases):
            return False
        return cause.at <= pulse.at + tolerance

    def is_open(self, at: float) -> bool:
        """Whether the connection was established and not yet terminated at a time in seconds.

        False if the connection was doubtful.
        """
        if self.established is None or self.established.at > at:
            return False
        if self.doubtful is not None and self.doubtful.at <= at:
            return False
        return self.terminated is None or self.terminated.at > at

    def is_usable(self, at: Entry) -> bool:
        """Whether the connection was established, and its end had not begun, at an entry.

        False if the connection was doubtful.
        """
        if self.established is None or self.established.number > at.number:
            return False
        if self._is_doubtful(at.number):
            return False
        return self.ending is None or self.ending.number > at.number
