"""The console that reports are printed on: a terminal, or a file such as a CI log."""

import os
import re
from typing import TextIO

from rich.console import Console

LOG_WIDTH = 120
"""Width, in columns, of output that does not go to a terminal."""


class TrimmedOutput:
    """A text output that removes the trailing spaces with which rich fills up each line."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.encoding = file.encoding

    def write(self, text: str) -> int:
        return self._file.write(re.sub(r" +(?=\n)", "", text))

    def flush(self) -> None:
        self._file.flush()

    def isatty(self) -> bool:
        return False


def make_console(file: TextIO) -> Console:
    """Make a console that prints texts without markup, emoji or highlighting.

    Pass the current sys.stdout. The console then prints to `file` even while scenarios run, when
    pytest has replaced sys.stdout.
    """
    is_terminal = file.isatty()
    has_width = is_terminal or "COLUMNS" in os.environ
    return Console(
        file=file if is_terminal else TrimmedOutput(file),  # type: ignore[arg-type] # has what rich uses
        width=None if has_width else LOG_WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
    )
