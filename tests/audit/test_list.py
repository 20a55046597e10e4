"""Names of mutants: where they are listed, and what is said of one that is not there."""

import os
import subprocess
from pathlib import Path

import pytest

from audit_command import RUNTIMES
from check_command import COMMAND
from deadlines import LONGEST_COMMAND
from pulsecheck_reference.mutants import MUTANTS


def audit(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*COMMAND, "audit", *options),
        capture_output=True,
        text=True,
        cwd=RUNTIMES,
        env={**os.environ, "COLUMNS": "200"},
        timeout=LONGEST_COMMAND,
        check=False,
    )


def test_each_mutant_is_listed_and_none_is_tried() -> None:
    listed = audit("--list")
    assert (listed.returncode, listed.stderr) == (0, "")
    lines = listed.stdout.splitlines()
    for mutant in MUTANTS:
        assert lines[lines.index(f"{mutant.row:<6} {mutant.name}") + 1].split() == (
            mutant.mistake.split()
        )
    assert len(lines) == 2 * len(MUTANTS) + 1
    assert lines[-1] == "Try one: pulsecheck audit --mutant NAME"


def test_a_choice_of_mutants_of_ones_own_is_listed(tmp_path: Path) -> None:
    names = ("--mutant", "moved", "--mutant", "mistaken")
    listed = audit("--mutants", "sample_mutants", *names, "--list")
    assert listed.returncode == 0
    assert listed.stdout.splitlines() == [
        "TBX-1  moved",
        "       is moved",
        "TBX-2  mistaken",
        "       is mistaken",
        "Try one: pulsecheck audit --mutants sample_mutants --mutant NAME",
    ]
    report = tmp_path / "audit.json"
    refused = audit("--mutants", "sample_mutants", "--list", "--json", str(report))
    assert refused.returncode == 2
    assert refused.stderr.endswith(
        "Error: --list tries nothing that --json could write; leave one of them out.\n"
    )
    assert not report.exists()


SHIPPED = "pulsecheck_reference.mutants"
STOP = "sto_5_says_on_stop_"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--mutants", "sample_mutants", "--mutant", "moved_"),
            "sample_mutants.moved_: is no mutant of that module\n  Closest to it: moved. "
            "`pulsecheck audit --mutants sample_mutants --list` lists all.",
        ),
        (
            ("--mutants", "sample_mutants", "--mutant", "nobody"),
            "sample_mutants.nobody: is no mutant of that module\n"
            "  `pulsecheck audit --mutants sample_mutants --list` lists all.",
        ),
        (
            ("--mutant", f"{STOP}when_it_begin_to_close"),
            f"{SHIPPED}.{STOP}when_it_begin_to_close: is no mutant of that module\n"
            f"  Closest to it: {STOP}when_it_begins_to_close, ",
        ),
        (
            ("--mutant", STOP),
            f"{SHIPPED}.{STOP}: is no mutant of that module\n"
            f"  Closest to it: {STOP}when_it_begins_to_close, ",
        ),
    ],
)
def test_of_a_name_that_is_not_there_the_closest_are_told(
    options: tuple[str, ...], message: str
) -> None:
    refused = audit(*options)
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"Error: {message}")
    assert refused.stderr.endswith("lists all.\n")
    assert refused.stderr.count(", ") <= 2
    assert refused.stdout == ""
