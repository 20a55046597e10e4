"""No right runtime is accused, whatever it chooses where the documentation leaves a choice."""

from pathlib import Path

import pytest
from tests.variants import VARIANTS
from tests.variants.paces import SLOW
from tests.variants.variant import Variant

from check_command import CheckResult, run_check
from deadlines import LONGEST_COMMAND

ROOT = Path(__file__).parents[2]


JOBS = "12"
"""Processes for a runtime for which everything waits: waiting is free."""
ONE_OF_A_KIND = (
    *("-k", "not of_any_kind and not any_name"),
    *("-m", "not studio"),
)
"""All scenarios but the studio's, where nothing is under way, and but one text for another."""


def spec_of(variant: Variant) -> str:
    return f"python:tests.variants:{variant.name}"


def require_nothing_held_against(checked: CheckResult) -> None:
    assert checked.code == 0, checked.text
    assert not checked.requirements("not met") | checked.requirements("not observed"), checked.text
    assert not checked.scenarios("failed") + checked.scenarios("errored"), checked.text


def test_no_two_variants_have_one_name() -> None:
    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS)


def test_a_slow_runtime_is_accused_of_nothing(tmp_path: Path) -> None:
    options = ("--implementation", spec_of(SLOW), "--strict", "--jobs", JOBS, *ONE_OF_A_KIND)
    checked = run_check(ROOT, tmp_path / "slow.json", *options, longest=LONGEST_COMMAND)
    require_nothing_held_against(checked)
    assert SLOW.shown(checked.model)


@pytest.mark.parametrize(
    "variant",
    [variant for variant in VARIANTS if variant is not SLOW],
    ids=lambda variant: variant.name,
)
def test_a_right_runtime_is_accused_of_nothing(tmp_path: Path, variant: Variant) -> None:
    options = ("--implementation", spec_of(variant), "--strict", *variant.options)
    checked = run_check(ROOT, tmp_path / "variant.json", *options, longest=LONGEST_COMMAND)
    require_nothing_held_against(checked)
    assert checked.conclusion == ("partial" if variant.options else "conforming")
    assert variant.shown(checked.model), f"nothing shows that it {variant.choice}"
