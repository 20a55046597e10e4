"""Every deadline of the harness, in one place. All are in seconds."""

import msgspec


class Timeouts(msgspec.Struct, frozen=True, kw_only=True):
    """How long the harness waits.

    patience: how long something that must happen may take.
    dwell: how long something that must not happen is watched for, beyond the barrier.
    tolerance: by how much two processes may disagree on when one moment was.
    start: how long a driver may take until it answers the first request: an interpreter begins
        slowly on a busy machine, however quick the implementation is then.
    arrival: how long a driver may take to connect, which somebody may start by hand.
    grace: how long a driver that was told to end may take before it is killed.
    lull: how long a pulse that may have come too early is waited for before it is sent again.
    """

    patience: float = 10.0
    dwell: float = 2.0
    tolerance: float = 0.05
    start: float = 10.0
    arrival: float = 60.0
    grace: float = 2.0
    lull: float = 1.0


TRIAL = Timeouts(patience=3.0, dwell=1.0)
"""For a mutant, which is in memory and mostly wrong: nobody waits long for what does not come."""
LONGEST_TRIAL = 300.0
"""After which a check of a mutant has hung."""

WORKERS_END = 15.0
"""How long workers may take to end when one of them is lost: they have drivers to shut down."""
