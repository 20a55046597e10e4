"""What the timeline shows: pure questions to its entries."""

import itertools
import math
from collections.abc import Mapping

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.shared.timeline import Entry
from pulsecheck.world.expectations import Entries
from pulsecheck.world.samples import quoted

SUMMARY_LENGTH = 8
SHOWN_EVENTS = 5


def pulses(entries: Entries, node: str | None = None) -> Entries:
    """The output pulses of a node, or of all nodes."""
    return tuple(
        entry
        for entry in entries
        if entry.what == DriverOccurrence.PULSED and node in {None, entry.details["node"]}
    )


def errors(entries: Entries, node: str) -> Entries:
    """The errors that the implementation reported for a node, or for no node in particular."""
    return tuple(
        entry
        for entry in entries
        if entry.what == DriverOccurrence.RUNTIME_ERROR and entry.details["node"] in {None, node}
    )


def served(entries: Entries, server: str, what: Occurrence, **details: object) -> Entries:
    """What a server, named after its connection, saw or did."""
    wanted = {"server": server, **details}.items()
    return tuple(
        entry for entry in entries if entry.what == what and wanted <= entry.details.items()
    )


def established(entries: Entries, server: str) -> tuple[int, ...]:
    """The connections of a server that were established, by number, in the order of that.

    A client may leave the default namespace alone, so any namespace counts.
    """
    found = served(entries, server, Occurrence.ESTABLISHED)
    numbers = dict.fromkeys(entry.details["connection"] for entry in found)
    return tuple(number for number in numbers if isinstance(number, int))


def pulse_values(entry: Entry) -> Mapping[str, object]:
    """The data outputs that a pulse came with."""
    values: Mapping[str, object] = entry.details["values"]
    return values


def event_messages(entries: Entries, server: str) -> str:
    """In a few words: which events a server received, and what they carried."""
    found = served(entries, server, Occurrence.EVENT_RECEIVED)
    if not found:
        return "no event"
    shown = ", ".join(
        f'"{entry.details["event"]}" in "{entry.details["namespace"]}" with '
        f"{quoted(entry.details['arguments'])}"
        for entry in found[:SHOWN_EVENTS]
    )
    more = len(found) - SHOWN_EVENTS
    return f"{shown} and {more} more" if more > 0 else shown


def left_open(entries: Entries, server: str) -> tuple[int, ...]:
    """The connections of a server that were opened and have not been terminated, by number."""
    opened = {entry.details["connection"] for entry in served(entries, server, Occurrence.OPENED)}
    ended = {
        entry.details["connection"] for entry in served(entries, server, Occurrence.TERMINATED)
    }
    return tuple(sorted(number for number in opened - ended if isinstance(number, int)))


def premature(
    entries: Entries, node: str, server: str, awaited: Occurrence, tolerance: float
) -> Entry | None:
    """The first pulse of a node that came before what it announces.

    The nth pulse announces the nth time that the server recorded `awaited`, for its default
    namespace where it has one; pulses in excess count as further ones of the last time.
    `tolerance`, in seconds, is how much earlier the pulse may be on the timeline: two processes
    report one moment.
    """
    happened = [
        entry.at
        for entry in served(entries, server, awaited)
        if entry.details.get("namespace", "/") == "/"
    ]
    announced = itertools.chain(happened, itertools.repeat(max(happened, default=math.inf)))
    for pulse, at in zip(pulses(entries, node), announced, strict=False):
        if pulse.at < at - tolerance:
            return pulse
    return None


def summary(entries: Entries) -> str:
    """In a few words: which nodes pulsed last, and when."""
    last = pulses(entries)[-SUMMARY_LENGTH:]
    if not last:
        return "no node has pulsed"
    return "pulses so far: " + ", ".join(
        f'"{entry.details["node"]}" at {entry.at:.3f} s' for entry in last
    )
