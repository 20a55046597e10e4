"""`pulsecheck init`: create a driver skeleton."""

from pathlib import Path

import click

from pulsecheck.init.rendering import LANGUAGES, render


@click.command()
@click.argument("language", metavar="LANGUAGE", type=click.Choice(sorted(LANGUAGES)))
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def init(*, language: str, folder: Path) -> None:
    """Create a driver skeleton with a test and a CI workflow.

    LANGUAGE is javascript or python; DIR is a new or empty folder. The driver answers every
    request, but its nodes do nothing yet, so it does not conform.
    """
    try:
        if folder.exists() and any(folder.iterdir()):
            raise click.BadParameter(
                f"'{folder}' is not empty. Name a new or empty folder.",
                param_hint="'DIR'",
            )
        for name, content in render(language, folder.resolve().name).items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            click.echo(f"wrote {file}")
    except OSError as error:
        raise click.BadParameter(
            f"cannot write to '{folder}': {error.strerror}. Name a writable folder.",
            param_hint="'DIR'",
        ) from error
    click.echo(f"In {folder}, run: {LANGUAGES[language].test}")
