"""Audit a suite: run its scenarios against mutants, and report what no scenario detects."""
