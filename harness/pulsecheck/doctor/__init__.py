"""Looks at a driver alone, before any conformance."""
