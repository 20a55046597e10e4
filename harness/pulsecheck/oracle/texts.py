"""Distinguish usual texts from unusual texts, which have a requirement of their own: SND-5."""

import re

LONG = 1_000
"""The minimum number of characters of a long text."""
WHITE_SPACE = frozenset(" \t\n\r\u00a0\u3000")
"""White space that SND-2 requires to be kept. SND-5 is about other control characters."""


RESERVED = frozenset({"connect", "connect_error", "disconnect", "error", "message"})
"""Names that client libraries use for events of their own."""
_NAME = re.compile(r"/?[A-Za-z0-9-]*")


def is_usual_name(*names: object) -> bool:
    """Whether all names are usual. Values that are not texts are ignored.

    A usual name is not reserved. It has only letters, digits and hyphens, and may begin with "/".
    """
    texts = [name for name in names if isinstance(name, str)]
    return all(_NAME.fullmatch(name) and name not in RESERVED for name in texts)


def is_usual(text: object) -> bool:
    """Whether a message is a short text of printable ASCII and white space, or not a text at all.

    The empty text is not usual.
    """
    if not isinstance(text, str):
        return True
    return 0 < len(text) < LONG and all(
        each in WHITE_SPACE or (each.isascii() and each.isprintable()) for each in text
    )
