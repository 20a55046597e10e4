"""Text of others, made safe to show."""


def escape_unprintable(text: str) -> str:
    """Text in which what a terminal obeys, XML forbids or an eye misses is escaped.

    Line feeds stay.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)
