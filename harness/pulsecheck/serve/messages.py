"""The JSON messages of the control interface. All times are in seconds."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from pulsecheck.mock_server import ConnectionView, ReceivedEvent
from pulsecheck.mock_server.reactions import NamespaceName
from pulsecheck.shared.timeline import Entry

MOST_ENTRIES = 1_000
"""The largest number of timeline entries in one response."""

Count = Annotated[int, msgspec.Meta(ge=1)]
Number = Annotated[int, msgspec.Meta(ge=0)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
ScopeText = Annotated[
    str,
    msgspec.Meta(
        pattern="^(all|next|connection [1-9][0-9]{0,8}|namespace /[^,]*)$",
        description='"all", "next", "connection 3" or "namespace /x"',
    ),
]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """The error of a request (RFC 9457). `detail` explains the error."""

    status: int
    title: str
    detail: str


class ServerState(msgspec.Struct, frozen=True, kw_only=True):
    """The mock server. The times of the timeline count from `began` (RFC 3339)."""

    url: str
    version: str
    began: str


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter of a fault. `schema` is its JSON Schema, which includes any default value."""

    name: str
    required: bool
    schema: Mapping[str, Any]


class FaultKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of fault. `title` is the name of this kind on the timeline.

    `scopes` are the scopes that this kind allows: all, next, connection, namespace. A momentary
    fault acts on a connection once and then ends, unless its scope is all or a namespace.
    """

    kind: str
    title: str
    description: str
    is_momentary: bool
    scopes: tuple[str, ...]
    parameters: tuple[Parameter, ...]


class FaultRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fault to add.

    The fault ends after `seconds`, after it was applied `times` times, or when it is released.
    """

    fault: Any
    scope: ScopeText = "all"
    seconds: Seconds | None = None
    times: Count | None = None


class FaultState(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fault that was added. A momentary fault can be over as soon as it is added."""

    id: int
    fault: Any
    scope: str
    is_over: bool


class FaultList(msgspec.Struct, frozen=True):
    """The active faults, in the order in which they were added."""

    faults: tuple[Any, ...]


class FaultKindList(msgspec.Struct, frozen=True):
    """All kinds of fault."""

    kinds: tuple[FaultKind, ...]


class ConnectionList(msgspec.Struct, frozen=True):
    """The open and the ended connections, in the order in which they were opened."""

    connections: tuple[ConnectionView, ...]


class TimelinePart(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the timeline. Pass `next` as `since` to get the part that follows.

    `oldest` is the number of the oldest entry that the server still has.
    """

    entries: tuple[Entry, ...]
    next: int
    oldest: int


class EventList(msgspec.Struct, frozen=True):
    """Received events, in the order of arrival. Bytes in arguments are base64 text."""

    events: tuple[ReceivedEvent, ...]


class EmitRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event to send: to one connection, or to all connections in the namespace."""

    event: Annotated[str, msgspec.Meta(min_length=1)]
    arguments: tuple[Any, ...] = ()
    namespace: NamespaceName = "/"
    connection: Count | None = None


class EmitResult(msgspec.Struct, frozen=True):
    """The ids of the connections to which the event was sent."""

    connections: tuple[int, ...]


class PulseAdded(msgspec.Struct, frozen=True, kw_only=True):
    """The entry of a reported pulse: its number, and the time of its arrival in seconds."""

    number: int
    at: float


# --- parameters in the path and the query -------------------------------------------------------


class NoParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class FaultPath(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: int


class TimelineQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the timeline: up to `limit` entries, from the entry with the number `since`."""

    since: Number = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_ENTRIES)] = MOST_ENTRIES


class LiveQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The live timeline, from the entry with the number `since`."""

    since: Number = 0


class EventQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Selects events by name, by namespace, or by both."""

    name: str | None = None
    namespace: NamespaceName | None = None
