"""Finds the middle of data that the server writes."""

END_OF_HEAD = b"\r\n\r\n"


def halfway(data: bytes) -> int:
    """Return the position of the middle of the HTTP body, or of data without a body."""
    head, end, body = data.partition(END_OF_HEAD)
    return len(head) + len(end) + len(body) // 2 if body else len(data) // 2
