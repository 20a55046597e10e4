"""The automatic mutation itself: its changes, reasons, summary and judge."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from tests.mutation.__main__ import JUDGE, NO_BEHAVIOUR, PACKAGE, SOURCE, files, report
from tests.mutation.mutations import Mutation, mutations
from tests.mutation.operators import OWN
from tests.mutation.survivors import Reason, Reasons, SurvivorsError, load

MUTATION = Mutation(file="file.py", line=1, within="", was="a = 1", becomes="a = 2", code="a = 2\n")
REASON = Reason(file="file.py", was="a = 1", becomes=("a = 2",), reason="a is not read")


# --- the changes ----------------------------------------------------------------------------


@pytest.mark.parametrize("operator", OWN, ids=lambda operator: operator.__name__)
def test_an_operator_makes_the_changes_of_its_examples(operator: type[Operator]) -> None:
    for example in operator.examples():
        changed = mutate_code(example.pre_mutation_code, operator(), example.occurrence)
        assert changed == example.post_mutation_code


@pytest.mark.parametrize(
    "source",
    [
        'def f(a: "text", b: int | None) -> "text": ...\n',
        "x: int | str\n",
        "class Plain(Struct, frozen=True): ...\n",
        "Called = Callable[[str, int | None], bool]\n",
        'class SomeError(Exception):\n    def __str__(self):\n        return "text"\n',
        'raised = RefusedError("wording", "more" + "of it")\n',
        'itself = Implementation(name="a name", version="1")\n',
        'logger.warning("wording", exc_info=True)\n',
        '"""A docstring."""\n',
    ],
)
def test_types_and_wording_are_not_changed(source: str) -> None:
    changed = [found for found in mutations("file.py", source) if found.becomes != "pass"]
    assert changed == []


def test_logging_is_not_changed() -> None:
    assert list(mutations("file.py", 'logger.warning("wording %s", each)\n')) == []


def test_the_number_of_a_named_limit_is_not_changed() -> None:
    assert list(mutations("file.py", "LIMIT = 5\n")) == []
    assert list(mutations("file.py", "limit = 5\n"))
    assert list(mutations("file.py", "LIMIT = size(5)\n"))


def test_each_mutation_is_made_once_and_compiles() -> None:
    made = list(mutations("file.py", "def f(a, b):\n    if not a is None:\n        return b > 1\n"))
    assert [found.becomes for found in made if found.line == 2] == ["if not not a is None:"]
    assert len({found.code for found in made}) == len(made)
    for found in made:
        compile(found.code, "mutant", "exec")


def test_comments_are_no_part_of_a_mutation() -> None:
    source = "def f():  # why\n    # how\n    return 1  # type: ignore[x]  # reason\n"
    found = {(each.within, each.was, each.becomes) for each in mutations("file.py", source)}
    assert ("def f():", "return 1", "return 2") in found


def test_a_change_that_does_not_compile_is_not_a_mutation() -> None:
    assert all("{*a" not in made.code for made in mutations("file.py", "x = {**a, 'b': c}\n"))


def test_a_mutation_has_the_lines_that_differ() -> None:
    source = "x = (\n    1,\n    2,\n)\n"
    dropped = [found for found in mutations("file.py", source) if not found.becomes]
    assert [(found.within, found.was, found.line) for found in dropped] == [
        ("x = (", "1,", 2),
        ("x = (", "2,", 3),
    ]


# --- the reasons ----------------------------------------------------------------------------


def test_every_reason_names_an_existing_mutation() -> None:
    reasons = load()
    named = {reason.file for reason in (*reasons.equivalent, *reasons.undocumented)}
    assert named <= set(files())
    made = [found for name in named for found in mutations(name, files()[name].read_text())]
    assert reasons.stale(made, named) == []


def test_the_excluded_files_exist() -> None:
    assert all((SOURCE / name).exists() for name in NO_BEHAVIOUR)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("equivalent = 1", "Expected `array`"),
        ("[[equivalent", "cannot be read"),
        ('[[equivalent]]\nfile = "a.py"\nwas = "a"\nbecomes = ["b"]\n', "missing required field"),
        (
            '[[undocumented]]\nfile = "a.py"\nwas = "a"\nbecomes = ["b"]\nreason = " "\n',
            '"a" of a.py needs a reason and a mutation',
        ),
        (
            '[[undocumented]]\nfile = "a.py"\nwas = "a"\nbecomes = []\nreason = "b"\n',
            '"a" of a.py needs a reason and a mutation',
        ),
    ],
)
def test_an_invalid_file_of_reasons_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "survivors.toml"
    file.write_text(text)
    with pytest.raises(SurvivorsError, match=r"survivors\.toml cannot be read") as raised:
        load(file)
    assert message in str(raised.value)


# --- the summary ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("killers", "reasons", "passes", "printed"),
    [
        (["failed: it"], Reasons(), True, "killed 1 of 1 mutants (100.0%)"),
        ([""], Reasons(), False, "SURVIVORS WITHOUT A REASON"),
        ([""], Reasons(equivalent=(REASON,)), True, "killed 0 of 0 that are not equivalent"),
        ([""], Reasons(undocumented=(REASON,)), True, "killed 0 of 0 that are documented"),
        (["failed: it"], Reasons(equivalent=(REASON,)), False, "REASONS WITHOUT A SURVIVOR"),
        (["hung for 60 s"], Reasons(), True, "1 of them by the time limit"),
    ],
)
def test_the_summary_names_unexplained_survivors_and_stale_reasons(
    capsys: pytest.CaptureFixture[str],
    killers: list[str],
    reasons: Reasons,
    passes: bool,
    printed: str,
) -> None:
    assert report([MUTATION], killers, reasons) is passes
    assert printed in capsys.readouterr().out


def test_a_reason_for_a_file_that_was_not_judged_is_not_stale() -> None:
    assert Reasons(equivalent=(REASON,)).stale([], {"other.py"}) == []


# --- the judge ------------------------------------------------------------------------------


def judged(folder: Path, keyword: str, limit: int = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-B", "-P", str(JUDGE), "2", "0.5", str(limit), keyword],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the reference. Returns the folder that contains the package."""
    for path in SOURCE.rglob("*.py"):
        place = tmp_path / PACKAGE / path.relative_to(SOURCE)
        place.parent.mkdir(exist_ok=True)
        place.write_text(path.read_text())
    return tmp_path


def change(folder: Path, file: str, was: str, becomes: str) -> None:
    place = folder / PACKAGE / file
    assert was in place.read_text()
    place.write_text(place.read_text().replace(was, becomes))


def test_the_judge_passes_the_reference(copy: Path) -> None:
    assert judged(copy, "on_stop_follows").returncode == 0


def test_the_judge_names_the_first_scenario_that_fails(copy: Path) -> None:
    change(copy, "lifecycle.py", "E.ENDED: to(S.IDLE, A.REPORT_ON_STOP)", "E.ENDED: to(S.IDLE)")
    done = judged(copy, "on_stop_follows or on_stop_waits_while")
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 1)
    assert done.stdout.startswith("failed: on_stop_")


def test_the_judge_finds_a_missing_ability(copy: Path) -> None:
    change(copy, "application.py", "ABILITIES = tuple(Ability)", "ABILITIES = ()")
    assert judged(copy, "toolbox").stdout.startswith("not applicable: ")


def test_the_judge_finds_an_import_error(copy: Path) -> None:
    change(copy, "runtime.py", "import asyncio", "import nothing_of_the_kind")
    assert judged(copy, "toolbox").returncode == 1


def test_the_judge_ends_a_mutant_that_hangs(copy: Path) -> None:
    change(copy, "runtime.py", "import asyncio", "while True: pass\nimport asyncio")
    assert judged(copy, "toolbox", limit=3).returncode == -signal.SIGALRM
