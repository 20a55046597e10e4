"""Drivers of an implementation under test: the protocol, the channels, the diagnoses."""
