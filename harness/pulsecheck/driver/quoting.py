"""Quotes of data from an implementation, escaped and truncated."""

MAX_QUOTE = 300
"""The maximum number of characters to quote from a message."""
TAIL_LINES = 12


def escape_and_truncate(text: str, limit: int = MAX_QUOTE) -> str:
    """Escape all characters that are not printable, and truncate the text to `limit` characters.

    The result is one line. Printable characters of all scripts stay as they are.
    """
    kept = text[:limit]
    if not kept.isprintable():
        kept = "".join(c if c.isprintable() else repr(c)[1:-1] for c in kept)
    return kept + ("…" if len(text) > limit else "")


def quote(sent: bytes, limit: int = MAX_QUOTE) -> str:
    """Return received bytes as text in quotation marks. Escape bytes that are not UTF-8."""
    # A character has at most four bytes, so it is enough to decode the beginning.
    text = sent[: 4 * limit + 4].rstrip().decode(errors="backslashreplace")
    return f"“{escape_and_truncate(text, limit)}”"


def tail(log: str) -> str:
    """Return the last lines of a log, indented and escaped, or a sentence if the log is empty."""
    lines = log.splitlines()[-TAIL_LINES:]
    if not lines:
        return "it wrote nothing to standard error"
    return "\n".join(
        ["the end of its standard error:", *(f"  | {escape_and_truncate(line)}" for line in lines)]
    )
