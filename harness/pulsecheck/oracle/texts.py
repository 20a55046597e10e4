"""Which texts are of the usual kind: others have requirements of their own, SND-5 and RCV-3."""

import re

LONG = 1_000
"""The number of characters from which on a text is long."""
_NAME = re.compile(r"/?[A-Za-z0-9-]*")


def is_usual(text: object) -> bool:
    """Whether a message is short printable ASCII without white space around it, or no text."""
    if not isinstance(text, str):
        return True
    return 0 < len(text) < LONG and text.isascii() and text.isprintable() and text == text.strip()


def is_usual_name(*names: object) -> bool:
    """Whether names of events and namespaces consist of letters, digits and hyphens."""
    return all(not isinstance(name, str) or _NAME.fullmatch(name) for name in names)
