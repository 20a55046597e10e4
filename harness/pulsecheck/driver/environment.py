"""The environment variables of a driver that is a child process."""

from collections.abc import Iterable, Mapping

INHERITED = (
    *("PATH", "HOME", "LANG", "LANGUAGE", "TMPDIR", "TZ"),
    *(
        "VIRTUAL_ENV",
        "PYTHONPATH",
        "NODE_PATH",
        "JAVA_HOME",
        "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH",
    ),
)
INHERITED_PREFIXES = ("LC_", "COVERAGE_", "COV_")
"""Prefixes of the variables for the locale, and for coverage.py in child processes."""


def inherited(variables: Mapping[str, str]) -> dict[str, str]:
    """Select the variables that every driver inherits, such as search paths and the locale.

    All other variables are left out, so that a proxy or a debug setting of the shell cannot change
    a verdict.
    """
    return {
        name: value
        for name, value in variables.items()
        if name in INHERITED or name.startswith(INHERITED_PREFIXES)
    }


def parse_variables(words: Iterable[str], variables: Mapping[str, str]) -> dict[str, str]:
    """Parse words of the form NAME=VALUE or NAME.

    The value for a word of the form NAME is copied from `variables`. Raises ValueError, with a
    message for users, if a word has neither form, or if `variables` has no value for a NAME.
    """
    chosen: dict[str, str] = {}
    for word in words:
        name, has_value, value = word.partition("=")
        if not name or "\0" in word:
            raise ValueError(f"“{word}” is neither NAME nor NAME=VALUE.")
        if not has_value and name not in variables:
            raise ValueError(f"{name} is not set in this environment. Give a value: {name}=VALUE.")
        chosen[name] = value if has_value else variables[name]
    return chosen
