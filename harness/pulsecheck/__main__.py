"""`python -m pulsecheck`: the command line."""

from pulsecheck.cli.entry import main

if __name__ == "__main__":
    main()
