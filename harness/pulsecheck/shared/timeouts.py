"""All timeouts of the harness, in seconds."""

import msgspec

PATIENCE = 10.0


class Timeouts(msgspec.Struct, frozen=True, kw_only=True):
    """Timeouts, in seconds.

    patience: for an expected event.
    dwell: how long to watch for unexpected events after the barrier.
    tolerance: the maximum difference between the times that two processes measure for one event.
    start: for a driver's first answer. This timeout is separate from `patience`, because an
        interpreter may start slowly on a busy machine.
    arrival: for a driver to connect. This timeout is long, because a person may start the driver by
        hand.
    grace: for a driver to end after shutdown, before it is killed.
    resend: for the effect of a pulse, before the pulse is sent again.
    error_limit: the documented limit for the error of a server that cannot be reached (ERR-3).
    repeated_miss: for an expected event whose kind never came, although the harness waited twice
        for the full timeout. After this short wait, a missing event is no evidence against the
        implementation.
    """

    patience: float = PATIENCE
    dwell: float = 2.0
    tolerance: float = 0.05
    start: float = 10.0
    arrival: float = 60.0
    grace: float = 2.0
    resend: float = 1.0
    error_limit: float = 30.0
    repeated_miss: float = 0.2

    @property
    def overdue(self) -> float:
        """The patience of the oracle: the time that an effect may take after its cause.

        A step waits for an effect for `patience`. When the wait ends without the effect, the oracle
        must count the effect as missing. But the cause may have happened after the wait began, less
        than `patience` ago. So this time is shorter than `patience`.
        """
        return self.patience * 0.8

    @property
    def error(self) -> float:
        """For the error of a server that cannot be reached: `error_limit` plus `patience`."""
        return self.error_limit + self.patience


THOROUGH_DWELL = 35.0
"""The dwell of a thorough check: longer than the timers of common clients (5, 20 and 30 s)."""

TRIAL = Timeouts(patience=3.0, dwell=1.0, error_limit=0.0)
"""For a mutant. A mutant runs in memory, so its events come soon. Many expected events never come,
so longer timeouts would make trials slow."""
HASTE = 2.0
"""The patience for generated sequences, at first. A sequence that fails is run again with the full
patience."""
SHRINKING = 0.5
"""The patience while a failing sequence is shortened. The shortened sequence is confirmed with the
full patience."""
LONGEST_TRIAL = 300.0
"""For the whole check of one mutant."""

WORKERS_GRACE = 15.0
"""For the other workers to end after a worker is lost. Workers shut down their drivers first."""
