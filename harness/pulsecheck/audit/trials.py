"""Checks each mutant in a process of its own, since a mistake concerns the whole process."""

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec

from pulsecheck.audit.fork_server import INTERRUPT, start_fork_server
from pulsecheck.audit.mutants import Mutant
from pulsecheck.driver.pool import ignore
from pulsecheck.results.records import Outcome, Run, ScenarioRecord
from pulsecheck.results.verdict import RequirementStatus, judge
from pulsecheck.runner.run import Options, run_suite
from pulsecheck.shared.timeouts import LONGEST_TRIAL, TRIAL, Timeouts
from pulsecheck.suite.feature_files import CATALOGUE
from pulsecheck.suite.requirements import Level, load

PROCESSES = multiprocessing.get_context("forkserver")
PRELOAD = "pulsecheck.audit.preload"
"""Imported where mutants are forked, and only there: it takes its time."""
BETWEEN_KILLS = 0.05
"""Seconds until a process that was only starting is looked for again."""
RED = (RequirementStatus.NOT_MET, RequirementStatus.WARNING)


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What a check of one mutant came to.

    `killers` are the selectors of the scenarios of its row that failed, `red` the ids of all
    requirements that are not met, `errored` the selectors of scenarios that say nothing. A
    `problem` is why there is no verdict, empty if there is one. What is silent is shown by nothing
    but crashes and hangs: there a scenario that errs kills as well.
    """

    mutant: Mutant
    killers: tuple[str, ...] = ()
    red: tuple[str, ...] = ()
    errored: tuple[str, ...] = ()
    problem: str = ""
    seconds: float = 0.0

    @property
    def accused(self) -> tuple[str, ...]:
        """The rows that are not met though the mutant does not break them."""
        return tuple(row for row in self.red if row not in (self.mutant.row, *self.mutant.also))

    @property
    def is_as_wanted(self) -> bool:
        """Whether its row, and no other, is shown not to be met."""
        return bool(self.killers) and not (self.accused or self.errored or self.problem)


def trials(
    module: str, mutants: Sequence[Mutant], features: Path, jobs: int
) -> Generator[Trial, None, None]:
    """Check mutants, so many beside each other; give each trial when it has ended.

    What is not as wanted is tried once more, alone and with the timeouts of any check: the short
    ones of a trial say nothing of what a busy machine does late.
    """
    PROCESSES.set_forkserver_preload([__name__, module, PRELOAD])
    start_fork_server()
    with ThreadPoolExecutor(jobs) as threads:
        chosen = (options_of(module, mutant, features, TRIAL) for mutant in mutants)
        futures = [threads.submit(_try, *each) for each in zip(mutants, chosen, strict=True)]
        doubtful = []
        try:
            for future in as_completed(futures):
                trial = future.result()
                if trial.is_as_wanted:
                    yield trial
                else:
                    doubtful.append(trial.mutant)
            for mutant in doubtful:
                options = options_of(module, mutant, features, Timeouts())
                # Not in this thread, which an interrupt would stop while a process starts.
                futures.append(threads.submit(_try, mutant, options))
                yield futures[-1].result()
        finally:
            _end([future for future in futures if not future.cancel()])


def _end(futures: Sequence[Future[Trial]]) -> None:
    """End what runs yet; a process that is only starting is not there to be ended at once."""
    while wait(futures, timeout=BETWEEN_KILLS).not_done:
        for process in multiprocessing.active_children():
            process.kill()


def options_of(module: str, mutant: Mutant, features: Path, timeouts: Timeouts) -> Options:
    """What a mutant is checked with."""
    return Options(
        implementation=f"python:{module}:{mutant.name}",
        features=features,
        keyword=mutant.keyword,
        markers=mutant.markers,
        timeouts=timeouts,
        rerun=False,
    )


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
        trial = Trial(mutant=mutant, problem=f"its process ended with {process.exitcode}")
    finally:
        process.kill()
        process.join()
        receiver.close()
    return msgspec.structs.replace(trial, seconds=time.monotonic() - began)


def _check(sender: Connection, mutant: Mutant, options: Options, folder: Path) -> None:
    """Runs in the mutant's process; Ctrl-C is for the one that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPT)
    os.chdir(folder)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())  # a mistake says what it likes
    run = run_suite(options, lambda *_: None, ignore)
    sender.send(read(mutant, run, options.features))


def read(mutant: Mutant, run: Run, features: Path) -> Trial:
    """What a run says of a mutant."""
    catalogue = load(features / CATALOGUE)
    is_silent = catalogue[mutant.row].level is Level.SILENT
    deadly = {Outcome.FAILED, Outcome.ERRORED} if is_silent else {Outcome.FAILED}
    own = [found for found in run.records if mutant.row in found.requirements]
    killers = tuple(found.selector for found in own if found.outcome in deadly)
    errored = (found.selector for found in run.records if found.outcome is Outcome.ERRORED)
    verdicts = judge(catalogue, run).requirements
    return Trial(
        mutant=mutant,
        killers=killers,
        red=tuple(found.requirement.id for found in verdicts if found.status in RED),
        errored=tuple(selector for selector in errored if selector not in killers),
        problem=_problem(mutant, run, own),
    )


def _problem(mutant: Mutant, run: Run, own: Sequence[ScenarioRecord]) -> str:
    """Why a run with these records of its row says nothing of a mutant, empty if it does."""
    if run.error and not run.records:
        return f"it could not be checked: {run.error.splitlines()[0]}"
    if not (own or run.incomplete) and (mutant.keyword or mutant.markers):
        return f"its keyword and markers leave out every scenario of {mutant.row}"
    return run.incomplete
