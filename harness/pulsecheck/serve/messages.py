"""What goes in and out of the control interface, as JSON. All times are in seconds."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from pulsecheck.mock_server import ConnectionView, ReceivedEvent
from pulsecheck.shared.timeline import Entry

MOST_ENTRIES = 1_000
"""Entries of the timeline in one answer."""

Count = Annotated[int, msgspec.Meta(ge=1)]
Number = Annotated[int, msgspec.Meta(ge=0)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
NamespaceName = Annotated[str, msgspec.Meta(pattern="^/")]
Scope = Annotated[
    str,
    msgspec.Meta(
        pattern="^(all|next|connection [1-9][0-9]{0,8}|namespace /[^,]*)$",
        description='"all", "next", "connection 3" or "namespace /x"',
    ),
]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why a request was not done (RFC 9457)."""

    status: int
    title: str
    detail: str


class ServerState(msgspec.Struct, frozen=True, kw_only=True):
    """The mock server. `began` is the moment from which the timeline counts (RFC 3339)."""

    url: str
    version: str
    began: str


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """`schema` is a JSON Schema, with the default if there is one."""

    name: str
    required: bool
    schema: Mapping[str, Any]


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of fault. `title` is what the timeline calls it.

    `scopes` are those that it can have: all, next, connection, namespace. A momentary one is over
    once it has struck.
    """

    kind: str
    title: str
    description: str
    is_momentary: bool
    scopes: tuple[str, ...]
    parameters: tuple[Parameter, ...]


class Placing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fault to put in place: for so many seconds, for so many bites, or until it is released."""

    fault: Any
    scope: Scope = "all"
    seconds: Seconds | None = None
    times: Count | None = None


class Placed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A fault that is in place, or was when it was added: a momentary one may be over."""

    id: int
    fault: Any
    scope: str
    is_over: bool


class Faults(msgspec.Struct, frozen=True):
    """Those that are in place, in the order of their adding."""

    faults: tuple[Any, ...]


class Kinds(msgspec.Struct, frozen=True):
    kinds: tuple[Kind, ...]


class Connections(msgspec.Struct, frozen=True):
    """Those that are open and those that were, in the order of their opening."""

    connections: tuple[ConnectionView, ...]


class TimelinePart(msgspec.Struct, frozen=True, kw_only=True):
    """Entries in their order. `next` is the `since` that gives what follows.

    `oldest` is the number of the oldest entry that is kept.
    """

    entries: tuple[Entry, ...]
    next: int
    oldest: int


class Events(msgspec.Struct, frozen=True):
    """Events in the order of their arrival; bytes in their arguments are base64 text."""

    events: tuple[ReceivedEvent, ...]


class Emitting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event to send: to one connection, or to all that are in the namespace."""

    event: Annotated[str, msgspec.Meta(min_length=1)]
    arguments: tuple[Any, ...] = ()
    namespace: NamespaceName = "/"
    connection: Count | None = None


class Emitted(msgspec.Struct, frozen=True):
    """The numbers of the connections that it was sent to."""

    connections: tuple[int, ...]


# --- what a request says in its path and its query ----------------------------------------------


class Nothing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """No parameter."""


class OneFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: int


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of the timeline: the number of its first entry, and the most entries."""

    since: Number = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_ENTRIES)] = MOST_ENTRIES


class Since(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number of the first entry."""

    since: Number = 0


class Which(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Events of that name and namespace only."""

    name: str | None = None
    namespace: NamespaceName | None = None
