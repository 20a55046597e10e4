"""Where the middle of something is that is written."""

END_OF_HEAD = b"\r\n\r\n"


def halfway(data: bytes) -> int:
    """The middle of the body, if it is an HTTP answer that has one, and otherwise of the whole."""
    head, end, body = data.partition(END_OF_HEAD)
    return len(head) + len(end) + len(body) // 2 if body else len(data) // 2
