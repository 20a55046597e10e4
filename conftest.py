"""Lets pytest collect and run the feature files."""

pytest_plugins = ("pulsecheck.runner.plugin",)
