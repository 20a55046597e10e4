"""Audit a suite: check mutants with the suite, and report mistakes that no scenario detects."""
