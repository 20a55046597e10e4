"""`pulsecheck audit`: what proves that the suite finds what it is there to find."""

import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import track

from pulsecheck.audit import listing, terminal
from pulsecheck.audit.advice import SHIPPED, Advice
from pulsecheck.audit.findings import audit as join
from pulsecheck.audit.mutants import choose, load
from pulsecheck.audit.trials import Trial, trials
from pulsecheck.cli.console import make_console
from pulsecheck.cli.options import features_option, jobs_option
from pulsecheck.cli.output import UnreadableInput, report_option, write
from pulsecheck.runner.interrupts import INTERRUPTED, Interrupts
from pulsecheck.suite import feature_files
from pulsecheck.suite.errors import SuiteError
from pulsecheck.suite.feature_files import CATALOGUE
from pulsecheck.suite.requirements import load as load_catalogue


@click.command()
@click.option(
    "--mutants",
    "module",
    metavar="MODULE",
    default=SHIPPED,
    show_default=True,
    help="The Python module whose MUTANTS are tried.",
)
@click.option(
    "--mutant",
    "names",
    metavar="NAME",
    multiple=True,
    help="Only this one; may be given several times.",
)
@click.option("--list", "is_list", is_flag=True, help="List the mutants, and try none.")
@jobs_option
@report_option("--json", help="Write all of it as JSON.")
@features_option
def audit(  # noqa: PLR0913 - one for each option
    *,
    module: str,
    names: tuple[str, ...],
    is_list: bool,
    jobs: int,
    json: Path | None,
    features: Path | None,
) -> int:
    """Try whether each scenario finds a mistake.

    Checks broken implementations, mutants, and joins documented facts, scenarios, and the mutants
    that these kill. A mutant must turn the requirement red that it breaks, and no other. Of chosen
    mutants (--mutant) only what is wrong about them is told.

    Exit codes: 0 nothing is missing; 1 a fact, a scenario or a mutant stands alone, or a mutant was
    found wrong on something else; 2 it could not be done; 130 interrupted.
    """
    if is_list and json is not None:
        raise click.UsageError(
            "--list tries nothing that --json could write; leave one of them out."
        )
    console = make_console(sys.stdout)
    advice = Advice(module=module, features=features)
    place = features or feature_files.default_features()
    tried: list[Trial] = []
    total = 0
    interrupts = Interrupts()
    with interrupts.held():
        try:
            with interrupts.may_end():
                catalogue, scenarios = (
                    load_catalogue(place / CATALOGUE),
                    feature_files.all_scenarios(place),
                )
                chosen = choose(load(module, catalogue), names, advice)
                if is_list:
                    listing.show(console, chosen, advice)
                    return 0
                total = len(chosen)
                with closing(trials(module, chosen, place, jobs)) as running:
                    tried.extend(_shown(running, total, console))  # keeps what came before an end
                tried.sort(key=lambda trial: chosen.index(trial.mutant))
                found = join(catalogue, scenarios, tried, partial=bool(names))
                terminal.show(console, found, advice)
        except SuiteError as error:
            raise UnreadableInput(str(error)) from error
        except KeyboardInterrupt:
            terminal.show_interruption(console, len(tried), total)
            return INTERRUPTED
    if json is not None and not write(json, msgspec.json.encode(found)):
        return 2
    return 1 if found.findings else 0


def _shown(running: Iterable[Trial], total: int, console: Console) -> Iterable[Trial]:
    """Show how far trials have come, where somebody looks on; it leaves nothing behind."""
    return track(
        running,
        "mutants",
        total,
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
