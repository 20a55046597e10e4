"""Names of mutants: `pulsecheck audit --list`, and the error for an unknown name."""

import subprocess
from pathlib import Path

import pytest

from in_process import run_in_process
from pulsecheck_reference.mutants import MUTANTS


def audit(*options: str) -> subprocess.CompletedProcess[str]:
    return run_in_process("audit", *options)


def test_list_shows_each_mutant_and_runs_none() -> None:
    listed = audit("--list")
    assert (listed.returncode, listed.stderr) == (0, "")
    lines = listed.stdout.splitlines()
    for mutant in MUTANTS:
        place = lines.index(f"{mutant.requirement:<6} {mutant.name}")
        assert lines[place + 1].split() == mutant.mistake.split()
    assert len(lines) == 2 * len(MUTANTS) + 1
    assert lines[-1] == "audit one: pulsecheck audit --mutant NAME"


def test_list_shows_selected_mutants_of_a_users_module(tmp_path: Path) -> None:
    names = ("--mutant", "moved", "--mutant", "mistaken")
    listed = audit("--mutants", "sample_mutants", *names, "--list")
    assert listed.returncode == 0
    assert listed.stdout.splitlines() == [
        "TBX-1  moved",
        "       is moved",
        "TBX-2  mistaken",
        "       is mistaken",
        "audit one: pulsecheck audit --mutants sample_mutants --mutant NAME",
    ]
    report = tmp_path / "audit.json"
    refused = audit("--mutants", "sample_mutants", "--list", "--json", str(report))
    assert refused.returncode == 2
    assert refused.stderr.endswith(
        "Error: --list runs no audit, so --json has nothing to write. Remove one of them.\n"
    )
    assert not report.exists()


SHIPPED = "pulsecheck_reference.mutants"
STOP = "sto_5_says_on_stop_"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--mutants", "sample_mutants", "--mutant", "moved_"),
            "sample_mutants.moved_: there is no such mutant\n  Did you mean moved? "
            "Run `pulsecheck audit --mutants sample_mutants --list` to see all names.",
        ),
        (
            ("--mutants", "sample_mutants", "--mutant", "nobody"),
            "sample_mutants.nobody: there is no such mutant\n"
            "  Run `pulsecheck audit --mutants sample_mutants --list` to see all names.",
        ),
        (
            ("--mutant", f"{STOP}when_it_begin_to_close"),
            f"{SHIPPED}.{STOP}when_it_begin_to_close: there is no such mutant\n"
            f"  Did you mean {STOP}when_it_begins_to_close, ",
        ),
        (
            ("--mutant", STOP),
            f"{SHIPPED}.{STOP}: there is no such mutant\n"
            f"  Did you mean {STOP}when_it_begins_to_close, ",
        ),
    ],
)
def test_the_error_for_an_unknown_name_suggests_similar_names(
    options: tuple[str, ...], message: str
) -> None:
    refused = audit(*options)
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"Error: {message}")
    assert refused.stderr.endswith("to see all names.\n")
    assert refused.stderr.count(", ") <= 2
    assert refused.stdout == ""
