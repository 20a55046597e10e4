"""The timeout for the error of a server that cannot be reached."""

import pytest

from pulsecheck.shared.timeouts import TRIAL, Timeouts


@pytest.mark.parametrize("patience", [1.0, 10.0, 20.0])
def test_an_error_has_the_documented_limit_and_the_patience(patience: float) -> None:
    assert Timeouts(patience=patience).error == 30.0 + patience


def test_a_mutant_must_report_an_error_within_the_patience() -> None:
    assert TRIAL.error == TRIAL.patience
