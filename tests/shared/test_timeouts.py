"""The timeout for the error of a server that cannot be reached."""

import pytest

from pulsecheck.shared.timeouts import LONGEST_UNTIL_ERROR, TRIAL, Timeouts


def test_an_error_has_the_documented_limit_and_the_patience() -> None:
    assert Timeouts().error == LONGEST_UNTIL_ERROR + Timeouts().patience
    assert Timeouts(patience=20.0).error == LONGEST_UNTIL_ERROR + 20.0


@pytest.mark.parametrize("timeouts", [TRIAL, Timeouts(patience=1.0)])
def test_who_shortens_the_patience_shortens_it_too(timeouts: Timeouts) -> None:
    assert timeouts.error == timeouts.patience
