"""Runs the command line in this process, which is much faster than a new process."""

import contextlib
import io
import os
import subprocess
import sys
from unittest.mock import patch

from pulsecheck.cli import app


def run_in_process(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `pulsecheck` with these words and environment variables, on a terminal of 200 columns."""
    output, error = io.StringIO(), io.StringIO()
    with (
        patch.object(sys, "argv", ["pulsecheck", *words]),
        patch.dict(os.environ, {"COLUMNS": "200", **environment}),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(error),
    ):
        try:
            app.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    return subprocess.CompletedProcess(words, code, output.getvalue(), error.getvalue())
