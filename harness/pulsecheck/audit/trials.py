"""Check each mutant in a process of its own.

A mutant patches code of its whole process, and so would affect other mutants in that process.
"""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec
from msgspec.structs import replace

from pulsecheck.audit.fork_server import INTERRUPT, start_fork_server
from pulsecheck.audit.mutants import Mutant
from pulsecheck.driver.pool import no_announcement
from pulsecheck.results.judgement import judge
from pulsecheck.results.records import Outcome, Run, ScenarioRecord
from pulsecheck.results.verdict import RequirementStatus
from pulsecheck.runner.run import Options, run_suite
from pulsecheck.shared.timeouts import LONGEST_TRIAL, TRIAL, Timeouts
from pulsecheck.suite.feature_files import CATALOGUE
from pulsecheck.suite.requirements import Level, load

PROCESSES = multiprocessing.get_context("forkserver")
PRELOAD = "pulsecheck.audit.fork_server_preload"
BETWEEN_KILLS = 0.05
"""Seconds between attempts to kill the remaining processes."""
NOT_MET = (RequirementStatus.NOT_MET, RequirementStatus.WARNING)


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """The result of checking one mutant.

    `killers`: selectors of the scenarios that test the mutant's requirement and failed. If the
    level of the requirement is *silent*, only a crash or a hang breaks it. Then scenarios can be
    errored instead of failed, so `killers` also contains the scenarios that errored. `not_met`: ids
    of the requirements that are not met. `errored`: selectors of the scenarios that errored and are
    not in `killers`. `problem`: why there is no verdict, or an empty text if there is a verdict.
    `seconds`: the duration of the check.
    """

    mutant: Mutant
    killers: tuple[str, ...] = ()
    not_met: tuple[str, ...] = ()
    errored: tuple[str, ...] = ()
    problem: str = ""
    seconds: float = 0.0

    @property
    def unexpected(self) -> tuple[str, ...]:
        """The requirements that are not met, although the mutant should not break them."""
        expected = (self.mutant.requirement, *self.mutant.also)
        return tuple(identifier for identifier in self.not_met if identifier not in expected)

    @property
    def is_as_expected(self) -> bool:
        """Whether the mutant failed its requirement, with no unexpected failure and no error."""
        return bool(self.killers) and not (self.unexpected or self.errored or self.problem)


def trials(
    module: str,
    mutants: Sequence[Mutant],
    features: Path,
    jobs: int,
    *,
    own_requirement: bool = False,
) -> Generator[Trial, None, None]:
    """Check mutants, `jobs` at a time, and yield each trial when it has ended.

    `own_requirement`: for each mutant, run only the scenarios of the requirement that the mutant
    breaks, and ignore other requirements. If these scenarios do not kill the mutant, run all its
    scenarios. The timeline of a scenario that tests other requirements may show the mistake.

    A mutant with an unexpected result is checked again, alone and with the default timeouts. The
    first check has short timeouts, which may expire on a busy machine although nothing is wrong.
    """
    PROCESSES.set_forkserver_preload([__name__, module, PRELOAD])
    start_fork_server()
    with ThreadPoolExecutor(jobs) as threads:
        options_for = partial(options_of, module, features)
        attempt = partial(_try_own if own_requirement else _try_all, options_for)
        futures = [threads.submit(attempt, mutant, TRIAL) for mutant in mutants]
        retried = []
        try:
            for future in as_completed(futures):
                trial = future.result()
                if trial.is_as_expected:
                    yield trial
                else:
                    retried.append(trial.mutant)
            for mutant in retried:
                # Start the process in a worker thread. Python handles SIGINT in the main thread,
                # where an interrupt could leave the process half started.
                futures.append(threads.submit(attempt, mutant, Timeouts()))
                yield futures[-1].result()
        finally:
            _end([future for future in futures if not future.cancel()])


def _end(futures: Sequence[Future[Trial]]) -> None:
    """Kill the processes of trials until all trials have ended.

    A trial may start its process after the first kill. So kill repeatedly.
    """
    while wait(futures, timeout=BETWEEN_KILLS).not_done:
        for process in multiprocessing.active_children():
            process.kill()


def options_of(
    module: str,
    features: Path,
    mutant: Mutant,
    timeouts: Timeouts,
    *,
    own_requirement: bool = False,
) -> Options:
    """Return the options for checking a mutant.

    `own_requirement`: run only scenarios that the mutant selects and that also test the mutant's
    requirement.
    """
    markers = mutant.markers
    if own_requirement:
        markers = f"({markers}) and {mutant.requirement}" if markers else mutant.requirement
    return Options(
        implementation=f"python:{module}:{mutant.name}",
        features=features,
        keyword=mutant.keyword,
        markers=markers,
        timeouts=timeouts,
        rerun=False,
    )


def _try_all(options_for: Callable[..., Options], mutant: Mutant, timeouts: Timeouts) -> Trial:
    return _try(mutant, options_for(mutant, timeouts))


def _try_own(options_for: Callable[..., Options], mutant: Mutant, timeouts: Timeouts) -> Trial:
    trial = _try(mutant, options_for(mutant, timeouts, own_requirement=True))
    if not trial.killers:
        trial = _try(mutant, options_for(mutant, timeouts))
    own = tuple(found for found in trial.not_met if found == mutant.requirement)
    return replace(trial, not_met=own)


def _try(mutant: Mutant, options: Options) -> Trial:
    began = time.monotonic()
    receiver, sender = PROCESSES.Pipe(duplex=False)
    arguments = (sender, mutant, options, Path.cwd())
    process = PROCESSES.Process(target=_check, args=arguments, daemon=True)
    process.start()
    sender.close()
    try:
        if receiver.poll(LONGEST_TRIAL):
            trial: Trial = receiver.recv()
        else:
            trial = Trial(mutant=mutant, problem=f"it took longer than {LONGEST_TRIAL:g} s")
    except EOFError:
        process.join()
        trial = Trial(mutant=mutant, problem=f"its process ended with exit code {process.exitcode}")
    finally:
        process.kill()
        process.join()
        receiver.close()
    return replace(trial, seconds=time.monotonic() - began)


def _check(sender: Connection, mutant: Mutant, options: Options, folder: Path) -> None:
    """Check a mutant, in a process of its own. Only the parent process handles SIGINT."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPT)
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # discard output
    run = run_suite(options, lambda *_: None, no_announcement)
    sender.send(read(mutant, run, options.features))


def read(mutant: Mutant, run: Run, features: Path) -> Trial:
    """Make a trial from the run that checked a mutant."""
    catalogue = load(features / CATALOGUE)
    is_silent = catalogue[mutant.requirement].level is Level.SILENT
    killing = {Outcome.FAILED, Outcome.ERRORED} if is_silent else {Outcome.FAILED}
    own = [found for found in run.records if mutant.requirement in found.requirements]
    killers = tuple(found.selector for found in own if found.outcome in killing)
    errored = (found.selector for found in run.records if found.outcome is Outcome.ERRORED)
    verdicts = judge(catalogue, run).requirements
    return Trial(
        mutant=mutant,
        killers=killers,
        not_met=tuple(found.requirement.id for found in verdicts if found.status in NOT_MET),
        errored=tuple(selector for selector in errored if selector not in killers),
        problem=_problem(mutant, run, own),
    )


def _problem(mutant: Mutant, run: Run, own: Sequence[ScenarioRecord]) -> str:
    """Return why a run gives no verdict on a mutant, or an empty text if there is a verdict.

    `own` are the records of the scenarios that test the mutant's requirement.
    """
    if run.error and not run.records:
        return f"it could not be checked: {run.error.splitlines()[0]}"
    if not (own or run.incomplete) and (mutant.keyword or mutant.markers):
        return f"its keyword and markers select no scenario of {mutant.requirement}"
    return run.incomplete
