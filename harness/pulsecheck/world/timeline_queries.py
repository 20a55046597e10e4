"""Queries over the entries of a timeline. Pure functions."""

from collections.abc import Mapping

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.driver.protocol import TransportUse
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.shared.timeline import Entry
from pulsecheck.world.expectations import Entries
from pulsecheck.world.samples import truncated

SUMMARIZED_PULSES = 8
SUMMARIZED_EVENTS = 5


def pulses(entries: Entries, node: str | None = None) -> Entries:
    """Return the output pulses of a node, or of all nodes."""
    return tuple(
        entry
        for entry in entries
        if entry.what == DriverOccurrence.PULSED and node in {None, entry.details["node"]}
    )


def reported_errors(entries: Entries, node: str) -> Entries:
    """Return the reported errors that name a node, and the reported errors that name no node."""
    return tuple(
        entry
        for entry in entries
        if entry.what == DriverOccurrence.RUNTIME_ERROR and entry.details["node"] in {None, node}
    )


def server_entries(entries: Entries, server: str, what: Occurrence, **details: object) -> Entries:
    """Return the entries of a server with this occurrence and these details."""
    expected = {"server": server, **details}.items()
    return tuple(
        entry for entry in entries if entry.what == what and expected <= entry.details.items()
    )


def established_connections(entries: Entries, server: str) -> tuple[int, ...]:
    """Return the numbers of a server's established connections, in the order of establishment.

    A client need not join the default namespace, so any namespace counts.
    """
    found = server_entries(entries, server, Occurrence.ESTABLISHED)
    numbers = dict.fromkeys(entry.details["connection"] for entry in found)
    return tuple(number for number in numbers if isinstance(number, int))


def open_connections(entries: Entries, server: str) -> tuple[int, ...]:
    """Return the numbers of a server's connections that were opened and not yet terminated."""
    opened, terminated = (
        {entry.details["connection"] for entry in server_entries(entries, server, what)}
        for what in (Occurrence.OPENED, Occurrence.TERMINATED)
    )
    return tuple(sorted(number for number in opened - terminated if isinstance(number, int)))


def find_other_transport(entries: Entries, server: str, asked: TransportUse) -> TransportUse | None:
    """Return the first transport other than `asked` that a connection to a server used, or None.

    If an upgraded connection was asked for, the connection may use long-polling before the upgrade.
    """
    upgraded = {
        entry.details["connection"]
        for entry in server_entries(entries, server, Occurrence.UPGRADED)
    }
    for entry in server_entries(entries, server, Occurrence.OPENED):
        begins = TransportUse(str(entry.details["transport"]))
        used = TransportUse.UPGRADED if entry.details["connection"] in upgraded else begins
        if used is not asked and (asked, used) != (TransportUse.UPGRADED, TransportUse.POLLING):
            return used
    return None


def pulse_values(entry: Entry) -> Mapping[str, object]:
    """Return the data outputs of a pulse."""
    values: Mapping[str, object] = entry.details["values"]
    return values


def clock_time(entry: Entry) -> str:
    """Format the time of an entry."""
    return f"{entry.at:.4f} s"


def duration(seconds: float) -> str:
    """Format a duration, in milliseconds if the duration is less than one second."""
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def pulse_summary(entries: Entries) -> str:
    """Summarize which nodes pulsed last, and when."""
    last = pulses(entries)[-SUMMARIZED_PULSES:]
    if not last:
        return "no node has pulsed"
    return "pulses so far: " + ", ".join(
        f'"{entry.details["node"]}" at {clock_time(entry)}' for entry in last
    )


def event_summary(entries: Entries, server: str) -> str:
    """Summarize which events a server received, and their arguments."""
    found = server_entries(entries, server, Occurrence.EVENT_RECEIVED)
    if not found:
        return "no event"
    shown = ", ".join(
        f'"{entry.details["event"]}" in the namespace "{entry.details["namespace"]}" with '
        f"{truncated(entry.details['arguments'])}"
        for entry in found[:SUMMARIZED_EVENTS]
    )
    more = len(found) - SUMMARIZED_EVENTS
    return f"{shown} and {more} more" if more > 0 else shown
