"""pulsecheck: a conformance suite for the Socket.IO nodes of visual-scripting runtimes."""

__version__ = "0.1.0"

DISTRIBUTION = "pulsecheck"
"""The name of the distribution and of its command."""
