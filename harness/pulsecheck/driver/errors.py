"""Every way the seam to an implementation can fail, each with its own diagnosis.

    DriverError
    ├── BadSpecError                    the text names no implementation
    ├── LaunchError                     nothing runs
    │   ├── CommandNotFoundError
    │   ├── CommandNotExecutableError
    │   ├── FactoryNotLoadedError
    │   ├── NobodyListensError
    │   ├── NobodyConnectedError
    │   └── AddressUnusableError
    ├── DriverLostError                 it ran, and is gone
    │   ├── DriverExitedError
    │   ├── DriverKilledError
    │   ├── DriverCrashedError
    │   ├── ConnectionEndedError
    │   ├── ClosedInputError
    │   └── ClosedOutputError
    ├── DriverHungError                 no answer in time
    │   ├── LateAnswerError
    │   └── BufferedAnswerError
    ├── ProtocolViolationError          what it sent is not what the protocol says
    │   ├── NotUtf8Error
    │   ├── ProseError
    │   ├── NotJsonError
    │   ├── InvalidMessageError
    │   ├── EndlessLineError
    │   ├── UnknownIdError
    │   ├── AnsweredTwiceError
    │   ├── UnknownNotificationError
    │   ├── InvalidNotificationError
    │   ├── UnknownNodeError
    │   ├── WrongResultError
    │   ├── WrongVersionError
    │   ├── UnknownCapabilityError
    │   ├── RuntimeCapabilityMissingError
    │   ├── TransportMissingError
    │   └── FloodError
    ├── ObservationError                the harness could not record what it was told
    ├── RequestError                    an answer that says no; the driver remains usable
    │   ├── RefusedError
    │   ├── MethodMissingError
    │   │   └── BasicMethodMissingError
    │   └── RequestFailedError
    └── EndingError                     it did not end as it should
        ├── ShutdownIgnoredError
        │   └── ConnectionKeptError
        └── UnendingError

The text of an error says what was wanted and what came; `hint`, which ends it, says what to do.
Text that came from an implementation is made harmless when it is shown, not when it is kept.
"""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.driver.quoting import harmless, quote, tail


class DriverError(Exception):
    """What all of them are; `message` is a template of the error's own fields."""

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
            return tail(value) if name == "log" else harmless(value)
        return value


@dataclass(eq=False)
class BadSpecError(DriverError):
    text: str
    problem: str
    message = "“{text}” names no implementation: {problem}"
    hint = (
        "Give a command line, as in “node driver.js”, a coroutine function of Python, as in "
        "“python:module:factory”, or where a driver listens, as in “tcp://127.0.0.1:4000”."
    )


# --- nothing runs ---------------------------------------------------------------------------


class LaunchError(DriverError):
    """The driver could not be started."""


@dataclass(eq=False)
class CommandNotFoundError(LaunchError):
    command: str
    message = "the driver's command “{command}” was not found"
    hint = "Check its spelling, the PATH, and the interpreter that the script's first line names."


@dataclass(eq=False)
class CommandNotExecutableError(LaunchError):
    command: str
    reason: str
    message = "the driver's command “{command}” cannot be executed: {reason}"
    hint = "Make the file executable (chmod +x), or put its interpreter before it."


@dataclass(eq=False)
class FactoryNotLoadedError(LaunchError):
    module: str
    factory: str
    reason: str
    message = "the driver's factory “{factory}” cannot be had from “{module}”: {reason}"
    hint = (
        "Wanted is a coroutine function that takes a StreamReader and a StreamWriter, in a module "
        "that can be imported from here."
    )


@dataclass(eq=False)
class NobodyListensError(LaunchError):
    address: str
    seconds: float
    reason: str
    message = "no driver could be reached at {address} within {seconds:g} s: {reason}"
    hint = (
        "Start the driver there first; mind its host and its port. "
        "If it is the driver that connects, use --listen."
    )


@dataclass(eq=False)
class NobodyConnectedError(LaunchError):
    address: str
    seconds: float
    message = "no driver connected to {address} within {seconds:g} s"
    hint = (
        "Start the driver, and let it connect to that address: again, too, after its connection "
        "was lost. From another machine, loopback cannot be reached: give --listen a host."
    )


@dataclass(eq=False)
class AddressUnusableError(LaunchError):
    address: str
    reason: str
    message = "the harness cannot listen on {address}: {reason}"
    hint = "Name an address of this machine, and a port that is free; 0 takes any that is."


# --- it ran, and is gone --------------------------------------------------------------------


class DriverLostError(DriverError):
    """The driver, or its half of the stream, ended without having been told to."""


@dataclass(eq=False)
class DriverExitedError(DriverLostError):
    code: int
    log: str
    message = "the driver exited with code {code} before it was told to shut down; {log}"
    hint = "Keep it running until it is asked to shut down or its standard input ends."


@dataclass(eq=False)
class DriverKilledError(DriverLostError):
    signal: str
    log: str
    message = "the driver was killed by {signal}; {log}"
    hint = "Look for a crash of native code, a lack of memory, or somebody else's kill."


@dataclass(eq=False)
class DriverCrashedError(DriverLostError):
    reason: str
    message = "the driver's factory ended before it was told to shut down: {reason}"
    hint = "Serve until shutdown or the end of the stream; answer errors instead of raising them."


@dataclass(eq=False)
class ConnectionEndedError(DriverLostError):
    address: str
    how: str
    message = "the driver's connection ({address}) ended before it was told to shut down: {how}"
    hint = (
        "Look for a crash of the driver or of its device. "
        "Keep the connection open until shutdown was answered."
    )


@dataclass(eq=False)
class ClosedInputError(DriverLostError):
    method: str
    message = "the driver closed its input, so that it cannot be asked for {method}"
    hint = "Read requests until you are asked to shut down."


class ClosedOutputError(DriverLostError):
    message = "the driver closed its output but runs on"
    hint = "Keep the output open for answers until you are asked to shut down."


@dataclass(eq=False)
class DriverHungError(DriverError):
    method: str
    patience: float
    message = "the driver did not answer {method} within {patience:g} s"
    hint = (
        "Answer each request by one line, and flush the output after it: a line left in a buffer "
        "is never seen. If it needs more time, give it more patience."
    )


class LateAnswerError(DriverHungError):
    message = "the driver answered {method}, but only after the {patience:g} s it had"
    hint = "Answer at once and report what takes time by notifications, or give it more patience."


class BufferedAnswerError(DriverHungError):
    message = "the driver's answer to {method} came only when its input had ended: it was buffered"
    hint = "Flush the output after each line; a runtime buffers what goes to no terminal."


# --- what it sent is not what the protocol says ----------------------------------------------


class ProtocolViolationError(DriverError):
    """The driver broke the protocol: what else it says cannot be trusted."""


@dataclass(eq=False)
class NotUtf8Error(ProtocolViolationError):
    position: int
    line: bytes
    message = "the driver sent a line that is not UTF-8, from byte {position} on: {line}"
    hint = "Write UTF-8 to the output, whatever the locale says."


@dataclass(eq=False)
class ProseError(ProtocolViolationError):
    line: bytes
    message = "the driver printed something on its output that is no message: {line}"
    hint = "The output is for messages alone; print everything else on standard error."


@dataclass(eq=False)
class NotJsonError(ProtocolViolationError):
    problem: str
    line: bytes
    message = "the driver sent a line that is not JSON ({problem}): {line}"
    hint = "Write each message as one line of JSON, with line breaks in texts escaped."


@dataclass(eq=False)
class InvalidMessageError(ProtocolViolationError):
    problem: str
    line: bytes
    message = "the driver sent a message that is not one of JSON-RPC 2.0 ({problem}): {line}"
    hint = (
        "An answer has jsonrpc, id, and either result or error; "
        "a notification has jsonrpc, method and params."
    )


@dataclass(eq=False)
class EndlessLineError(ProtocolViolationError):
    limit: int
    line: bytes
    message = "the driver sent more than {limit} bytes without the end of a line; it begins {line}"
    hint = "End each message with a line feed, and keep it shorter than that."


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
    hint = "Answer each request once; report what happens later by notifications."


@dataclass(eq=False)
class UnknownNotificationError(ProtocolViolationError):
    method: str
    message = "the driver sent the notification “{method}”, which does not exist"
    hint = "The protocol has runtime/pulsed, runtime/error and log."


@dataclass(eq=False)
class InvalidNotificationError(ProtocolViolationError):
    method: str
    problem: str
    line: bytes
    message = "the driver sent a notification {method} with wrong params ({problem}): {line}"
    hint = "$ stands for params; compare them with the protocol's schema."


@dataclass(eq=False)
class UnknownNodeError(ProtocolViolationError):
    node: str
    message = "the driver reported on the node “{node}”, which no project has"
    hint = "Report a node by the id that project/open has given it."


@dataclass(eq=False)
class WrongResultError(ProtocolViolationError):
    method: str
    problem: str
    line: bytes
    message = "the driver answered {method} with a wrong result ({problem}): {line}"
    hint = "$ stands for result; compare it with the protocol's schema."


@dataclass(eq=False)
class WrongVersionError(ProtocolViolationError):
    wanted: int
    version: int
    message = "the driver speaks version {version} of the protocol, the harness version {wanted}"
    hint = "Take a driver and a harness of the same version of the protocol."


@dataclass(eq=False)
class UnknownCapabilityError(ProtocolViolationError):
    unknown: str
    known: str
    message = "the driver declares capabilities that do not exist: {unknown}; there are {known}"
    hint = "Mind the spelling: what is declared is tested, and only that."


@dataclass(eq=False)
class RuntimeCapabilityMissingError(ProtocolViolationError):
    message = "the driver does not declare the capability “runtime”"
    hint = "Start, Stop and their events are the least: without them nothing can be tested."


@dataclass(eq=False)
class TransportMissingError(ProtocolViolationError):
    message = "the driver declares no transport: neither “websocket” nor “polling”"
    hint = "Declare those that the implementation's client has: without one nothing can connect."


@dataclass(eq=False)
class FloodError(ProtocolViolationError):
    notifications: int
    size: int
    message = "the driver floods: {notifications} notifications of {size} bytes in one scenario"
    hint = "Report each output pulse once, and log less."


@dataclass(eq=False)
class ObservationError(DriverError):
    reason: str
    message = "what the driver sent could not be recorded: {reason}"
    hint = "This is an error of the harness, unless what came before explains it."


# --- an answer that says no -----------------------------------------------------------------


@dataclass(eq=False)
class RequestError(DriverError):
    """The driver answered with an error; it remains usable."""

    method: str
    code: int
    text: str


class RefusedError(RequestError):
    """The implementation says no, which may be the right behaviour; `text` is its reason."""

    message = "{text}"
    hint = ""


class MethodMissingError(RequestError):
    """A failure of the implementation: the capability it declared promises the method."""

    message = "the driver has no method {method} behind a capability that it declares: {text}"
    hint = "Implement the method, or do not declare the capability."


class BasicMethodMissingError(MethodMissingError):
    """A failure of the implementation: there is no driver without that method."""

    message = "the driver has no method {method}, which every driver must have: {text}"
    hint = "Implement the method, and mind the spelling of its name."


class RequestFailedError(RequestError):
    message = "the driver answered {method} with error {code}: {text}"
    hint = "Code 1 refuses a request for a reason of the implementation; all others are failures."


# --- it did not end as it should ------------------------------------------------------------


class EndingError(DriverError):
    """The driver had to be ended by force, or could not be ended."""


@dataclass(eq=False)
class ShutdownIgnoredError(EndingError):
    grace: float
    force: str
    message = "the driver ran on for {grace:g} s after it had answered shutdown; {force} ended it"
    hint = "Exit after the answer to shutdown, with all child processes and threads."


class ConnectionKeptError(ShutdownIgnoredError):
    message = (
        "the driver kept its connection for {grace:g} s after it had answered shutdown; "
        "{force} ended it"
    )
    hint = "Close the connection after the answer to shutdown; the device may wait for the next."


@dataclass(eq=False)
class UnendingError(EndingError):
    force: str
    message = "the driver cannot be ended: even {force} had no effect"
    hint = "Look for a thread or a system call that blocks for ever, and end it by hand."
