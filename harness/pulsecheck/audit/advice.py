"""The commands that a user of an audit is told to run."""

import shlex
from pathlib import Path

import msgspec

from pulsecheck import DISTRIBUTION

SHIPPED = "pulsecheck_reference.mutants"
"""The module whose mutants are tried when none is named."""


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """What to run for mutants of this module; `features` are None if they are the usual ones."""

    module: str
    features: Path | None = None

    @property
    def list_all(self) -> str:
        """Lists the mutants."""
        return self._audit("--list")

    def try_one(self, name: str) -> str:
        """Tries one mutant."""
        return self._audit("--mutant", name)

    def check_one(self, name: str) -> str:
        """Checks a mutant like any other implementation, and shows what becomes of it."""
        return self._command("check", "--implementation", f"python:{self.module}:{name}")

    def _audit(self, *words: str) -> str:
        named = () if self.module == SHIPPED else ("--mutants", self.module)
        return self._command("audit", *named, *words)

    def _command(self, *words: str) -> str:
        place = () if self.features is None else ("--features", str(self.features))
        return shlex.join((DISTRIBUTION, *words, *place))
