"""What the seam puts on the timeline."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

Observe = Callable[[str, str, Mapping[str, Any]], object]
"""Called with source, occurrence and details, on the loop's thread, in the order of events."""


class Source(StrEnum):
    """Whose doing it was."""

    DRIVER = "driver"
    NODE = "node"


class DriverOccurrence(StrEnum):
    """What happened, and its details.

    request: method, id, params (a mapping). answer: method, id, ok, and result (JSON text, cut) or
    error. log: message. fault: message, the diagnosis that made the driver unusable. Their source
    is "driver".

    pulsed: node, output, values (a mapping of outputs). runtime error: node (None if no node is at
    fault), message. Their source is "node".
    """

    REQUEST = "request"
    ANSWER = "answer"
    LOG = "log"
    FAULT = "fault"
    PULSED = "pulsed"
    RUNTIME_ERROR = "runtime error"
