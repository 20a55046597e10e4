"""Every way in which a driver can fail, each with its own diagnosis.

    DriverError
    ├── BadSpecError                    the text does not name an implementation
    ├── LaunchError                     no driver was started or reached
    │   ├── CommandNotFoundError
    │   ├── CommandNotExecutableError
    │   ├── FactoryNotLoadedError
    │   ├── DriverUnreachableError
    │   ├── NoDriverConnectedError
    │   └── AddressUnusableError
    ├── DriverLostError                 the driver ended before shutdown
    │   ├── DriverExitedError
    │   ├── DriverKilledError
    │   ├── DriverCrashedError
    │   ├── ConnectionEndedError
    │   ├── ClosedInputError
    │   └── ClosedOutputError
    ├── DriverHungError                 no answer within the timeout
    │   ├── LateAnswerError
    │   └── BufferedAnswerError
    ├── ProtocolViolationError          the driver broke the protocol
    │   ├── NotUtf8Error
    │   ├── PlainTextError
    │   ├── NotJsonError
    │   ├── InvalidMessageError
    │   ├── LineTooLongError
    │   ├── UnknownIdError
    │   ├── AnsweredTwiceError
    │   ├── UnknownNotificationError
    │   ├── InvalidNotificationError
    │   ├── UnknownNodeError
    │   ├── InvalidResultError
    │   ├── WrongVersionError
    │   ├── UnknownDeclarationError
    │   ├── StartMissingError
    │   ├── TransportMissingError
    │   └── FloodError
    ├── WrongTransportError             a connection uses another transport than it should
    ├── ObservationError                the harness could not record a message
    ├── RequestError                    the answer is an error; the driver remains usable
    │   ├── RefusedError
    │   ├── MethodMissingError
    │   │   └── RequiredMethodMissingError
    │   └── RequestFailedError
    └── ShutdownError                   the driver did not end as it should
        ├── ShutdownIgnoredError
        │   └── ConnectionNotClosedError
        └── KillFailedError

The text of an error consists of its message and its hint. The message says what was expected and
what happened. The hint says what to do. Data from an implementation is unchanged in the fields, and
escaped in the text.
"""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.driver.quoting import escape_and_truncate, quote, tail


class DriverError(Exception):
    """The base class. `message` is a format string that can contain the fields of the error."""

    message: ClassVar[str]
    hint: ClassVar[str]

    def __str__(self) -> str:
        shown = {name: self._show(name, value) for name, value in vars(self).items()}
        return f"{self.message.format(**shown)}\n{self.hint}".rstrip()

    @staticmethod
    def _show(name: str, value: object) -> object:
        if isinstance(value, bytes):
            return quote(value)
        if isinstance(value, str):
            return tail(value) if name == "log" else escape_and_truncate(value)
        return value


@dataclass(eq=False)
class BadSpecError(DriverError):
    text: str
    problem: str
    message = "“{text}” does not name an implementation: {problem}"
    hint = (
        "Give a command line (node driver.js), a coroutine function in Python "
        "(python:module:factory), or the address where a driver listens (tcp://127.0.0.1:4000)."
    )


# --- no driver was started or reached -------------------------------------------------------


class LaunchError(DriverError):
    """The driver could not be started or reached."""


@dataclass(eq=False)
class CommandNotFoundError(LaunchError):
    command: str
    message = "the driver's command “{command}” was not found"
    hint = "Check its spelling, the PATH, and the interpreter in the first line of the script."


@dataclass(eq=False)
class CommandNotExecutableError(LaunchError):
    command: str
    reason: str
    message = "the driver's command “{command}” cannot be executed: {reason}"
    hint = "Make the file executable (chmod +x), or begin the command with its interpreter."


@dataclass(eq=False)
class FactoryNotLoadedError(LaunchError):
    module: str
    factory: str
    reason: str
    message = "the driver's factory “{factory}” could not be loaded from “{module}”: {reason}"
    hint = (
        "Name a coroutine function that takes a StreamReader and a StreamWriter, in a module that "
        "Python can import from the current folder."
    )


@dataclass(eq=False)
class DriverUnreachableError(LaunchError):
    address: str
    seconds: float
    reason: str
    message = "no driver could be reached at {address} within {seconds:g} s: {reason}"
    hint = (
        "Start the driver first, and check the host and the port. "
        "If the driver connects to the harness, use --listen."
    )


@dataclass(eq=False)
class NoDriverConnectedError(LaunchError):
    address: str
    seconds: float
    message = "no driver connected to {address} within {seconds:g} s"
    hint = (
        "Start the driver, and make it connect to that address. The driver must connect again "
        "after its connection is lost. If the driver runs on another machine, give --listen a host "
        "that the driver can reach: a loopback address is not enough."
    )


@dataclass(eq=False)
class AddressUnusableError(LaunchError):
    address: str
    reason: str
    message = "the harness cannot listen on {address}: {reason}"
    hint = "Use an address of this machine and a free port; port 0 selects a free one."


# --- the driver ended before shutdown -------------------------------------------------------


class DriverLostError(DriverError):
    """The driver, or one direction of its stream, ended before shutdown was requested."""


@dataclass(eq=False)
class DriverExitedError(DriverLostError):
    code: int
    log: str
    message = "the driver exited with code {code} before it was asked to shut down; {log}"
    hint = "Keep it running until it is asked to shut down or its standard input is closed."


@dataclass(eq=False)
class DriverKilledError(DriverLostError):
    signal: str
    log: str
    message = "the driver was killed by {signal}; {log}"
    hint = "Possible causes: a native crash, the OOM killer, or a kill from another process."


@dataclass(eq=False)
class DriverCrashedError(DriverLostError):
    reason: str
    message = "the driver's factory ended before it was asked to shut down: {reason}"
    hint = (
        "Serve requests until shutdown or the end of the stream. "
        "Answer with an error instead of raising an exception."
    )


@dataclass(eq=False)
class ConnectionEndedError(DriverLostError):
    address: str
    how: str
    message = (
        "the driver's connection ({address}) ended before the driver was asked to shut down: {how}"
    )
    hint = (
        "Check whether the driver or its device crashed. "
        "Keep the connection open until you have answered shutdown."
    )


@dataclass(eq=False)
class ClosedInputError(DriverLostError):
    method: str
    message = "the driver closed its input, so {method} could not be sent"
    hint = "Read requests until you are asked to shut down."


class ClosedOutputError(DriverLostError):
    message = "the driver closed its output but is still running"
    hint = "Keep the output open for answers until you are asked to shut down."


@dataclass(eq=False)
class DriverHungError(DriverError):
    """`timeout` is in seconds."""

    method: str
    timeout: float
    message = "the driver did not answer {method} within {timeout:g} s"
    hint = (
        "Answer each request with one line, and flush the output after it. "
        "If the driver needs more time, increase --patience."
    )


class LateAnswerError(DriverHungError):
    message = "the driver answered {method}, but only after the timeout of {timeout:g} s"
    hint = (
        "Answer at once, and report slow results in notifications. "
        "If the driver needs more time, increase --patience."
    )


class BufferedAnswerError(DriverHungError):
    message = (
        "the driver's answer to {method} came only after its input was closed: it was buffered"
    )
    hint = (
        "Flush the output after each line: "
        "many languages buffer output that does not go to a terminal."
    )


# --- the driver broke the protocol ----------------------------------------------------------


class ProtocolViolationError(DriverError):
    """The driver broke the protocol, so its later messages cannot be trusted."""


@dataclass(eq=False)
class NotUtf8Error(ProtocolViolationError):
    position: int
    line: bytes
    message = "the driver sent a line with invalid UTF-8 at byte {position}: {line}"
    hint = "Write UTF-8 to the output, regardless of the locale."


@dataclass(eq=False)
class PlainTextError(ProtocolViolationError):
    line: bytes
    message = "the driver's output contains a line that is not a message: {line}"
    hint = "Write only messages to the output, and print everything else to standard error."


@dataclass(eq=False)
class NotJsonError(ProtocolViolationError):
    problem: str
    line: bytes
    message = "the driver sent a line that is not JSON ({problem}): {line}"
    hint = "Write each message as one line of JSON, and escape line breaks in texts."


@dataclass(eq=False)
class InvalidMessageError(ProtocolViolationError):
    problem: str
    line: bytes
    message = "the driver sent a message that is not JSON-RPC 2.0 ({problem}): {line}"
    hint = (
        "Send an answer with jsonrpc, id, and either result or error; "
        "send a notification with jsonrpc, method and params."
    )


@dataclass(eq=False)
class LineTooLongError(ProtocolViolationError):
    limit: int
    line: bytes
    message = "the driver sent more than {limit} bytes without a line feed, beginning with {line}"
    hint = "End each message with a line feed, and keep each message below this limit."


@dataclass(eq=False)
class UnknownIdError(ProtocolViolationError):
    id: int
    line: bytes
    message = "the driver answered request {id}, which was never sent: {line}"
    hint = "Answer with the id of the request."


@dataclass(eq=False)
class AnsweredTwiceError(ProtocolViolationError):
    id: int
    line: bytes
    message = "the driver answered request {id} a second time: {line}"
    hint = "Answer each request once, and report later events in notifications."


@dataclass(eq=False)
class UnknownNotificationError(ProtocolViolationError):
    method: str
    message = "the driver sent the unknown notification “{method}”"
    hint = "Use one of the protocol's notifications: runtime/pulsed, runtime/error, log."


@dataclass(eq=False)
class InvalidNotificationError(ProtocolViolationError):
    method: str
    problem: str
    line: bytes
    message = "the driver sent a notification {method} with invalid params ({problem}): {line}"
    hint = (
        "Compare the params with the protocol's schema. The $ in this message is the params object."
    )


@dataclass(eq=False)
class UnknownNodeError(ProtocolViolationError):
    node: str
    message = "the driver reported on the node “{node}”, which is not in any project"
    hint = "Report a node by the id that it has in project/open."


@dataclass(eq=False)
class InvalidResultError(ProtocolViolationError):
    method: str
    problem: str
    line: bytes
    message = "the driver answered {method} with an invalid result ({problem}): {line}"
    hint = (
        "Compare the result with the protocol's schema. The $ in this message is the result object."
    )


@dataclass(eq=False)
class WrongVersionError(ProtocolViolationError):
    expected: int
    version: int
    message = "the driver uses version {version} of the protocol, the harness version {expected}"
    hint = "Use a driver and a pulsecheck with the same version of the protocol."


@dataclass(eq=False)
class UnknownDeclarationError(ProtocolViolationError):
    """`field` is the field of the profile that contains the unknown words."""

    field: str
    unknown: str
    known: str
    message = "the driver declares unknown {field}: {unknown}; the known ones are: {known}"
    hint = "Check the spelling: only what a driver declares is tested."


@dataclass(eq=False)
class StartMissingError(ProtocolViolationError):
    message = "the driver does not declare the node “Socket.IO Start”"
    hint = (
        "Add “Socket.IO Start” or “connection nodes” to `nodes`: "
        "without Start, nothing can be tested."
    )


@dataclass(eq=False)
class TransportMissingError(ProtocolViolationError):
    message = "the driver declares no transport: “websocket”, “upgraded” or “polling”"
    hint = (
        "Declare the transports that the implementation's client can be made to use: "
        "without one, no connection can be established."
    )


@dataclass(eq=False)
class FloodError(ProtocolViolationError):
    notifications: int
    size: int
    message = (
        "the driver sent too many notifications in one scenario: "
        "{notifications} notifications, {size} bytes"
    )
    hint = "Report each output pulse once, and log less."


@dataclass(eq=False)
class WrongTransportError(DriverError):
    """`asked` and `used` are names of transports."""

    connection: str
    asked: str
    used: str
    message = "the project asks for {asked}, but the connection “{connection}” uses {used}"
    hint = (
        "Make the driver pass the `transports` of the connection to its client, or declare only "
        "the transports that the client can be made to use."
    )


@dataclass(eq=False)
class ObservationError(DriverError):
    reason: str
    message = "the harness could not record a message of the driver: {reason}"
    hint = "Report this as a bug in pulsecheck, unless an earlier error explains it."


# --- the answer is an error -----------------------------------------------------------------


@dataclass(eq=False)
class RequestError(DriverError):
    """The driver answered with an error. The driver remains usable."""

    method: str
    code: int
    text: str


class RefusedError(RequestError):
    """The implementation refuses the request, for the reason `text`. A refusal may be correct."""

    message = "{text}"
    hint = ""


class MethodMissingError(RequestError):
    """The driver lacks a method of an ability that it declares. The scenario fails."""

    message = (
        "the driver does not implement {method}, but declares an ability that includes it: {text}"
    )
    hint = "Implement the method, or do not declare the ability."


class RequiredMethodMissingError(MethodMissingError):
    """The driver lacks a method that every driver must have. The scenario fails."""

    message = "the driver does not implement {method}, which every driver must have: {text}"
    hint = "Implement the method, and check the spelling of its name."


class RequestFailedError(RequestError):
    message = "the driver answered {method} with error {code}: {text}"
    hint = (
        "Fix the driver. If the implementation's rules forbid the request, answer with error 1 "
        "(refused). Every other code is a failure."
    )


# --- the driver did not end as it should ----------------------------------------------------


class ShutdownError(DriverError):
    """The driver had to be stopped by force, or could not be stopped."""


@dataclass(eq=False)
class ShutdownIgnoredError(ShutdownError):
    """`grace` is in seconds. `stopped_by` is the name of the forced stop that worked."""

    grace: float
    stopped_by: str
    message = (
        "the driver was still running {grace:g} s after it had answered shutdown; "
        "{stopped_by} stopped it"
    )
    hint = "Exit after answering shutdown, and end all child processes and threads."


class ConnectionNotClosedError(ShutdownIgnoredError):
    message = (
        "the driver's connection was still open {grace:g} s after it had answered shutdown; "
        "{stopped_by} closed it"
    )
    hint = (
        "Close the connection after answering shutdown. The device may then wait for the next "
        "connection."
    )


@dataclass(eq=False)
class KillFailedError(ShutdownError):
    last_attempt: str
    message = "the driver could not be stopped: even {last_attempt} had no effect"
    hint = "Look for a thread or a system call that blocks forever, and stop the driver by hand."
