"""Judge a product by the recording of its server and the pulses that it reported. Pure.

The rules read a project and the requests of a driver. A recording has neither, so both are made
from the reported pulses.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, timedelta
from urllib.parse import urlsplit

import msgspec

from pulsecheck.driver.occurrences import DriverOccurrence, Source
from pulsecheck.driver.protocol import (
    PULSE_OUTPUT,
    Logic,
    Node,
    Project,
    SocketIoConnection,
    Value,
)
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.oracle.recording import Header, Recorded, Recording, RecordingError
from pulsecheck.oracle.reported_pulse import KINDS, ReportedPulse
from pulsecheck.oracle.rules import PATIENCE, TOLERANCE, violations
from pulsecheck.oracle.violation import FactViolation
from pulsecheck.shared.timeline import Entry

START, SEND = "Socket.IO Start", "Socket.IO Send"
NOT_JUDGED = " (not judged)"
BOTH_SIDES = frozenset({"STA-3", "STO-3", "SND-4", "SUB-2", "SUB-4", "NOD-8", "NOD-9"})
"""Requirements that compare the pulses into a node with those out of it."""


class RecordedProduct(msgspec.Struct, frozen=True, kw_only=True):
    """What a recording shows of a product.

    `timeline` begins with an entry for the start of the recording; its numbers are those of the
    violations' evidence. `pulses` counts the pulses of each reported type of node. `notes` say what
    was left out.
    """

    connection: str
    timeline: tuple[Entry, ...]
    pulses: dict[str, int]
    notes: tuple[str, ...]
    violations: tuple[FactViolation, ...]


def judge(
    recording: Recording,
    log: Sequence[Recorded] = (),
    tolerance: float = TOLERANCE,
    patience: float = PATIENCE,
) -> RecordedProduct:
    """Judge a recording, with the pulses of a log. Raises RecordingError if pulses are missing.

    `tolerance`: how many seconds the product's clock may differ from the server's. A pulse with a
    time of its own moves past the server's entries by so much: a pulse into a node is ordered
    earlier, a pulse out of a node later. `patience`: how many seconds the product may take for what
    it has to do.
    """
    server = recording.header.server
    known = [*recording.entries, *_within(recording, log)]
    placed = sorted(
        (each for each in known if not _is_too_late(each, recording.end - tolerance)),
        key=lambda each: _place(each, tolerance),
    )
    pulses = [each.pulse for each in placed if each.pulse]
    own = [each for each in pulses if each.configuration == server.connection]
    _require_pulses(recording, log, pulses, own)
    judges_sends = _has(own, SEND, server.connection)
    timeline = _timeline(recording.header, placed)
    project = _project(recording.header, pulses)
    found = violations(
        [
            _for_the_rules(entry, project, server.connection, judges_sends=judges_sends)
            for entry in timeline
        ],
        tolerance,
        patience,
        recording.end,
    )
    one_sided = _one_sided(pulses)
    counts: Counter[str] = Counter({each.type: 0 for each in own})
    counts.update(each.type for each in own if each.kind != "exists")
    return RecordedProduct(
        connection=server.connection,
        timeline=timeline,
        pulses=dict(counts),
        notes=(
            *_notes_on_files(
                recording,
                outside=len(recording.entries) + len(log) - len(known),
                late=len(known) - len(placed),
            ),
            *_notes_on_pulses(recording, pulses, one_sided),
        ),
        violations=tuple(each for each in found if not _concerns(each, timeline, one_sided)),
    )


def _one_sided(pulses: Iterable[ReportedPulse]) -> frozenset[str]:
    """Return the nodes with a pulse input of which only inputs or only outputs were reported."""
    sides: dict[str, set[str]] = {}
    for pulse in pulses:
        if not pulse.is_of_listener and pulse.kind != "exists":
            sides.setdefault(pulse.node, set()).add(pulse.kind)
    return frozenset(node for node, kinds in sides.items() if len(kinds) == 1)


def _concerns(found: FactViolation, timeline: Sequence[Entry], one_sided: frozenset[str]) -> bool:
    """Return whether a violation may come only from the side of a node that was not reported."""
    nodes = {timeline[number].details.get("node") for number in found.evidence}
    return found.requirement in BOTH_SIDES and nodes <= one_sided


def _within(recording: Recording, log: Iterable[Recorded]) -> list[Recorded]:
    """Leave out pulses that happened before or after the recording."""
    return [each for each in log if 0 <= each.entry.at <= recording.end]


def _is_too_late(each: Recorded, latest: float) -> bool:
    """Return whether a node pulsed so late that its cause may be missing in the recording."""
    return each.pulse is not None and each.pulse.kind == "output" and each.entry.at > latest


def _place(each: Recorded, tolerance: float) -> float:
    """Return the time, in seconds, by which an entry is ordered."""
    if not each.is_dated or each.pulse is None:
        return each.entry.at
    return each.entry.at + (-tolerance if each.pulse.kind == "input" else tolerance)


def _require_pulses(
    recording: Recording,
    log: Sequence[Recorded],
    pulses: Sequence[ReportedPulse],
    own: Sequence[ReportedPulse],
) -> None:
    """Raise RecordingError if there are not enough pulses to judge a connection."""
    connection = recording.header.server.connection
    if log and not _within(recording, log):
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
    if is_opened and not _has(own, START, connection):
        raise RecordingError(
            0,
            f'expected a pulse into a "{START}" node, because the server saw a connection; none '
            "was reported",
            f'Report every pulse into "{START}" and "Socket.IO Stop", also those that come from '
            "other nodes.",
        )


def _notes_on_files(recording: Recording, *, outside: int, late: int) -> Iterator[str]:
    if recording.is_cut:
        yield "The last line of the recording is incomplete. It was left out."
    if outside:
        yield f"Pulses of the log before or after the recording were left out: {outside}."
    if late:
        yield f"Pulses right before the end of the recording were left out: {late}."


def _notes_on_pulses(
    recording: Recording, pulses: Sequence[ReportedPulse], one_sided: frozenset[str]
) -> Iterator[str]:
    connection = recording.header.server.connection
    if others := {each.configuration for each in pulses} - {connection}:
        yield f"Pulses of nodes with another Configuration were not judged: {_listed(others)}."
    has_events = any(each.entry.what == Occurrence.EVENT_RECEIVED for each in recording.entries)
    if has_events and not _has(pulses, SEND, connection):
        yield f'Events from the client were not judged: no pulse into a "{SEND}" was reported.'
    if one_sided:
        yield (
            "Pulses into these nodes were not compared with pulses out of them, because only one "
            f"side was reported: {_listed(one_sided)}."
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in sorted(names))


def _has(pulses: Iterable[ReportedPulse], type_: str, connection: str) -> bool:
    """Return whether a node of a connection received a pulse."""
    return any(
        (each.type, each.configuration, each.kind) == (type_, connection, "input")
        for each in pulses
    )


def _timeline(header: Header, placed: Sequence[Recorded]) -> tuple[Entry, ...]:
    details = {"connection": header.server.connection, "url": header.server.url}
    begins = Entry(number=0, at=0.0, source="pulsecheck", what="recording begins", details=details)
    numbered = (
        msgspec.structs.replace(each.entry, number=number)
        for number, each in enumerate(placed, start=1)
    )
    return (begins, *numbered)


def _project(header: Header, pulses: Iterable[ReportedPulse]) -> Project:
    """Return the project of the nodes that pulsed. Raises RecordingError for a contradiction."""
    nodes: dict[str, dict[str, Value]] = {}
    scopes: dict[str, dict[str, Node]] = {}
    for pulse in pulses:
        stated: dict[str, Value] = {
            "Type": pulse.type,
            "Scope": pulse.scope,
            "Configuration": pulse.configuration,
        }
        stated.update(pulse.attributes.items())
        known = nodes.setdefault(pulse.node, {})
        for name, value in stated.items():
            if known.setdefault(name, value) != value:
                raise RecordingError(
                    0,
                    f'expected one {name} of the node "{pulse.node}"; got {known[name]!r} and '
                    f"{value!r}",
                    "Give each node a name of its own, and report its attributes as they are while "
                    "you record.",
                )
        attributes = {key: value for key, value in known.items() if key not in {"Type", "Scope"}}
        scopes.setdefault(pulse.scope, {})[pulse.node] = Node(
            id=pulse.node, type=pulse.type, attributes=attributes
        )
    connection = SocketIoConnection(
        name=header.server.connection,
        url=header.server.url,
        port=urlsplit(header.server.url).port or 80,
    )
    logic = {scope: Logic(nodes=tuple(found.values())) for scope, found in scopes.items()}
    return Project(connections=(connection,), logic=logic)


def _for_the_rules(entry: Entry, project: Project, connection: str, *, judges_sends: bool) -> Entry:
    """Return an entry as the timeline of a scenario has it."""
    if entry.number == 0:
        return msgspec.structs.replace(
            entry,
            source=Source.DRIVER,
            what=DriverOccurrence.REQUEST,
            details={
                "method": "project/open",
                "id": 0,
                "params": {"project": msgspec.to_builtins(project)},
            },
        )
    if entry.source != Source.NODE:
        is_left_out = entry.what == Occurrence.EVENT_RECEIVED and not judges_sends
        return msgspec.structs.replace(
            entry,
            what=f"{entry.what}{NOT_JUDGED}" if is_left_out else entry.what,
            details={**entry.details, "server": connection},
        )
    node = {"values": {}, **entry.details}
    if entry.what == KINDS["exists"]:
        return entry
    if entry.what == DriverOccurrence.PULSED:
        return msgspec.structs.replace(entry, details={**node, "output": PULSE_OUTPUT})
    return msgspec.structs.replace(
        entry,
        source=Source.DRIVER,
        what=DriverOccurrence.REQUEST,
        details={**node, "method": "runtime/pulse", "id": entry.number},
    )


def _moment(header: Header, at: float) -> str:
    """Return a time of the recording in UTC, or in Unix seconds if no calendar has it."""
    try:
        return (header.began.astimezone(UTC) + timedelta(seconds=at)).isoformat(
            timespec="milliseconds"
        )
    except OverflowError:
        return f"{header.began.timestamp() + at:.0f} (Unix seconds)"
