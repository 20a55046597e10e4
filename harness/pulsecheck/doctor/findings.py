"""What the doctor finds, and what only the doctor finds wrong."""

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from pulsecheck.driver.errors import DriverError


class CheckStatus(StrEnum):
    OK = "ok"
    WRONG = "wrong"
    NOT_SHOWN = "not shown"
    SKIPPED = "not looked at"


class DriverFinding(msgspec.Struct, frozen=True):
    """What one check came to.

    `text` is a note, or what is wrong or could not be seen and what to do, or what was to be right
    before.
    `seconds` is how long it took.
    """

    check: str
    status: CheckStatus
    text: str
    seconds: float


@dataclass(eq=False)
class NotPulsedError(DriverError):
    node: str
    patience: float
    message = "“{node}” did not pulse within {patience:g} s after a pulse into “Socket.IO Start”"
    hint = "Without it no conformance can be shown: try the implementation by hand first."


@dataclass(eq=False)
class NotConnectedError(DriverError):
    """It says nothing of the driver: the nodes behind it may do nothing yet."""

    patience: float
    message = (
        "no connection to the server was established within {patience:g} s after a pulse into "
        "“Socket.IO Start”, and without one this cannot be seen"
    )
    hint = "Call the doctor again once the implementation connects."


@dataclass(eq=False)
class BufferedNotificationError(DriverError):
    node: str
    message = "the pulse of “{node}” was reported only when another request was answered"
    hint = "Flush the output after each notification as well; nobody may ask for a while."


@dataclass(eq=False)
class NoBarrierError(DriverError):
    node: str
    message = "the pulse of “{node}” was reported after the answer to runtime/sync"
    hint = (
        "Answer runtime/sync when all that was received and caused before it has been reported: "
        "let it wait its turn behind what is still queued."
    )


class LeftBehindError(DriverError):
    message = "something that the driver had started was still there when the driver had ended"
    hint = "End child processes, and wait for their end, before the driver exits."
