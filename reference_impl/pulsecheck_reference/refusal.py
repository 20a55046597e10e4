"""The runtime's two errors, and the lists of names in their messages."""

from collections.abc import Iterable


class RefusedError(Exception):
    """A request is invalid; the message says why, and what to do."""


class ExecutionError(Exception):
    """A node cannot execute; the message says why, and what to do."""


def listed(names: Iterable[str]) -> str:
    """Return quoted names for a message, or "none"."""
    return ", ".join(f'"{name}"' for name in names) or "none"
