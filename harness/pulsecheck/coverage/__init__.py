"""Specification coverage: the requirements, scenarios, steps and sockets that a run exercised."""
