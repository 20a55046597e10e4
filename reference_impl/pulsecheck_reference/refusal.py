"""The two ways in which the runtime says no, and how it lists what there is instead."""

from collections.abc import Iterable


class RefusedError(Exception):
    """What was asked for is against the rules; the message says which, and what to do."""


class ExecutionError(Exception):
    """A node cannot execute; the message says why, and what to do."""


def listed(names: Iterable[str]) -> str:
    """Names for a message: each quoted, "none" if there are none."""
    return ", ".join(f'"{name}"' for name in names) or "none"
