"""`pulsecheck audit` with mutants of one's own, as a user runs it."""

from pathlib import Path

import pytest

from audit_command import AuditResult


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> AuditResult:
    return AuditResult(
        tmp_path_factory.mktemp("audit"), "--mutants", "sample_mutants", "--jobs", "2"
    )


def test_each_kind_of_mutant_is_told(audited: AuditResult) -> None:
    assert audited.code == 1
    assert audited.found("survived") == ["right", "mistaken"]
    assert audited.found("accused elsewhere") == ["mistaken"]
    assert audited.found("errored") == ["dying"]
    assert "✗ survived: right: is right, and no scenario of TBX-1 fails" in audited.lines
    assert "✗ errored: dying: its process ended with 7" in audited.lines


def test_what_mutants_print_themselves_is_not_told(audited: AuditResult) -> None:
    assert audited.error == ""


def test_what_is_wrong_with_mutants_is_told_before_what_is_missing(audited: AuditResult) -> None:
    kinds = [line[2:].partition(":")[0] for line in audited.lines if line.startswith("✗ ")]
    assert list(dict.fromkeys(kinds))[-5:] == [
        "survived",
        "accused elsewhere",
        "errored",
        "no mutant",
        "kills nothing",
    ]
    missing, idle = len(audited.found("no mutant")), len(audited.found("kills nothing"))
    assert audited.lines[-2:] == [
        "look at one: pulsecheck check --implementation python:sample_mutants:right",
        "1 of 4 mutants killed, of 2 facts; survived: 2, accused elsewhere: 1, errored: 1, "
        f"no mutant: {missing}, kills nothing: {idle}",
    ]


def test_the_json_says_of_which_format_it_is(audited: AuditResult) -> None:
    assert audited.model["format"] == 1


def test_facts_and_scenarios_that_no_mutant_breaks_are_told(audited: AuditResult) -> None:
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


def test_one_mutant_can_be_tried_alone(tmp_path: Path) -> None:
    audited = AuditResult(tmp_path, "--mutants", "sample_mutants", "--mutant", "moved")
    assert audited.code == 0
    assert audited.lines[-4:] == [
        "moved: is moved",
        "  killed by: A Socket.IO node stands in its category",
        "look at one: pulsecheck check --implementation python:sample_mutants:moved",
        "1 of 1 mutants killed, of 1 facts; the others were not tried",
    ]
    (trial,) = next(one["trials"] for one in audited.model["facts"] if one["trials"])
    assert len(trial["killers"]) == 9
    assert all("stands_in_its_category[" in killer for killer in trial["killers"])
    assert trial["red"] == ["TBX-1"]


def test_to_name_all_mutants_of_a_module_is_a_part_too(tmp_path: Path) -> None:
    everyone = ("moved", "right", "mistaken", "dying")
    named = [word for name in everyone for word in ("--mutant", name)]
    audited = AuditResult(tmp_path, "--mutants", "sample_mutants", *named)
    assert audited.code == 1
    assert audited.model["partial"]
    assert {one["name"] for one in audited.model["findings"]} == {"right", "mistaken", "dying"}
    told = audited.lines.index("right: is right")
    assert audited.lines[told + 1] == "  killed by no scenario"
    assert audited.lines[-1].endswith("; survived: 2, accused elsewhere: 1, errored: 1")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--mutants", "nowhere"),
            "nowhere: cannot be asked for its MUTANTS: ModuleNotFoundError: No module named "
            "'nowhere'\n  Name a module that can be imported here and has a sequence MUTANTS.",
        ),
        (
            ("--mutants", "stopping"),
            "stopping: cannot be asked for its MUTANTS: AttributeError: module 'stopping' has no "
            "attribute 'MUTANTS'\n  Name a module that can be imported here and has a sequence "
            "MUTANTS.",
        ),
    ],
)
def test_what_cannot_be_tried_is_told(
    tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    audited = AuditResult(tmp_path, *options)
    assert audited.code == 2
    assert audited.error == f"Error: {message}\n"
    assert audited.lines == []
