"""Lines to messages and back. Pure: no I/O, no clock, and no memory of what went before.

What a driver sends is hostile: each way a line can be wrong has its own error.
"""

from typing import Any, TypeVar

import msgspec

from pulsecheck.driver.errors import (
    InvalidMessageError,
    InvalidNotificationError,
    NotJsonError,
    NotUtf8Error,
    ProseError,
    RuntimeCapabilityMissingError,
    TransportMissingError,
    UnknownCapabilityError,
    UnknownNotificationError,
    WrongResultError,
    WrongVersionError,
)
from pulsecheck.driver.protocol import (
    NOTIFICATIONS,
    PROTOCOL_VERSION,
    Capability,
    Initialized,
    Message,
    Notification,
    Request,
    Response,
    Transport,
)

JSONRPC = "2.0"
R = TypeVar("R", bound=Message)
Envelope = TypeVar("Envelope", Response, Notification)


def encode_request(number: int, method: str, params: Message) -> bytes:
    """A request as a line, its line feed included."""
    request = Request(jsonrpc=JSONRPC, id=number, method=method, params=params)
    return msgspec.json.encode(request) + b"\n"


def decode(line: bytes) -> Response | Notification:
    """What a driver's line says; its result or params are still to be validated.

    A Response has an id, and either a result or an error. Raises a ProtocolViolationError.
    """
    message = _decode_json(line)
    if not isinstance(message, dict):
        raise InvalidMessageError("wanted an object", line)
    try:
        if "method" in message:
            return _checked(msgspec.convert(message, Notification), line)
        return _checked_response(msgspec.convert(message, Response), line)
    except msgspec.ValidationError as error:
        raise InvalidMessageError(str(error), line) from None


def _decode_json(line: bytes) -> Any:
    try:
        line.decode()
    except UnicodeDecodeError as error:
        raise NotUtf8Error(error.start, line) from None
    try:
        return msgspec.json.decode(line)
    except msgspec.DecodeError as error:
        if line.lstrip().startswith((b"{", b"[")):
            raise NotJsonError(str(error), line) from None
        raise ProseError(line) from None
    except RecursionError:
        raise NotJsonError("it is nested too deeply", line) from None


def _checked(message: Envelope, line: bytes) -> Envelope:
    if message.jsonrpc != JSONRPC:
        raise InvalidMessageError(f"wanted jsonrpc to be “{JSONRPC}”", line)
    return message


def _checked_response(response: Response, line: bytes) -> Response:
    has_error = response.error is not msgspec.UNSET
    if has_error == (response.result is not msgspec.UNSET):
        raise InvalidMessageError("wanted a result or an error, and not both", line)
    if response.id is None:
        raise InvalidMessageError("its id is null: a request was not understood", line)
    return _checked(response, line)


def read_notification(notification: Notification, line: bytes) -> Message:
    """The typed notification: one of Pulsed, RuntimeFault, Log.

    Raises UnknownNotificationError or InvalidNotificationError; `line` is what they quote.
    """
    kind = NOTIFICATIONS.get(notification.method)
    if kind is None:
        raise UnknownNotificationError(notification.method)
    try:
        return msgspec.convert(notification.params, kind)
    except msgspec.ValidationError as error:
        raise InvalidNotificationError(notification.method, str(error), line) from None


def read_result(method: str, result: Any, kind: type[R], line: bytes) -> R:
    """The typed result of a request.

    Raises WrongResultError, and for an Initialized that cannot be worked with WrongVersionError,
    UnknownCapabilityError, RuntimeCapabilityMissingError or TransportMissingError; `line` is what
    they quote.
    """
    if kind is Initialized and isinstance(result, dict):
        _check_agreement(result)
    try:
        return msgspec.convert(result, kind)
    except msgspec.ValidationError as error:
        raise WrongResultError(method, str(error), line) from None


def _check_agreement(initialized: dict[str, Any]) -> None:
    """Look at what decides before the rest: another version may have other fields."""
    version = initialized.get("protocolVersion")
    if isinstance(version, int) and version != PROTOCOL_VERSION:
        raise WrongVersionError(PROTOCOL_VERSION, version)
    declared = initialized.get("capabilities")
    if not isinstance(declared, list):
        return
    known = [str(capability) for capability in Capability]
    unknown = [name for name in declared if isinstance(name, str) and name not in known]
    if unknown:
        raise UnknownCapabilityError(", ".join(unknown), ", ".join(known))
    if Capability.RUNTIME not in declared:
        raise RuntimeCapabilityMissingError
    if not any(transport in declared for transport in Transport):
        raise TransportMissingError


def json_text(value: Any) -> str:
    """JSON text of what was sent or received, for the timeline; never fails for either."""
    return msgspec.json.encode(value).decode()
