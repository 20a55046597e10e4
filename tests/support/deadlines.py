"""Time limits of the tests, in seconds.

They are generous, because a test must also pass while every core is busy. A test that passes does
not use them up.
"""

DEADLINE = 30.0
"""For one thing that a test waits for."""
LONGEST_TEST = 180.0
"""For a test that runs in an event loop."""
LONGEST_COMMAND = 300.0
"""For a command that a test runs."""
