"""Time limits of the tests, in seconds.

The limits are generous, because a test must also pass while every core is busy. A test that passes
does not wait until a limit expires.
"""

DEADLINE = 30.0
"""The limit for one event that a test waits for."""
LONGEST_TEST = 180.0
"""The limit for a test that runs in an event loop."""
LONGEST_COMMAND = 300.0
"""The limit for a command that a test runs."""
