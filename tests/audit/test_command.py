"""`pulsecheck audit --mutants` as a user runs it, with the mutants of tests/runtimes."""

from pathlib import Path

import pytest

from audit_command import AuditResult


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> AuditResult:
    return AuditResult(
        tmp_path_factory.mktemp("audit"), "--mutants", "sample_mutants", "--jobs", "2"
    )


def test_each_kind_of_finding_about_mutants_is_reported(audited: AuditResult) -> None:
    assert audited.code == 1
    assert audited.found("survived") == ["right", "mistaken"]
    assert audited.found("wrong requirement") == ["mistaken"]
    assert audited.found("errored") == ["dying"]
    assert "✗ survived: right: is right, but no scenario of TBX-1 fails" in audited.lines
    assert "✗ errored: dying: its process ended with exit code 7" in audited.lines


def test_output_of_mutants_is_dropped(audited: AuditResult) -> None:
    assert audited.error == ""


def test_findings_about_mutants_come_before_missing_ones(audited: AuditResult) -> None:
    kinds = [line[2:].partition(":")[0] for line in audited.lines if line.startswith("✗ ")]
    assert list(dict.fromkeys(kinds))[-5:] == [
        "survived",
        "wrong requirement",
        "errored",
        "no mutant",
        "kills nothing",
    ]
    unbroken, killing_nothing = audited.found("no mutant"), audited.found("kills nothing")
    assert audited.lines[-2:] == [
        "check one: pulsecheck check --implementation python:sample_mutants:right",
        "1 of 4 mutants killed (2 facts); survived: 2, wrong requirement: 1, errored: 1, "
        f"no mutant: {len(unbroken)}, kills nothing: {len(killing_nothing)}",
    ]


def test_the_json_has_its_format_version(audited: AuditResult) -> None:
    assert audited.model["format"] == 1


def test_facts_and_scenarios_without_a_mutant_are_reported(audited: AuditResult) -> None:
    assert "STO-5" in audited.found("no mutant")
    assert "TBX-1" not in audited.found("no mutant")
    assert "STO-4" not in audited.found("no mutant")
    assert "A Socket.IO node stands in its category" not in audited.found("kills nothing")
    assert "A scope offers all Socket.IO nodes" in audited.found("kills nothing")


def test_the_table_has_a_line_for_each_fact(audited: AuditResult) -> None:
    cells = [line.split() for line in audited.lines]
    assert ["fact", "level", "scenarios", "mutants", "killed"] in cells
    assert ["✗", "TBX-1", "must", "1", "2", "1"] in cells
    assert ["✓", "STO-4", "may", "1"] in cells


def test_one_mutant_can_be_audited(tmp_path: Path) -> None:
    audited = AuditResult(tmp_path, "--mutants", "sample_mutants", "--mutant", "moved")
    assert audited.code == 0
    assert audited.lines[-4:] == [
        "moved: is moved",
        "  killed by: A Socket.IO node stands in its category",
        "check one: pulsecheck check --implementation python:sample_mutants:moved",
        "1 of 1 mutants killed (1 facts); the other mutants were not tried",
    ]
    (trial,) = next(one["trials"] for one in audited.model["facts"] if one["trials"])
    assert len(trial["killers"]) == 9
    assert all("stands_in_its_category[" in killer for killer in trial["killers"])
    assert trial["not_met"] == ["TBX-1"]


def test_selecting_all_mutants_by_name_is_partial_too(tmp_path: Path) -> None:
    names = ("moved", "right", "mistaken", "dying")
    named = [word for name in names for word in ("--mutant", name)]
    audited = AuditResult(tmp_path, "--mutants", "sample_mutants", *named)
    assert audited.code == 1
    assert audited.model["partial"]
    assert {one["name"] for one in audited.model["findings"]} == {"right", "mistaken", "dying"}
    place = audited.lines.index("right: is right")
    assert audited.lines[place + 1] == "  killed by no scenario"
    assert audited.lines[-1].endswith("; survived: 2, wrong requirement: 1, errored: 1")


def test_a_mutant_can_run_only_the_scenarios_of_its_requirement(tmp_path: Path) -> None:
    options = ("--mutants", "sample_mutants", "--mutant", "mistaken", "--mutant", "moved")
    audited = AuditResult(tmp_path, *options, "--own-requirement")
    assert audited.code == 1
    assert audited.model["own_requirement"]
    assert audited.found("wrong requirement") == []
    assert audited.found("survived") == ["mistaken"]
    assert any(line.startswith("Each mutant ran the scenarios") for line in audited.lines)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--mutants", "nowhere"),
            "nowhere: could not load MUTANTS: ModuleNotFoundError: No module named 'nowhere'\n"
            "  Name a module that can be imported from this folder and has a sequence MUTANTS.",
        ),
        (
            ("--mutants", "stopping"),
            "stopping: could not load MUTANTS: AttributeError: module 'stopping' has no attribute "
            "'MUTANTS'\n  Name a module that can be imported from this folder and has a sequence "
            "MUTANTS.",
        ),
    ],
)
def test_a_module_without_mutants_is_an_error(
    tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    audited = AuditResult(tmp_path, *options)
    assert audited.code == 2
    assert audited.error == f"Error: {message}\n"
    assert audited.lines == []
