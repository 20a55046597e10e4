"""The pulsecheck commands that an audit suggests to its user."""

import shlex
from pathlib import Path

import msgspec

from pulsecheck import DISTRIBUTION

SHIPPED = "pulsecheck_reference.mutants"
"""The default module: its mutants come with pulsecheck."""


class Commands(msgspec.Struct, frozen=True, kw_only=True):
    """Commands for the mutants of `module`; `features` is None for the default features."""

    module: str
    features: Path | None = None

    @property
    def list_all(self) -> str:
        """The command that lists the mutants."""
        return self._audit("--list")

    def try_one(self, name: str) -> str:
        """Return the command that audits one mutant."""
        return self._audit("--mutant", name)

    def check_one(self, name: str) -> str:
        """Return the command that checks a mutant like any other implementation."""
        return self._command("check", "--implementation", f"python:{self.module}:{name}")

    def _audit(self, *words: str) -> str:
        module = () if self.module == SHIPPED else ("--mutants", self.module)
        return self._command("audit", *module, *words)

    def _command(self, *words: str) -> str:
        features = () if self.features is None else ("--features", str(self.features))
        return shlex.join((DISTRIBUTION, *words, *features))
