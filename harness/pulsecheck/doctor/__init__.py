"""Check a driver on its own, before checking conformance."""
