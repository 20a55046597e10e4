"""Measure an implementation's throughput through Send and On Receive, in events per second.

Usage: messages.py [SPEC]; the default is the reference in memory. The exit code is 1 if a burst of
1,000 events takes too long.
"""

import sys
import time
from functools import partial

from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.shared.timeouts import Timeouts
from pulsecheck.steps.judging import pending
from pulsecheck.world.expectations import Entries
from pulsecheck.world.resources import RunResources
from pulsecheck.world.timeline_queries import pulses, server_entries
from pulsecheck.world.world import TRANSPORTS, World

REFERENCE = "python:pulsecheck_reference:serve"
BURST = 1_000
MOST_SECONDS = 2.0
EVENT = "count"


def main() -> int:
    spec = sys.argv[1] if len(sys.argv) > 1 else REFERENCE
    slowest = 0.0
    print(f"{BURST:,} events through {spec} in each burst; limit: {MOST_SECONDS:g} s per burst")
    with RunResources(spec, Timeouts()) as resources:
        for transport in TRANSPORTS:
            sending, receiving = measure(resources, transport)
            slowest = max(slowest, sending, receiving)
            print(f"{transport:<12} {rate('Send', sending)} {rate('On Receive', receiving)}")
    return int(slowest > MOST_SECONDS)


def measure(resources: RunResources, transport: str) -> tuple[float, float]:
    """Return the seconds of two bursts: Send to server, and server to On Receive."""
    world = World(resources, pending)
    try:
        world.add_connection("main", transport)
        named = {"Event Name": EVENT}
        world.draft.add_node("sender", "Socket.IO Send", "main", named)
        world.draft.add_node("subscribe", "Socket.IO Subscribe", "main", named)
        world.draft.add_node("receiver", "On Socket.IO Receive", "main")
        world.establish("main")
        world.pulse("subscribe")
        world.wait_for_pulse("subscribe")

        began = time.monotonic()
        world.pulse_each("sender", [{"Message": str(number)} for number in range(BURST)])
        events = partial(received, world)
        world.wait_for_all("all events", events, BURST, kind=Occurrence.EVENT_RECEIVED)
        sent = time.monotonic()
        world.emit("main", EVENT, *((str(number),) for number in range(BURST)))
        kind = world.node_type("receiver")
        world.wait_for_all(
            "all pulses", lambda entries: pulses(entries, "receiver"), BURST, kind=kind
        )
        return sent - began, time.monotonic() - sent
    finally:
        world.close()


def received(world: World, entries: Entries) -> Entries:
    return server_entries(entries, world.name(None), Occurrence.EVENT_RECEIVED)


def rate(node: str, seconds: float) -> str:
    return f"{node}: {BURST / seconds:7,.0f} events/s ({seconds:.2f} s)"


if __name__ == "__main__":
    sys.exit(main())
