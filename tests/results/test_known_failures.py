from datetime import date
from pathlib import Path

import pytest

from pulsecheck.results.known_failures import (
    PLACEHOLDER,
    KnownFailure,
    KnownFailures,
    KnownFailuresError,
    check,
    load,
)
from pulsecheck.suite.requirements import Catalogue, Level, Requirement

TODAY = date(2026, 7, 31)
ENTRY = '[[known_failure]]\nrequirement = "STO-5"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "known.toml"
    path.write_text(text)
    return path


def problem(folder: Path, text: str) -> str:
    """Return the error for a file with this text, without the path."""
    path = written(folder, text)
    with pytest.raises(KnownFailuresError) as raised:
        load(path, TODAY)
    return str(raised.value).removeprefix(f"{path}: ")


def test_entries_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = (
        '[[known_failure]]\nscenario = "on_stop_waits[websocket]"\nreason = "early"\n'
        'issue = "https://example.org/7"\nexpires = 2026-07-31\n'
        f'{ENTRY}reason = "late"\n'
    )
    assert load(written(tmp_path, text), TODAY).entries == (
        KnownFailure(
            scenario="on_stop_waits[websocket]",
            reason="early",
            issue="https://example.org/7",
            expires=TODAY,
        ),
        KnownFailure(requirement="STO-5", reason="late"),
    )


def test_a_file_may_be_empty(tmp_path: Path) -> None:
    assert load(written(tmp_path, "# no known failures\n"), TODAY).entries == ()


@pytest.mark.parametrize("reason", ["", "  ", PLACEHOLDER, f" {PLACEHOLDER}\\n"])
def test_an_entry_without_a_reason_is_rejected(tmp_path: Path, reason: str) -> None:
    assert problem(tmp_path, f'{ENTRY}reason = "{reason}"\n') == (
        "known failure 1 (STO-5): has no reason\n"
        "  Write in `reason` why it fails, and what you will do about the failure."
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ENTRY, "known failure 1 (STO-5): Object missing required field `reason`"),
        (
            '[[known_failure]]\nreason = "r"\n',
            "known failure 1 (without a name): names both a requirement and a scenario, or neither",
        ),
        (
            f'{ENTRY}scenario = "s"\nreason = "r"\n',
            "known failure 1 (STO-5): names both a requirement and a scenario, or neither",
        ),
        (
            f'{ENTRY}reason = "r"\n{ENTRY}reason = "r"\nowner = "me"\n',
            "known failure 2 (STO-5): Object contains unknown field `owner`",
        ),
        (f'{ENTRY}reason = "r"\nexpires = "soon"\n', "known failure 1 (STO-5): Invalid RFC3339"),
    ],
)
def test_an_invalid_entry_is_rejected(tmp_path: Path, text: str, message: str) -> None:
    found = problem(tmp_path, text)
    assert found.startswith(message)
    assert found.endswith(
        '\n  Write requirement (an id such as "STO-5") or scenario (a selector, as for -k), and '
        "reason. The fields issue (a link) and expires (the last day, as a date) are optional."
    )


def test_an_entry_is_rejected_after_its_last_day(tmp_path: Path) -> None:
    assert problem(tmp_path, f'{ENTRY}reason = "r"\nexpires = 2026-07-30\n') == (
        "known failure 1 (STO-5): has expired: its last day was 2026-07-30\n"
        "  Fix the implementation and remove the entry, or set a later date."
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[[", "is not TOML: "),
        ("[[known]]\n", "is not a file of known failures: Object contains unknown field `known`"),
        ("known_failure = 3\n", "is not a file of known failures: Expected `array`, got `int`"),
    ],
)
def test_an_invalid_file_is_rejected(tmp_path: Path, text: str, message: str) -> None:
    assert problem(tmp_path, text).startswith(message)


def test_the_error_for_an_unreadable_file_names_it(tmp_path: Path) -> None:
    with pytest.raises(KnownFailuresError, match="nowhere: cannot be read: No such file"):
        load(tmp_path / "nowhere", TODAY)


# --- entries and the catalogue ----------------------------------------------------------------


def requirement(identifier: str, level: Level) -> Requirement:
    return Requirement(id=identifier, level=level, fact="f", page="p")


CATALOGUE = Catalogue((requirement("STO-4", Level.MAY), requirement("STO-5", Level.MUST)))

SCENARIOS = {"on_stop_waits": ("STO-5",), "stop_may_wait": ("STO-4",), "both": ("STO-4", "STO-5")}


def test_entries_whose_scenarios_can_fail_are_valid() -> None:
    entries = (
        KnownFailure(requirement="STO-5", reason="r"),
        KnownFailure(scenario="on_stop_waits", reason="r"),
        KnownFailure(scenario="both", reason="r"),
    )
    check(KnownFailures(Path("known.toml"), entries), CATALOGUE, SCENARIOS)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            KnownFailure(requirement="STO-6", reason="r"),
            "known failure 1 (STO-6): there is no such requirement\n  Write an id that",
        ),
        (
            KnownFailure(scenario="on_stop", reason="r"),
            "known failure 1 (on_stop): there is no such scenario\n  Copy the selector after",
        ),
        (
            KnownFailure(requirement="STO-4", reason="r"),
            "known failure 1 (STO-4): its level is may, so it cannot fail: every choice is allowed",
        ),
        (
            KnownFailure(scenario="stop_may_wait", reason="r"),
            "known failure 1 (stop_may_wait): its level is may, so it cannot fail: every choice is "
            "allowed",
        ),
    ],
)
def test_an_entry_whose_scenarios_cannot_fail_is_rejected(
    entry: KnownFailure, message: str
) -> None:
    with pytest.raises(KnownFailuresError) as raised:
        check(KnownFailures(Path("known.toml"), (entry,)), CATALOGUE, SCENARIOS)
    assert str(raised.value).startswith(f"known.toml: {message}")
