"""A pulse that a product reports to the control interface, or writes to a log of pulses."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from pulsecheck.driver.protocol import Value
from pulsecheck.shared.timeline import Entry

NODE = "node"
"""The source of the entries of pulses."""
NodeType = Literal[
    "Socket.IO Start",
    "Socket.IO Stop",
    "Socket.IO Send",
    "Socket.IO Subscribe",
    "Socket.IO Unsubscribe",
    "On Socket.IO Start",
    "On Socket.IO Stop",
    "On Socket.IO Error",
    "On Socket.IO Receive",
    "On Socket.IO Subscribe",
    "On Socket.IO Unsubscribe",
]
NODE_TYPES: tuple[str, ...] = NodeType.__args__  # type: ignore[attr-defined] # a Literal has __args__
Kind = Literal["input", "output", "exists"]
KINDS: dict[Kind, str] = {
    "input": "receives a pulse",
    "output": "pulsed",
    "exists": "exists",
}
"""The name of each kind of report on the timeline."""
REQUIRED_VALUES: dict[tuple[Kind, str], tuple[str, ...]] = {
    ("input", "Socket.IO Send"): ("Event Name", "Message"),
    ("input", "Socket.IO Subscribe"): ("Event Name",),
    ("input", "Socket.IO Unsubscribe"): ("Event Name",),
    ("output", "On Socket.IO Receive"): ("Namespace", "Trigger Name", "Message"),
    ("output", "On Socket.IO Error"): ("Namespace", "Message"),
}
"""The values without which a pulse cannot be judged. Other inputs have defaults."""

LONGEST_NAME = 200
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)] | Annotated[float, msgspec.Meta(ge=0)]


class ReportedPulse(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A product's report of a pulse into a node ("input") or out of a node ("output").

    A report of the kind "exists" is not about a pulse. Such a report says that the product has the
    node, even if the node never pulses. `node` is a name that is unique in the product.
    `configuration` is the name of the node's connection. `values` are the values of the node's data
    inputs or outputs. `at` is the time of the pulse by the product's clock: ISO 8601 with a time
    zone, or Unix seconds.
    """

    node: Name
    type: NodeType
    kind: Kind
    configuration: Name
    scope: Literal["Project", "Scene"] = "Project"
    attributes: dict[Literal["Enabled", "Pulse Pass Through"], bool] = {}
    values: dict[Literal["Event Name", "Namespace", "Trigger Name", "Message"], Value] = {}
    at: Moment | None = None

    def __post_init__(self) -> None:
        if self.kind == "input" and self.is_of_listener:
            raise ValueError(
                f'expected the kind "output": "{self.type}" is an event listener node, which has '
                "no pulse input"
            )
        required = REQUIRED_VALUES.get((self.kind, self.type), ())
        missing = [name for name in required if name not in self.values]
        if missing:
            raise ValueError(
                f'expected the value "{missing[0]}" in `values`, because "{self.type}" has it'
            )

    @property
    def is_of_listener(self) -> bool:
        """Whether the node is an event listener node, which has no pulse input."""
        return self.type.startswith("On ")

    @property
    def what(self) -> str:
        """The kind of the pulse's entry on a timeline."""
        return KINDS[self.kind]

    def details(self) -> dict[str, Any]:
        """Return the details of the pulse's entry on a timeline, without defaults."""
        details: dict[str, Any] = msgspec.to_builtins(self)
        del details["kind"]
        return details

    def seconds_since(self, began: datetime) -> float | None:
        """Return the time of the pulse, in seconds since `began`, or None if `at` is None."""
        if self.at is None:
            return None
        moment = self.at.timestamp() if isinstance(self.at, datetime) else self.at
        return moment - began.timestamp()


def pulse_of(entry: Entry) -> ReportedPulse | None:
    """Return the pulse that an entry reports, or None. Raises msgspec.ValidationError."""
    for kind, what in KINDS.items():
        if entry.source == NODE and entry.what == what:
            return msgspec.convert({**entry.details, "kind": kind}, ReportedPulse)
    return None
