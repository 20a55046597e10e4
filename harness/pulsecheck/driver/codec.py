"""Encode and decode lines of the protocol. Pure: no I/O, no clock, no state.

A driver may send anything. Each kind of invalid line has its own error, which says what is wrong.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from pulsecheck.driver.errors import (
    InvalidMessageError,
    InvalidNotificationError,
    InvalidResultError,
    NotJsonError,
    NotUtf8Error,
    PlainTextError,
    StartMissingError,
    TransportMissingError,
    UnknownDeclarationError,
    UnknownNotificationError,
    WrongVersionError,
)
from pulsecheck.driver.profile import declared_nodes
from pulsecheck.driver.protocol import (
    NOTIFICATIONS,
    PROTOCOL_VERSION,
    Ability,
    Initialized,
    Message,
    NodeName,
    Notification,
    Request,
    Response,
    TransportUse,
)

JSONRPC = "2.0"
DECLARATIONS: Mapping[str, type[StrEnum]] = {
    "nodes": NodeName,
    "transports": TransportUse,
    "abilities": Ability,
}
"""The fields of a profile, and the words that each field allows."""
R = TypeVar("R", bound=Message)
Envelope = TypeVar("Envelope", Response, Notification)


def encode_request(number: int, method: str, params: Message) -> bytes:
    """Encode a request as one line, including its line feed."""
    request = Request(jsonrpc=JSONRPC, id=number, method=method, params=params)
    return msgspec.json.encode(request) + b"\n"


def decode(line: bytes) -> Response | Notification:
    """Decode a line of the driver, but do not validate the result or the params in the line.

    A returned Response has an id, and either a result or an error. Raises a ProtocolViolationError.
    """
    message = _decode_json(line)
    if not isinstance(message, dict):
        raise InvalidMessageError("expected an object", line)
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
        raise PlainTextError(line) from None
    except RecursionError:
        raise NotJsonError("nested too deeply", line) from None


def _checked(message: Envelope, line: bytes) -> Envelope:
    if message.jsonrpc != JSONRPC:
        raise InvalidMessageError(f"expected jsonrpc “{JSONRPC}”", line)
    return message


def _checked_response(response: Response, line: bytes) -> Response:
    has_error = response.error is not msgspec.UNSET
    if has_error == (response.result is not msgspec.UNSET):
        raise InvalidMessageError("expected either a result or an error", line)
    if response.id is None:
        raise InvalidMessageError("its id is null, so it answers no request", line)
    return _checked(response, line)


def read_notification(notification: Notification, line: bytes) -> Message:
    """Convert a notification to the type of its method: Pulsed, RuntimeFault or Log.

    Raises UnknownNotificationError, or InvalidNotificationError, which quotes `line`.
    """
    kind = NOTIFICATIONS.get(notification.method)
    if kind is None:
        raise UnknownNotificationError(notification.method)
    try:
        return msgspec.convert(notification.params, kind)
    except msgspec.ValidationError as error:
        raise InvalidNotificationError(notification.method, str(error), line) from None


def read_result(method: str, result: Any, kind: type[R], line: bytes) -> R:
    """Convert the result of a request to the type `kind`.

    Raises InvalidResultError, which quotes `line`. The result of initialize can also raise
    WrongVersionError, UnknownDeclarationError, StartMissingError or TransportMissingError.
    """
    if kind is Initialized and isinstance(result, dict):
        _check_words(result)
    try:
        converted = msgspec.convert(result, kind)
    except msgspec.ValidationError as error:
        raise InvalidResultError(method, str(error), line) from None
    if isinstance(converted, Initialized):
        _check_complete(converted)
    return converted


def _check_words(initialized: dict[str, Any]) -> None:
    """Check the version, and the spelling of the declared words.

    Call this function before the types are checked. Another version may have other fields. Then
    WrongVersionError explains the problem better than an error about a field.
    """
    version = initialized.get("protocolVersion")
    if isinstance(version, int) and version != PROTOCOL_VERSION:
        raise WrongVersionError(PROTOCOL_VERSION, version)
    for field, words in DECLARATIONS.items():
        declared = initialized.get(field)
        if isinstance(declared, list):
            known = [str(word) for word in words]
            unknown = [word for word in declared if isinstance(word, str) and word not in known]
            if unknown:
                raise UnknownDeclarationError(field, ", ".join(unknown), ", ".join(known))


def _check_complete(initialized: Initialized) -> None:
    if NodeName.START not in declared_nodes(initialized):
        raise StartMissingError
    if not initialized.transports:
        raise TransportMissingError


def json_text(value: Any) -> str:
    """Encode a sent or received value as JSON text for the timeline."""
    return msgspec.json.encode(value).decode()
