"""Which texts are of the usual kind: others have a requirement of their own, SND-5."""

import re

LONG = 1_000
"""The number of characters from which on a text is long."""
WHITE_SPACE = frozenset(" \t\n\r\u00a0\u3000")
"""White space that SND-2 has kept; other control characters belong to SND-5."""


RESERVED = frozenset({"connect", "connect_error", "disconnect", "error", "message"})
"""Names that client libraries use for events of their own."""
_NAME = re.compile(r"/?[A-Za-z0-9-]*")


def is_usual_name(*names: object) -> bool:
    """Whether names consist of letters, digits and hyphens, and mean nothing to a library."""
    texts = [name for name in names if isinstance(name, str)]
    return all(_NAME.fullmatch(name) and name not in RESERVED for name in texts)


def is_usual(text: object) -> bool:
    """Whether a message is a short text of printable ASCII and white space, or no text."""
    if not isinstance(text, str):
        return True
    return 0 < len(text) < LONG and all(
        each in WHITE_SPACE or (each.isascii() and each.isprintable()) for each in text
    )
