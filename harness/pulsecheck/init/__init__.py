"""Writes drivers to start from: they speak the protocol, and their nodes do nothing yet."""
