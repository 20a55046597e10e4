"""Each mistake that a runtime makes with its messages is found, by the row that fits."""

import pytest
from checking import Check

AREAS = {"SND": 7, "SUB": 7, "RCV": 4, "ERR": 3}
ROWS = [f"{area}-{number}" for area, last in AREAS.items() for number in range(1, last + 1)]
SHORT = ("--patience", "2", "--dwell", "0.3", "--strict")
MESSAGES = ("-m", " or ".join((*ROWS, "CFG-3")))
FEWER = ("-k", "not any_kind and not any_name and not upgraded and not long_polling")

MISTAKES = {
    "ignores_namespace": {"SND-2"},
    "defaults_to_main": {"SND-3"},
    "pulses_twice": {"SND-4"},
    "sends_everywhere": {"CFG-3"},
    "never_listens": {"SUB-2"},
    "tells_of_main_only": {"SUB-6"},
    "keeps_silent_when_unreachable": {"ERR-3"},
    "sends_twice": {"SND-2"},
    "cuts_what_it_sends": {"SND-5"},
    "listens_after_unsubscribe": {"SUB-4"},
    "unsubscribes_all": {"SUB-4"},
    "unsubscribes_by_name": {"SUB-3"},
    "subscribes_by_name": {"SUB-3"},
    "delivers_twice": {"RCV-3", "SUB-7"},
    "mixes_up_outputs": {"RCV-2"},
    "cuts_what_it_receives": {"RCV-3"},
    "drops_the_last": {"RCV-3"},
    "errs_without_message": {"ERR-2"},
}


@pytest.mark.parametrize(("mistake", "rows"), MISTAKES.items(), ids=MISTAKES.keys())
def test_a_mistake_with_messages_is_found_by_the_row_that_fits(
    check: Check, mistake: str, rows: set[str]
) -> None:
    checked = check("--implementation", f"python:messaging:{mistake}", *MESSAGES, *FEWER, *SHORT)
    assert (checked.code, checked.conclusion) == (1, "not conforming"), checked.text
    assert checked.requirements("not met") == rows


def test_a_mistake_of_which_the_documentation_is_silent_is_shown(check: Check) -> None:
    checked = check("--implementation", "python:messaging:sends_later", *MESSAGES, *FEWER, *SHORT)
    assert (checked.code, checked.conclusion) == (0, "partial"), checked.text
    assert checked.requirements("not met") == {"SND-6"}
