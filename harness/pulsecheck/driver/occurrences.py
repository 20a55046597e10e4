"""The entries that a driver session records on the timeline."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

Observe = Callable[[str, str, Mapping[str, Any]], object]
"""Called with source, occurrence and details, on the loop's thread, in the order of events."""


class Source(StrEnum):
    """The party that acted."""

    DRIVER = "driver"
    NODE = "node"


class DriverOccurrence(StrEnum):
    """The kinds of entries, and their details.

    With the source "driver":
        request: method, id, params (a mapping).
        answer: method, id, ok, and result (JSON text, truncated) or error.
        log: message.
        fault: message, which is the diagnosis of the error that made the driver unusable.
    With the source "node":
        pulsed: node, output, values (a mapping of the node's outputs).
        runtime error: node (None if the error concerns no node in particular), message.
    """

    REQUEST = "request"
    ANSWER = "answer"
    LOG = "log"
    FAULT = "fault"
    PULSED = "pulsed"
    RUNTIME_ERROR = "runtime error"
