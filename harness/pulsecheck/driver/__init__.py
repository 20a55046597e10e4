"""Drivers of an implementation under test: protocol, transports, diagnoses."""
