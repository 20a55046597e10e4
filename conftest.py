"""Makes a plain `pytest features` run the behaviour specification."""

pytest_plugins = ("pulsecheck.runner.plugin",)
