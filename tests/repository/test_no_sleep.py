"""The lint rule that no test and no step sleeps: it finds planted ones, wherever they may stand."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLANTED = {
    "of time": "import time\n\ntime.sleep(0.1)\n",
    "of asyncio": "import asyncio\n\n\nasync def wait() -> None:\n    await asyncio.sleep(0.1)\n",
    "by its own name": "from time import sleep\n\nsleep(0.1)\n",
    "by another name": "from time import sleep as nap\n\nnap(0.1)\n",
    "of a module by another name": "import time as clock\n\nclock.sleep(0.1)\n",
    "handed on": "import time\n\nrest = time.sleep\n",
}
PLACES = (
    "harness/pulsecheck/steps/stop.py",
    "harness/pulsecheck/world/world.py",
    "tests/whole/test_planted.py",
)
RUNTIMES = (
    "tests/runtimes/slow.py",
    "tests/variants/slow.py",
    "reference_impl/pulsecheck_reference/mutants/slow.py",
)


def found(source: str, place: str) -> str:
    """What ruff says of this source, given that it stood there."""
    command = (sys.executable, "-m", "ruff", "check", "--select", "TID251", "--no-cache")
    done = subprocess.run(
        (*command, "--output-format", "concise", "--stdin-filename", place, "-"),
        input=source,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", PLANTED)
def test_a_sleep_is_found(kind: str, place: str) -> None:
    assert "wait for a condition" in found(PLANTED[kind], place)


@pytest.mark.parametrize("place", RUNTIMES)
def test_how_late_a_runtime_is_is_its_own_affair(place: str) -> None:
    assert found(PLANTED["of asyncio"], place) == "All checks passed!\n"
