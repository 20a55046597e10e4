"""The command line: every command of `pulsecheck`."""
