"""Sample texts and payloads, by the names that scenarios use."""

from collections.abc import Mapping
from typing import Any, TypeVar

T = TypeVar("T")

MEBIBYTE = 1024 * 1024
LONG_LINE = "A long text has many lines like this one, and here and there a ✓.\n"
MAX_QUOTE = 80
"""The maximum number of characters of a quoted value in a verdict."""


def _long_text() -> str:
    size = len(LONG_LINE.encode())
    text = LONG_LINE * (MEBIBYTE // size)
    return text + "." * (MEBIBYTE - len(text.encode()))


TEXTS: Mapping[str, str] = {
    "no text at all": "",
    "emoji": "👍🏽 👩‍🚀 🏳️‍🌈",
    "combining characters": "e\u0301 is not \u00e9; Z\u0351\u036b\u0343",
    "writing from right to left": "\u05d0\u05d1\u05d2 \u0627\u0628\u062a \u200fabc",
    "characters beyond the first 65536": "\U0001d11e \U00020000 \U0010fffd",
    "byte order marks": "\ufeffat the beginning, within \ufeff and at the end\ufeff",
    "capital letters": "The Quick Brown FOX",
    "a NUL character": "before\0after",
    "control characters": "".join(map(chr, range(1, 32))) + "\x7f\x80\x9f",
    "line breaks of every kind": "a\nb\rc\r\nd\u0085e\u2028f\u2029g",
    "quotation marks and backslashes": '"\'`\\ \\n \\" \\u0041 «»',
    "text that looks like JSON": '{"a": [1, "b", null], "c": {"_placeholder": true, "num": 0}}',
    "text that looks like a number": "007",
    "text that looks like a number with an exponent": "1.0e3",
    "text that looks like a truth value": "true",
    "text that looks like null": "null",
    "line breaks as in files of Windows": "first\r\nsecond\r\n",
    "text that looks like a packet": '42["x"]',
    "text that looks like several packets": '42["x"]\x1e41\x1e1',
    "text that looks like markup": "<b>&amp;</b><script>alert(1)</script> %s {0} ${x}",
    "white space at both ends": " \t\n two words \u00a0\u3000\n",
    "1 MiB of text": _long_text(),
}
PAYLOADS: Mapping[str, tuple[Any, ...]] = {
    "a JSON object": ({"a": 1, "b": [True, None, "c"]},),
    "a number": (42,),
    "a truth value": (True,),
    "null": (None,),
    "several texts": ("one", "two"),
    "binary data": (b"\x00\x01\xfe\xff",),
    "no argument": (),
}
"""The arguments of events whose payload is not exactly one text."""


def sample(name: str) -> str:
    """Return the text of TEXTS with this name. Raises LookupError if there is none."""
    return _known(TEXTS, name)


def payload(name: str) -> tuple[Any, ...]:
    """Return the arguments of PAYLOADS with this name. Raises LookupError if there are none."""
    return _known(PAYLOADS, name)


def _known(samples: Mapping[str, T], name: str) -> T:
    if name not in samples:
        raise LookupError(f'there is no sample "{name}". Use one of: {", ".join(samples)}')
    return samples[name]


def message_range(first: str, last: str) -> list[str]:
    """Return the numbers from `first` to `last` as texts."""
    return [str(number) for number in range(int(first), int(last) + 1)]


def quoted(value: object) -> str:
    """Quote a value for a verdict. Truncate a long value, and append the length of the value."""
    text = repr(value)
    return truncated(text, len(value) if isinstance(value, str) else len(text))


def truncated(text: str, length: int | None = None) -> str:
    """Truncate a long text to MAX_QUOTE characters, and append a length such as "(99 characters)".

    `length`: the length to append. The default is the length of `text`.
    """
    if len(text) <= MAX_QUOTE:
        return text
    return f"{text[:MAX_QUOTE]}… ({length or len(text)} characters)"
