"""`python -m tests.mutation [FILE ...]`: mutate the reference and list the mutants that survive.

FILE is a file of pulsecheck_reference such as `lifecycle.py`; the default is all files. The exit
code is 1 if a survivor has no reason in survivors.toml, or a reason has no survivor.
"""

import argparse
import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from .mutations import Mutation, mutations
from .survivors import Reasons, SurvivorsError, keys, load

PACKAGE = "pulsecheck_reference"
SOURCE = Path(__file__).parents[2] / "reference_impl" / PACKAGE
NO_BEHAVIOUR = {
    "__init__.py": "exports the public names",
    "__main__.py": "the command line",
    "altered.py": "makes mutants and variants",
    "http_session.py": "only avoids a warning of aiohttp, which check ignores",
    "lines.py": "reads lines of the driver protocol; it has unit tests",
    "refusal.py": "only wording",
    "rpc.py": "the driver protocol; it has unit tests",
    "streams.py": "standard streams and TCP; the judge runs the reference in memory",
}
"""Files of pulsecheck_reference that no feature covers, with the reasons."""
JUDGE = Path(__file__).with_name("judge.py")
WORKERS = 6


class Pass(msgspec.Struct, frozen=True):
    """The timeouts in seconds and the scenarios (an expression for -k) of one pass."""

    patience: float
    dwell: float
    limit: int
    keyword: str = ""


SLOW = "thousand or upgraded or long_polling"
PASSES = (Pass(2.0, 0.5, 60, f"not ({SLOW})"), Pass(5.0, 2.0, 120, f"dwell or {SLOW}"))
"""The first pass is quick. The second pass tries only the survivors of the first pass, with the
scenarios that are slow or dwell."""
WHOLE = Pass(10.0, 2.0, 180)
"""The pass for the reference itself, and for mutants that were killed although survivors.toml lists
them. These mutants are judged again, because a busy machine may have caused the failures."""


class Worker:
    """Judges mutants, with a copy of the reference in its own folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.copytree(SOURCE, folder / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))

    async def verdict(self, mutation: Mutation, how: Pass) -> str:
        """Return the failure that killed the mutant, or an empty text if the mutant survived."""
        place = self._folder / PACKAGE / mutation.file
        source = place.read_text("utf-8")
        place.write_text(mutation.code, "utf-8")
        try:
            return await self._judge(how)
        finally:
            place.write_text(source, "utf-8")

    async def baseline(self) -> str:
        """Return the failure of the reference itself, or an empty text if the reference passes."""
        return await self._judge(WHOLE)

    async def _judge(self, how: Pass) -> str:
        settings = (str(how.patience), str(how.dwell), str(how.limit), how.keyword)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-B", "-P", str(JUDGE), *settings),
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(self._folder)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            printed, _ = await process.communicate()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        if process.returncode == -signal.SIGALRM:
            return f"hung for {how.limit} s"
        if process.returncode:
            first = printed.decode("utf-8", "replace").strip().partition("\n")[0]
            return first or f"ended with {process.returncode}"
        return ""


async def judge(mutants: Sequence[Mutation], reasons: Reasons, folder: Path) -> list[str]:
    """Return for each mutant the failure that killed it, or an empty text if it survived.

    Exits if the reference fails.
    """
    expected = reasons.keys
    workers = [Worker(folder / str(number)) for number in range(WORKERS)]
    if wrong := await workers[0].baseline():
        raise SystemExit(f"the reference itself does not pass: {wrong}")
    verdicts = [""] * len(mutants)
    for number, how in enumerate(PASSES, 1):
        alive = [place for place, killer in enumerate(verdicts) if not killer]
        print(f"pass {number}: {len(alive)} mutants", flush=True)
        waiting = iter(alive)

        async def work(worker: Worker, how: Pass = how, waiting: Iterator[int] = waiting) -> None:
            for place in waiting:
                killer = await worker.verdict(mutants[place], how)
                if killer and mutants[place].key in expected:
                    killer = await worker.verdict(mutants[place], WHOLE)
                verdicts[place] = killer
                print(f"{killer or 'SURVIVED'}  {mutants[place]}", flush=True)

        async with asyncio.TaskGroup() as group:
            for worker in workers:
                group.create_task(work(worker))
    return verdicts


def report(mutants: Sequence[Mutation], verdicts: Sequence[str], reasons: Reasons) -> bool:
    """Print the summary. Returns whether every survivor has a reason and no reason is stale."""
    alive = [found for found, killer in zip(mutants, verdicts, strict=True) if not killer]
    equivalent = [found for found in alive if found.key in keys(reasons.equivalent)]
    undocumented = [found for found in alive if found.key in keys(reasons.undocumented)]
    unexplained = [found for found in alive if found not in (*equivalent, *undocumented)]
    stale = reasons.stale(alive, {found.file for found in mutants})
    _list("Equivalent to the reference", equivalent)
    _list("Undocumented behaviour that differs", undocumented)
    _list(
        "SURVIVORS WITHOUT A REASON: add a scenario to features/, or a reason to survivors.toml",
        unexplained,
    )
    _list("REASONS WITHOUT A SURVIVOR: remove them", stale)
    killed, effective = len(mutants) - len(alive), len(mutants) - len(equivalent)
    documented = effective - len(undocumented)
    hung = sum(killer.startswith("hung") for killer in verdicts)
    print(
        f"\nkilled {killed} of {len(mutants)} mutants ({_share(killed, len(mutants))}), {hung} of "
        f"them by the time limit\nkilled {killed} of {effective} that are not equivalent "
        f"({_share(killed, effective)})\nkilled {killed} of {documented} that are documented "
        f"({_share(killed, documented)})\nsurvivors: {len(equivalent)} equivalent, "
        f"{len(undocumented)} undocumented, {len(unexplained)} without a reason"
    )
    return not unexplained and not stale


def _list(title: str, found: Sequence[Mutation] | Sequence[str]) -> None:
    if found:
        print(f"\n{title}:", *found, sep="\n  ")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "none"


def files() -> dict[str, Path]:
    """Return the files to mutate, by their names in the package."""
    found = {str(path.relative_to(SOURCE)): path for path in sorted(SOURCE.rglob("*.py"))}
    return {
        name: path
        for name, path in found.items()
        if name not in NO_BEHAVIOUR and not name.startswith("mutants/")
    }


def main() -> None:
    known = files()
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("files", nargs="*", metavar="FILE", help=", ".join(known))
    options = parser.parse_args()
    if unknown := set(options.files) - set(known):
        parser.error(
            f"no file to mutate: {', '.join(sorted(unknown))}; there are: {', '.join(known)}"
        )
    try:
        reasons = load()
    except SurvivorsError as error:
        raise SystemExit(str(error)) from None
    mutants = [
        mutation
        for name in options.files or known
        for mutation in mutations(name, known[name].read_text("utf-8"))
    ]
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        try:
            verdicts = asyncio.run(_until_ended(mutants, reasons, Path(folder)))
        except (KeyboardInterrupt, asyncio.CancelledError):
            raise SystemExit("interrupted") from None
    raise SystemExit(0 if report(mutants, verdicts, reasons) else 1)


async def _until_ended(mutants: Sequence[Mutation], reasons: Reasons, folder: Path) -> list[str]:
    """Judge the mutants. SIGTERM and Ctrl-C stop the judging and end its processes."""
    judging = asyncio.ensure_future(judge(mutants, reasons, folder))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, judging.cancel)
    return await judging


if __name__ == "__main__":
    main()
