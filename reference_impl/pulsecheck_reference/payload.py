"""Convert the data of events and refusals to text. The data is JSON with binary attachments."""

import base64
import json
from collections.abc import Sequence
from typing import Any


def clean(text: str) -> str:
    """Replace lone surrogates, which JSON may contain and UTF-8 cannot encode."""
    return text.encode("utf-8", "replace").decode()


def message_text(arguments: Sequence[Any]) -> str:
    """Return On Receive's `Message` for an event's arguments.

    A single text is returned unchanged, apart from lone surrogates. Without arguments, the result
    is empty. The documentation does not say how to convert other arguments. In the reference, a
    single argument becomes JSON, several arguments become a JSON list, and binary data becomes
    Base64.
    """
    if not arguments:
        return ""
    value = arguments[0] if len(arguments) == 1 else list(arguments)
    return _text(value)


def error_text(arguments: Sequence[Any]) -> str:
    """Return the message of a refusal: the `message` in the data, or else all the data."""
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
