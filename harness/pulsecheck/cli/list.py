"""`pulsecheck list`: list the requirements and the scenarios that test them."""

import sys
from pathlib import Path

import click

from pulsecheck.cli.console import make_console
from pulsecheck.cli.options import features_option
from pulsecheck.cli.output import InputError
from pulsecheck.report import listing
from pulsecheck.suite import feature_files
from pulsecheck.suite.errors import SuiteError
from pulsecheck.suite.feature_files import CATALOGUE
from pulsecheck.suite.requirements import load


@click.command("list")
@features_option
def list_requirements(*, features: Path | None) -> None:
    """List the requirements and the scenarios that test them."""
    folder = features or feature_files.default_features()
    try:
        catalogue, scenarios = load(folder / CATALOGUE), feature_files.all_scenarios(folder)
    except SuiteError as error:
        raise InputError(str(error)) from error
    listing.show(make_console(sys.stdout), catalogue, scenarios)
