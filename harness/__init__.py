"""pulsecheck: a conformance suite for the Socket.IO nodes of visual-scripting runtimes."""
