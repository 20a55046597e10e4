"""Check that a product reported enough pulses to be judged, and say what cannot be judged."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, timedelta

from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.oracle.recording import Header, Recorded, Recording, RecordingError
from pulsecheck.oracle.reported_pulse import ReportedPulse
from pulsecheck.oracle.violation import FactViolation
from pulsecheck.shared.timeline import Entry

START, SEND = "Socket.IO Start", "Socket.IO Send"
BOTH_SIDES = frozenset({"STA-3", "STO-3", "SND-4", "SUB-2", "SUB-4", "NOD-8", "NOD-9"})
"""Requirements that compare the pulses into a node with the pulses out of it."""


def within(recording: Recording, log: Iterable[Recorded]) -> list[Recorded]:
    """Leave out pulses that happened before or after the recording."""
    return [each for each in log if 0 <= each.entry.at <= recording.end]


def require_pulses(
    recording: Recording,
    log: Sequence[Recorded],
    pulses: Sequence[ReportedPulse],
    own: Sequence[ReportedPulse],
) -> None:
    """Raise RecordingError if there are not enough pulses to judge a connection."""
    connection = recording.header.server.connection
    if log and not within(recording, log):
        began, end = (_moment(recording.header, at) for at in (0.0, recording.end))
        raise RecordingError(
            0,
            f"expected pulses between {began} and {end}, the time of the recording; the first "
            f"pulse of the log happened at {_moment(recording.header, log[0].entry.at)}",
            "Name the log of the same session. Check the clock, the time zone, and that Unix times "
            "are in seconds.",
        )
    if not pulses:
        raise RecordingError(
            0,
            "expected pulses of nodes; none was reported",
            "Report them with POST /api/pulses while the server records, or name a log of pulses "
            "with --pulses.",
        )
    if not own:
        names = _listed({each.configuration for each in pulses})
        raise RecordingError(
            0,
            f'expected pulses of nodes with the Configuration "{connection}"; got {names}',
            "Record again with `pulsecheck serve --connection NAME`, where NAME is the connection "
            "in your product.",
        )
    is_opened = any(each.entry.what == Occurrence.ESTABLISHED for each in recording.entries)
    if is_opened and not has_input(own, START, connection):
        raise RecordingError(
            0,
            f'expected a pulse into a "{START}" node, because the server saw a connection; none '
            "was reported",
            f'Report every pulse into "{START}" and "Socket.IO Stop", also those that come from '
            "other nodes.",
        )


def notes_on_files(recording: Recording, *, outside: int, late: int) -> Iterator[str]:
    if recording.is_cut:
        yield "The last line of the recording is incomplete. It was left out."
    if outside:
        yield f"Pulses of the log before or after the recording were left out: {outside}."
    if late:
        yield f"Pulses right before the end of the recording were left out: {late}."


def notes_on_pulses(
    recording: Recording, pulses: Sequence[ReportedPulse], one_sided: frozenset[str]
) -> Iterator[str]:
    connection = recording.header.server.connection
    if others := {each.configuration for each in pulses} - {connection}:
        yield f"Pulses of nodes with another Configuration were not judged: {_listed(others)}."
    has_events = any(each.entry.what == Occurrence.EVENT_RECEIVED for each in recording.entries)
    if has_events and not has_input(pulses, SEND, connection):
        yield f'Events from the client were not judged: no pulse into a "{SEND}" was reported.'
    if one_sided:
        yield (
            f"Either only pulses into the node or only pulses out of it were reported for "
            f"{_listed(one_sided)}, so the two were not compared."
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in sorted(names))


def has_input(pulses: Iterable[ReportedPulse], type_: str, connection: str) -> bool:
    """Return whether a node of a connection received a pulse."""
    return any(
        (each.type, each.configuration, each.kind) == (type_, connection, "input")
        for each in pulses
    )


def one_sided_nodes(pulses: Iterable[ReportedPulse]) -> frozenset[str]:
    """Return the nodes that have only reports of input pulses, or only reports of output pulses.

    Event listener nodes are left out, because they have no pulse input.
    """
    sides: dict[str, set[str]] = {}
    for pulse in pulses:
        if not pulse.is_of_listener and pulse.kind != "exists":
            sides.setdefault(pulse.node, set()).add(pulse.kind)
    return frozenset(node for node, kinds in sides.items() if len(kinds) == 1)


def concerns_only(
    found: FactViolation, timeline: Sequence[Entry], one_sided: frozenset[str]
) -> bool:
    """Return whether a violation may exist only because pulses were not reported.

    True if the requirement compares pulses into a node with pulses out of the node, but only one of
    the two was reported for each node in the evidence.
    """
    nodes = {timeline[number].details.get("node") for number in found.evidence}
    return found.requirement in BOTH_SIDES and nodes <= one_sided


def _moment(header: Header, at: float) -> str:
    """Return a time of the recording in UTC, or in Unix seconds if it is too large for a date."""
    try:
        return (header.began.astimezone(UTC) + timedelta(seconds=at)).isoformat(
            timespec="milliseconds"
        )
    except OverflowError:
        return f"{header.began.timestamp() + at:.0f} (Unix seconds)"
