"""The findings of the doctor, and the driver errors that only the doctor raises."""

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from pulsecheck.driver.errors import DriverError


class CheckStatus(StrEnum):
    OK = "ok"
    WRONG = "wrong"
    NOT_SHOWN = "not shown"
    SKIPPED = "skipped"


class DriverFinding(msgspec.Struct, frozen=True):
    """The result of one check.

    `text`: a note if the check passed; otherwise the error and the fix. `seconds`: the duration of
    the check.
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
    hint = "Test this node by hand first. Conformance cannot be shown without its output pulse."


@dataclass(eq=False)
class NotConnectedError(DriverError):
    """No connection was established, so the result of the check is "not shown".

    The result is not "wrong". The nodes of a new driver may do nothing yet, and so open no
    connection, although the driver follows the protocol.
    """

    patience: float
    message = (
        "this check needs a connection to the server, but none was established within "
        "{patience:g} s after a pulse into “Socket.IO Start”"
    )
    hint = "Run the doctor again when the implementation can connect."


@dataclass(eq=False)
class BufferedNotificationError(DriverError):
    node: str
    message = "the pulse of “{node}” was reported only when another request was answered"
    hint = "Flush the output after each notification too: the next request may come much later."


@dataclass(eq=False)
class NoBarrierError(DriverError):
    node: str
    message = "the pulse of “{node}” was reported after the answer to runtime/sync"
    hint = (
        "Before you answer runtime/sync, process the data that had arrived when the request came, "
        "and report all pulses and errors so far. Queue the answer after the pending events."
    )


class ProcessesLeftError(DriverError):
    message = "processes that the driver started were still running after the driver had ended"
    hint = "Stop child processes and wait for their end before the driver exits."
