"""Every variant conforms, so no correct runtime fails because of its choices."""

from pathlib import Path

import pytest
from tests.variants import VARIANTS
from tests.variants.timing import SLOW
from tests.variants.variant import Variant

from check_command import CheckResult
from forked_command import run_forked_check

ROOT = Path(__file__).parents[2]


JOBS = "12"
"""The number of worker processes for the slow runtime. This runtime mostly waits, so there can be
more processes than cores."""
ONE_OF_A_KIND = (
    *("-k", "not of_any_kind and not any_name"),
    *("-m", "not studio"),
)
"""For the slow runtime. Excludes the scenarios of the studio, where nothing can be late. Also
excludes most scenarios that repeat a check with many texts or names."""


def spec_of(variant: Variant) -> str:
    return f"python:tests.variants:{variant.name}"


def require_no_failures(checked: CheckResult) -> None:
    assert checked.code == 0, checked.text
    assert not checked.requirements("not met") | checked.requirements("not observed"), checked.text
    assert not checked.scenarios("failed") + checked.scenarios("errored"), checked.text


def test_names_of_variants_are_unique() -> None:
    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS)


def test_a_slow_runtime_conforms(tmp_path: Path) -> None:
    options = ("--implementation", spec_of(SLOW), "--strict", "--jobs", JOBS, *ONE_OF_A_KIND)
    checked = run_forked_check(ROOT, tmp_path / "slow.json", *options)
    require_no_failures(checked)
    assert SLOW.shown(checked.model)


@pytest.mark.parametrize(
    "variant",
    [variant for variant in VARIANTS if variant is not SLOW],
    ids=lambda variant: variant.name,
)
def test_a_variant_conforms(tmp_path: Path, variant: Variant) -> None:
    options = ("--implementation", spec_of(variant), "--strict", *variant.options)
    checked = run_forked_check(ROOT, tmp_path / "variant.json", *options)
    require_no_failures(checked)
    assert checked.conclusion == ("partial" if variant.options else "conforming")
    assert variant.shown(checked.model), f"the report does not prove: {variant.choice}"
