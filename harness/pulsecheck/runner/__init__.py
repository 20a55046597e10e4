"""Run a suite against one implementation, with pytest."""
