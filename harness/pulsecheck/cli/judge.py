"""`pulsecheck judge`: judge a product by a recording of `pulsecheck serve`."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

import click

from pulsecheck.cli.console import make_console
from pulsecheck.cli.options import require_finite
from pulsecheck.cli.output import InputError, report_option, write
from pulsecheck.oracle.recorded_product import judge as judge_recording
from pulsecheck.oracle.recording import LONGEST_LINE, RecordingError, read_pulses, read_recording
from pulsecheck.oracle.rules import PATIENCE, TOLERANCE
from pulsecheck.report import judged_recording
from pulsecheck.shared.escaping import escape_unprintable
from pulsecheck.suite import feature_files
from pulsecheck.suite.errors import SuiteError
from pulsecheck.suite.feature_files import CATALOGUE
from pulsecheck.suite.requirements import load

T = TypeVar("T")
LONGEST_TOLERANCE = 10.0
"""Seconds. A pulse may come before its cause by up to the tolerance, so a larger tolerance would
hide mistakes in the order of pulses and the server's entries."""


@click.command()
@click.argument("timeline", metavar="TIMELINE", type=click.Path(path_type=Path))
@click.option(
    "--pulses",
    metavar="LOG",
    type=click.Path(path_type=Path),
    help="The product's own log of pulses: one JSON object in each line, with its time.",
)
@click.option(
    "--tolerance",
    metavar="SECONDS",
    type=click.FloatRange(0, LONGEST_TOLERANCE),
    callback=require_finite,
    default=TOLERANCE,
    show_default=True,
    help="The maximum difference between the product's clock and the server's clock.",
)
@click.option(
    "--patience",
    metavar="SECONDS",
    type=click.FloatRange(min=0, min_open=True),
    callback=require_finite,
    default=PATIENCE,
    show_default=True,
    help="The time after which an expected event counts as missing.",
)
@report_option("--json", help="Write the result as JSON: the violations, and what was judged.")
def judge(
    *, timeline: Path, pulses: Path | None, tolerance: float, patience: float, json: Path | None
) -> int:
    """Judge a product by a recording, without a driver.

    TIMELINE is a file that `pulsecheck serve --record` wrote while the product used the server. It
    contains the pulses that the product reported, unless they are in LOG.

    \b
    Exit codes:
      0  no violation was found, which does not prove conformance
      1  a documented fact is violated
      2  a file cannot be read or written, is not valid, or lacks pulses
         that are needed to judge
    """  # noqa: D301 - \b is click's mark for a paragraph that is not wrapped
    try:
        catalogue = load(feature_files.default_features() / CATALOGUE)
    except SuiteError as error:
        raise InputError(str(error)) from error
    recording = _read(timeline, read_recording)
    log = _read(pulses, lambda lines: read_pulses(lines, recording.header)) if pulses else ()
    try:
        product = judge_recording(recording, log, tolerance, patience)
    except RecordingError as error:
        raise _input_error(timeline, error) from error
    judged_recording.show(make_console(sys.stdout), product, catalogue)
    if json is not None and not write(json, judged_recording.render(product, catalogue)):
        return 2
    return 1 if product.violations else 0


def _read(path: Path, read: Callable[[Iterator[bytes]], T]) -> T:
    try:
        with path.open("rb") as file:
            return read(_lines(file))
    except OSError as error:
        raise InputError(
            f"cannot read '{path}': {error.strerror}.\n  Name a readable file."
        ) from error
    except RecordingError as error:
        raise _input_error(path, error) from error


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file, and split lines that are too long.

    The first part of such a line has one byte more than the limit, so the reader rejects the line.
    """
    while line := file.readline(LONGEST_LINE + 1):
        yield line


def _input_error(path: Path, error: RecordingError) -> InputError:
    place = f", line {error.line}" if error.line else ""
    return InputError(escape_unprintable(f"{path}{place}: {error.problem}.\n  {error.advice}"))
