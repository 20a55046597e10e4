"""The lint rule against sleep in tests and steps."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLEEPS = {
    "from time": "import time\n\ntime.sleep(0.1)\n",
    "from asyncio": "import asyncio\n\n\nasync def wait() -> None:\n    await asyncio.sleep(0.1)\n",
    "imported by name": "from time import sleep\n\nsleep(0.1)\n",
    "imported with another name": "from time import sleep as nap\n\nnap(0.1)\n",
    "module imported with another name": "import time as clock\n\nclock.sleep(0.1)\n",
    "assigned": "import time\n\nrest = time.sleep\n",
}
PLACES = (
    "harness/pulsecheck/steps/stop.py",
    "harness/pulsecheck/world/world.py",
    "tests/whole/test_example.py",
)
RUNTIMES = (
    "tests/runtimes/slow.py",
    "tests/variants/slow.py",
    "reference_impl/pulsecheck_reference/mutants/slow.py",
)


def ruff(source: str, place: str) -> str:
    """Return the output of ruff for this source in this file."""
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
@pytest.mark.parametrize("kind", SLEEPS)
def test_a_sleep_is_found(kind: str, place: str) -> None:
    assert "wait for a condition" in ruff(SLEEPS[kind], place)


@pytest.mark.parametrize("place", RUNTIMES)
def test_a_runtime_may_sleep(place: str) -> None:
    assert ruff(SLEEPS["from asyncio"], place) == "All checks passed!\n"
