"""Makes what an implementation sent harmless and short enough to be shown."""

QUOTED = 300
"""The most characters of a message that are quoted."""
TAIL_LINES = 12


def harmless(text: str, limit: int = QUOTED) -> str:
    """Text in one line: what a terminal would obey or hide is escaped, the rest beyond `limit` cut.

    What is printable stays as it is, whatever its script.
    """
    kept = text[:limit]
    if not kept.isprintable():
        kept = "".join(c if c.isprintable() else repr(c)[1:-1] for c in kept)
    return kept + ("…" if len(text) > limit else "")


def quote(sent: bytes, limit: int = QUOTED) -> str:
    """What was sent, in quotation marks; bytes that are not UTF-8 are escaped."""
    # A character has four bytes at the most: no need to decode more of a large message.
    text = sent[: 4 * limit + 4].rstrip().decode(errors="backslashreplace")
    return f"“{harmless(text, limit)}”"


def tail(log: str) -> str:
    """The last lines of a log, each indented and harmless; a sentence if there are none."""
    lines = log.splitlines()[-TAIL_LINES:]
    if not lines:
        return "it wrote nothing on its standard error"
    return "\n".join(
        ["the end of its standard error:", *(f"  | {harmless(line)}" for line in lines)]
    )
