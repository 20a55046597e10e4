"""No right runtime is accused, whatever it chooses where the documentation leaves a choice."""

from pathlib import Path

import pytest
from checking import Check

from tests.variants import VARIANTS
from tests.variants.variant import Variant

ROOT = Path(__file__).parents[2]


def test_no_two_variants_have_one_name() -> None:
    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_a_right_runtime_is_accused_of_nothing(check: Check, variant: Variant) -> None:
    spec = f"python:tests.variants:{variant.name}"
    checked = check("--implementation", spec, "--strict", *variant.options, folder=ROOT)
    assert checked.code == 0, checked.text
    assert not checked.requirements("not met") | checked.requirements("not observed"), checked.text
    assert not checked.scenarios("failed") + checked.scenarios("errored"), checked.text
    assert checked.conclusion == ("partial" if variant.options else "conforming")
    assert variant.shown(checked.model), f"nothing shows that it {variant.choice}"
