"""`pulsecheck schema`: print the JSON Schema of the driver protocol."""

import click

from pulsecheck.driver.schema import render


@click.command()
def schema() -> None:
    """Print the JSON Schema of the driver protocol."""
    click.echo(render(), nl=False)
