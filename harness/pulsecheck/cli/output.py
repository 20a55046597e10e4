"""What the commands about reports say of files that they cannot read or write."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from pulsecheck.results.verdict import EXIT_CODES, Conclusion

F = TypeVar("F", bound=Callable[..., Any])
report_file = click.Path(dir_okay=False, path_type=Path)


class UnreadableInput(click.ClickException):
    """A file that was named is no report that can be read."""

    exit_code = 2


class UnusableSuiteError(click.ClickException):
    """The features, their catalogue or the known failures cannot be used as they are."""

    exit_code = EXIT_CODES[Conclusion.ERROR]


def writable(_context: click.Context, _option: click.Parameter, path: Path | None) -> Path | None:
    """Refuse, before anything is done, a file that could not be written after it."""
    if path is not None and not os.access(path if path.exists() else path.parent, os.W_OK):
        raise click.BadParameter(
            f"'{path}' cannot be written. Name a file in a folder that is there and can be "
            "written to."
        )
    return path


def report_option(*names: str, help: str) -> Callable[[F], F]:  # noqa: A002 - as click has it
    """An option that names the file that a report is written to."""
    return click.option(*names, metavar="F", type=report_file, callback=writable, help=help)


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
