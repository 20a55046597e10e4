"""The runtime's two exceptions, and a function that lists names for their messages."""

from collections.abc import Iterable


class RefusedError(Exception):
    """A request is invalid. The message says why, and how to fix the request."""


class ExecutionError(Exception):
    """A node cannot execute. The message says why, and how to fix the problem."""


def listed(names: Iterable[str]) -> str:
    """Return quoted names for a message, or "none"."""
    return ", ".join(f'"{name}"' for name in names) or "none"
