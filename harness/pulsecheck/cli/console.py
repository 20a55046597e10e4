"""Where reports are printed: a terminal, or a file that somebody reads later."""

import os
import re
from typing import TextIO

from rich.console import Console

LOG_WIDTH = 120
"""Columns of an output that is no terminal."""


class Unpadded:
    """An output without the blanks that fill lines up, which only a terminal's colours need."""

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
    """Make a console that shows texts as they are, on the output that there is now.

    (pytest replaces sys.stdout while scenarios run.)
    """
    is_terminal = file.isatty()
    has_width = is_terminal or "COLUMNS" in os.environ
    return Console(
        file=file if is_terminal else Unpadded(file),  # type: ignore[arg-type] # it needs no more
        width=None if has_width else LOG_WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
    )
