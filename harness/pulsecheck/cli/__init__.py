"""The command line: every `pulsecheck` subcommand, its options and its output."""
