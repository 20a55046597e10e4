"""What is installed: the distribution's name and version."""

import importlib.metadata
from functools import cache

DISTRIBUTION = "pulsecheck"


@cache
def version() -> str:
    """The installed version; "not installed" where the code runs from a bare checkout."""
    try:
        return importlib.metadata.version(DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
