"""Escaping of untrusted text."""


def escape_unprintable(text: str) -> str:
    """Escape control, invisible and XML-forbidden characters, except newlines."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)
