"""Options for the files that commands read and write, and errors about such files."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
report_file = click.Path(dir_okay=False, path_type=Path)


class InputError(click.ClickException):
    """An input file, such as a report, a catalogue or a feature file, cannot be used."""

    exit_code = 2


def require_writable(
    _context: click.Context, _option: click.Parameter, path: Path | None
) -> Path | None:
    """Reject an output file that cannot be written, before the command does its work."""
    if path is not None and not os.access(path if path.exists() else path.parent, os.W_OK):
        raise click.BadParameter(
            f"'{path}' cannot be written. Name a file in an existing, writable folder."
        )
    return path


def require_new(context: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
    """Reject a file that already exists or is not writable.

    A command must not overwrite an existing file, because a person may have edited the file. For
    example, people write the reasons in a file of known failures.
    """
    if path is not None and path.exists():
        raise click.BadParameter(f"'{path}' already exists. Name a new file.")
    return require_writable(context, option, path)


def require_distinct(*paths: Path | None) -> None:
    """Reject two reports with the same file, because the second would overwrite the first."""
    named = [path.resolve() for path in paths if path is not None]
    for path in named:
        if named.count(path) > 1:
            raise click.UsageError(
                f"'{path}' is named for two reports. Name a different file for each report."
            )


def report_option(*names: str, help: str) -> Callable[[F], F]:  # noqa: A002 - click's name
    """Declare an option that names the file to write a report to."""
    return click.option(*names, metavar="F", type=report_file, callback=require_writable, help=help)


def write(path: Path, report: bytes) -> bool:
    """Write a report; if that fails, print why and return False."""
    try:
        path.write_bytes(report)
    except OSError as error:
        click.echo(
            f"cannot write the report {path}: {error.strerror}\n"
            "  Name a file in an existing, writable folder.",
            err=True,
        )
        return False
    return True
