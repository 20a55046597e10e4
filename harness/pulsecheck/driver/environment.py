"""What a child process gets of the environment."""

from collections.abc import Iterable, Mapping

KEPT = (
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
KEPT_PREFIXES = ("LC_", "COVERAGE_", "COV_")
"""Besides the locale, what makes coverage of Python measure child processes too."""


def inherited(variables: Mapping[str, str]) -> dict[str, str]:
    """What a driver inherits unasked: what finds programs and libraries, and the locale.

    All else stays out, so that a proxy or a debugging switch of the shell changes no verdict.
    """
    return {
        name: value
        for name, value in variables.items()
        if name in KEPT or name.startswith(KEPT_PREFIXES)
    }


def named(words: Iterable[str], variables: Mapping[str, str]) -> dict[str, str]:
    """What a driver gets by name: each word is NAME=VALUE, or the NAME of one of `variables`.

    Raises ValueError, with a message for users, for a word that is neither.
    """
    chosen: dict[str, str] = {}
    for word in words:
        name, has_value, value = word.partition("=")
        if not name or "\0" in word:
            raise ValueError(f"“{word}” is not NAME or NAME=VALUE.")
        if not has_value and name not in variables:
            raise ValueError(f"{name} is not set here; give it a value: {name}=VALUE.")
        chosen[name] = value if has_value else variables[name]
    return chosen
