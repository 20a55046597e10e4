"""What the seam puts on the timeline."""

from collections.abc import Callable, Mapping
from enum import StrEnum

Detail = str | int | float | bool | None
Observe = Callable[[str, str, Mapping[str, Detail]], object]
"""Called with source, occurrence and details, on the loop's thread, in the order of events."""


class Source(StrEnum):
    """Whose doing it was."""

    DRIVER = "driver"
    NODE = "node"


class DriverOccurrence(StrEnum):
    """What happened, and its details.

    request: method, id, params. answer: method, id, ok, and result or error. log: message.
    fault: message, the diagnosis that made the driver unusable. These have the source "driver".

    pulsed: node, output, values. runtime error: node (None if none is at fault), message. These
    have the source "node". Params, results and values are JSON text; only values are never cut.
    """

    REQUEST = "request"
    ANSWER = "answer"
    LOG = "log"
    FAULT = "fault"
    PULSED = "pulsed"
    RUNTIME_ERROR = "runtime error"
