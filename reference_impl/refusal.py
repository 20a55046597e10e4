"""The two ways in which the runtime says no."""


class RefusedError(Exception):
    """What was asked for is against the rules; the message says which, and what to do."""


class ExecutionError(Exception):
    """A node cannot execute; the message says why, and what to do."""
