"""The wheel, built from this checkout and installed into a new environment."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from deadlines import LONGEST_COMMAND

ROOT = Path(__file__).parents[2]
OURS = ("pulsecheck", "_pulsecheck", "__editable__")
"""Prefixes of files in site-packages that the new environment does not get."""
PYTEST = """#!{python}
import sys
from pytest import console_main
sys.exit(console_main())
"""
"""The script that pip installs with pytest."""


def build_wheel(folder: Path) -> Path:
    """Build the wheel into `folder`."""
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


class Environment:
    """A new virtual environment with the wheel in it.

    It uses the dependencies of the running environment, so that nothing is downloaded.
    """

    def __init__(self, folder: Path, wheel: Path) -> None:
        venv.create(folder, with_pip=True, symlinks=True)
        self.bin = folder / "bin"
        pip = (self.program("python"), "-m", "pip", "install", "--no-index", "--no-deps")
        run(*pip, "--disable-pip-version-check", str(wheel), cwd=folder)
        dependencies = folder / "dependencies"
        dependencies.mkdir()
        for site in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
            for path in Path(site).iterdir():
                if not path.name.startswith(OURS) and path.suffix != ".pth":
                    (dependencies / path.name).symlink_to(path)
        config = {"base": str(folder), "platbase": str(folder)}
        purelib = Path(sysconfig.get_path("purelib", vars=config))
        (purelib / "dependencies.pth").write_text(f"{dependencies}\n")
        pytest = self.bin / "pytest"
        pytest.write_text(PYTEST.format(python=self.program("python")))
        pytest.chmod(0o755)

    def program(self, name: str) -> str:
        return str(self.bin / name)


def run(*command: str, cwd: Path) -> str:
    """Run a command without the environment variables of the test tools. Returns the output.

    The command must succeed.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COV_CORE", "COVERAGE", "PYTEST", "PYTHON", "TOX"))
    }
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST_COMMAND,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
