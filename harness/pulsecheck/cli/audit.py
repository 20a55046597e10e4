"""`pulsecheck audit`: check that the suite detects known mistakes."""

import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import track

from pulsecheck.audit import mutant_list, terminal
from pulsecheck.audit.audit_result import audit as join
from pulsecheck.audit.commands import SHIPPED, Commands
from pulsecheck.audit.mutants import choose, load
from pulsecheck.audit.trials import Trial, trials
from pulsecheck.cli.console import make_console
from pulsecheck.cli.options import features_option, jobs_option
from pulsecheck.cli.output import InputError, report_option, write
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
    help="Python module that defines MUTANTS, a sequence of mutants.",
)
@click.option(
    "--mutant",
    "names",
    metavar="NAME",
    multiple=True,
    help="Run only this mutant. Repeatable.",
)
@click.option(
    "--own-requirement",
    is_flag=True,
    help="Run the scenarios of the requirement that a mutant breaks, and all others only if these "
    "do not kill the mutant. This is faster, but does not show whether a mutant fails other "
    "requirements.",
)
@click.option("--list", "is_list", is_flag=True, help="List the mutants and exit.")
@jobs_option
@report_option("--json", help="Write the full result as JSON.")
@features_option
def audit(  # noqa: PLR0913 - one parameter for each option
    *,
    module: str,
    names: tuple[str, ...],
    own_requirement: bool,
    is_list: bool,
    jobs: int,
    json: Path | None,
    features: Path | None,
) -> int:
    """Check that the suite detects known mistakes (mutants).

    A mutant is an implementation with one mistake. It must fail the requirement that it breaks, and
    no other. Each requirement needs a mutant, and each scenario must kill a mutant. Requirements of
    level may and their scenarios are exempt. With --mutant, nothing is reported as missing.

    \b
    Exit codes:
      0    no findings
      1    a requirement has no scenario or no mutant, a scenario kills no
           mutant, or a mutant survives, has no verdict, or fails a
           requirement that it does not break
      2    the audit could not run
      130  interrupted
    """  # noqa: D301 - \b is click's mark for a paragraph that is not wrapped
    if is_list and json is not None:
        raise click.UsageError(
            "--list runs no audit, so --json has nothing to write. Remove one of them."
        )
    console = make_console(sys.stdout)
    commands = Commands(module=module, features=features)
    folder = features or feature_files.default_features()
    tried: list[Trial] = []
    total = 0
    interrupts = Interrupts()
    with interrupts.installed():
        try:
            with interrupts.interruptible():
                catalogue = load_catalogue(folder / CATALOGUE)
                scenarios = feature_files.all_scenarios(folder)
                chosen = choose(load(module, catalogue), names, commands)
                if is_list:
                    mutant_list.show(console, chosen, commands)
                    return 0
                total = len(chosen)
                running = trials(module, chosen, folder, jobs, own_requirement=own_requirement)
                with closing(running):
                    # If an interrupt stops extend(), `tried` still has the trials that have ended.
                    tried.extend(_with_progress(running, total, console))
                tried.sort(key=lambda trial: chosen.index(trial.mutant))
                found = join(
                    catalogue,
                    scenarios,
                    tried,
                    partial=bool(names),
                    own_requirement=own_requirement,
                )
                terminal.show(console, found, commands)
        except SuiteError as error:
            raise InputError(str(error)) from error
        except KeyboardInterrupt:
            terminal.show_interruption(console, len(tried), total)
            return INTERRUPTED
    if json is not None and not write(json, msgspec.json.encode(found)):
        return 2
    return 1 if found.findings else 0


def _with_progress(running: Iterable[Trial], total: int, console: Console) -> Iterable[Trial]:
    """Show a progress bar on a terminal while trials run, and remove it afterwards."""
    return track(
        running,
        "mutants",
        total,
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
