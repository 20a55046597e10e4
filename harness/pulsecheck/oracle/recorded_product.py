"""Judge a product by the recording of its server and the pulses that it reported. Pure.

The rules read a project and the requests of a driver. A recording has neither, so this module makes
both from the reported pulses.
"""

from collections.abc import Iterable, Sequence
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
from pulsecheck.oracle import completeness
from pulsecheck.oracle.recording import Header, Recorded, Recording, RecordingError
from pulsecheck.oracle.reported_pulse import KINDS, ReportedPulse
from pulsecheck.oracle.rules import PATIENCE, TOLERANCE, violations
from pulsecheck.oracle.violation import FactViolation
from pulsecheck.shared.timeline import Entry

NOT_JUDGED = " (not judged)"


class RecordedProduct(msgspec.Struct, frozen=True, kw_only=True):
    """The result of judging a product by a recording and the product's reports.

    `timeline` begins with an entry for the start of the recording. The evidence of a violation is
    the numbers of entries of `timeline`. `pulses`: the number of pulses of each reported node type.
    `notes`: texts about the data that was left out.
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

    `tolerance`: how many seconds the product's clock may differ from the server's clock. If the
    time of a pulse comes from the product's clock, the pulse is moved by the tolerance to find its
    place on the timeline. A pulse into a node moves to an earlier place, and a pulse out of a node
    to a later place, so that no effect comes before its cause.
    `patience`: how many seconds an expected event may take.
    """
    server = recording.header.server
    known = [*recording.entries, *completeness.within(recording, log)]
    placed = sorted(
        (each for each in known if not _is_too_late(each, recording.end - tolerance)),
        key=lambda each: _place(each, tolerance),
    )
    pulses = [each.pulse for each in placed if each.pulse]
    own = [each for each in pulses if each.configuration == server.connection]
    completeness.require_pulses(recording, log, pulses, own)
    judges_sends = completeness.has_input(own, completeness.SEND, server.connection)
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
    one_sided = completeness.one_sided_nodes(pulses)
    return RecordedProduct(
        connection=server.connection,
        timeline=timeline,
        pulses=_count(own),
        notes=(
            *completeness.notes_on_files(
                recording,
                outside=len(recording.entries) + len(log) - len(known),
                late=len(known) - len(placed),
            ),
            *completeness.notes_on_pulses(recording, pulses, one_sided),
        ),
        violations=tuple(
            each for each in found if not completeness.concerns_only(each, timeline, one_sided)
        ),
    )


def _count(pulses: Iterable[ReportedPulse]) -> dict[str, int]:
    """Return the number of pulses of each node type. Reports of the kind "exists" count as 0."""
    counts: dict[str, int] = {}
    for pulse in pulses:
        counts[pulse.type] = counts.get(pulse.type, 0) + (pulse.kind != "exists")
    return counts


def _is_too_late(each: Recorded, latest: float) -> bool:
    """Return whether an output pulse is so late that the recording may not contain its cause."""
    return each.pulse is not None and each.pulse.kind == "output" and each.entry.at > latest


def _place(each: Recorded, tolerance: float) -> float:
    """Return the time, in seconds, by which an entry is ordered."""
    if not each.is_dated or each.pulse is None:
        return each.entry.at
    return each.entry.at + (-tolerance if each.pulse.kind == "input" else tolerance)


def _timeline(header: Header, placed: Sequence[Recorded]) -> tuple[Entry, ...]:
    details = {"connection": header.server.connection, "url": header.server.url}
    begins = Entry(number=0, at=0.0, source="pulsecheck", what="recording begins", details=details)
    numbered = (
        msgspec.structs.replace(each.entry, number=number)
        for number, each in enumerate(placed, start=1)
    )
    return (begins, *numbered)


def _project(header: Header, pulses: Iterable[ReportedPulse]) -> Project:
    """Return a project of the reported nodes. Raises RecordingError for contradictory reports."""
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
                    f'expected the same {name} in each report of the node "{pulse.node}"; got '
                    f"{known[name]!r} and {value!r}",
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
    """Convert an entry of a recording to the form that entries have on a scenario's timeline."""
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
