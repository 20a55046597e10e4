"""What a server sent, as text. It may be anything that JSON or binary attachments can hold."""

import base64
import json
from collections.abc import Sequence
from typing import Any


def clean(text: str) -> str:
    """Text that UTF-8 can carry: halves of characters, which JSON can smuggle in, are replaced."""
    return text.encode("utf-8", "replace").decode()


def message_text(arguments: Sequence[Any]) -> str:
    """What On Receive's `Message` holds for an event's arguments.

    Text is taken as it is, and no argument is the empty text. The documentation leaves the rest
    open: one argument of another kind becomes JSON, several become a JSON list, and binary in them
    Base64.
    """
    if not arguments:
        return ""
    value = arguments[0] if len(arguments) == 1 else list(arguments)
    return _text(value)


def error_text(arguments: Sequence[Any]) -> str:
    """The message of a refusal: its `message`, or else all that the server sent with it."""
    if not arguments or arguments == (None,):
        return "the server refused the connection without a message"
    data = arguments[0]
    return _text(data.get("message", data) if isinstance(data, dict) else data)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return clean(value)
    try:
        return json.dumps(value, default=_base64)
    except RecursionError:
        return "(nested too deeply)"


def _base64(binary: bytes) -> str:
    return base64.b64encode(binary).decode()
