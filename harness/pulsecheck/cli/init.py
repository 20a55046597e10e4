"""`pulsecheck init`: write a driver to start from."""

from pathlib import Path

import click

from pulsecheck.init.rendering import LANGUAGES, render


@click.command()
@click.argument("language", metavar="LANGUAGE", type=click.Choice(sorted(LANGUAGES)))
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def init(*, language: str, folder: Path) -> None:
    """Write a driver to start from, with its test and its workflow, into a new folder.

    LANGUAGE is javascript or python. The driver answers every request and its nodes do nothing
    yet, so that it does not conform.
    """
    try:
        if folder.exists() and any(folder.iterdir()):
            raise click.BadParameter(
                f"'{folder}' is not empty. Name a folder that is empty or not there yet.",
                param_hint="'DIR'",
            )
        for name, content in render(language, folder.resolve().name).items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            click.echo(f"wrote {file}")
    except OSError as error:
        raise click.BadParameter(
            f"cannot write to '{folder}': {error.strerror}. Name a folder that can be written to.",
            param_hint="'DIR'",
        ) from error
    click.echo(f"Go there and run: {LANGUAGES[language].test}")
