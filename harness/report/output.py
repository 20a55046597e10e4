"""What the commands about reports say of files that they cannot read or write."""

from pathlib import Path

import click


class UnreadableInput(click.ClickException):
    """A file that was named is no report that can be read."""

    exit_code = 2


def write(path: Path, report: bytes) -> bool:
    """Write a report; say so if that cannot be done."""
    try:
        path.write_bytes(report)
    except OSError as error:
        click.echo(
            f"cannot write the report {path}: {error.strerror}\n"
            "  Name a file in a folder that is there and can be written to.",
            err=True,
        )
        return False
    return True
