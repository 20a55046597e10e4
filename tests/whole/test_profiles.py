"""A runtime with a smaller profile is checked only for the parts that it declares."""

import pytest

from check_command import Check

ACCUSATIONS = ("not met", "warning")


@pytest.mark.parametrize(
    ("kind", "selection", "met", "not_applicable"),
    [
        (
            "without_unsubscribe",
            "SND-2 or SUB-2 or SUB-3 or SUB-4 or SUB-7 or RCV-2 or CFG-4 or TBX-2",
            {"SND-2", "SUB-2", "SUB-3", "SUB-7", "RCV-2", "CFG-4", "TBX-2"},
            {"SUB-4"},
        ),
        (
            "without_on_start",
            "STA-2 or STA-3 or STA-5 or STA-6 or STO-2 or TBX-2",
            {"STA-2", "STA-3", "TBX-2"},
            {"STA-5", "STA-6", "STO-2"},
        ),
        (
            "without_linking",
            "NOD-2 or NOD-3 or NOD-4 or NOD-6 or NOD-8 or NOD-9 or STO-2",
            {"NOD-3", "NOD-6", "NOD-9", "STO-2"},
            {"NOD-2", "NOD-4", "NOD-8"},
        ),
        ("without_pass_through", "NOD-2 or NOD-3 or NOD-8", {"NOD-2", "NOD-8"}, {"NOD-3"}),
        ("static", "SND-2 or SUB-2", {"SND-2", "SUB-2"}, set()),
    ],
)
def test_only_what_is_declared_is_checked(
    check: Check, kind: str, selection: str, met: set[str], not_applicable: set[str]
) -> None:
    checked = check("--implementation", f"python:profiles:{kind}", "-m", selection)
    assert checked.code == 0, checked.text
    assert checked.requirements("met") == met, checked.text
    assert checked.requirements("not applicable") == not_applicable
    for status in ACCUSATIONS:
        assert not checked.requirements(status), checked.text


def test_a_static_namespace_is_a_declaration(check: Check) -> None:
    checked = check("--implementation", "python:profiles:static", "-m", "SND-2 or SUB-2")
    skipped = {
        "an_event_is_sent_in_the_namespace_that_comes_with_the_pulse",
        "subscribe_listens_in_the_namespace_that_comes_with_the_pulse",
    }
    assert set(checked.scenarios("not applicable")) == skipped


WEBSOCKET, POLLING = "WebSocket", "long-polling"
UPGRADED = "long-polling upgraded to WebSocket"


@pytest.mark.parametrize(
    ("kind", "asked", "used"),
    [
        ("polling_for_websocket", WEBSOCKET, POLLING),
        ("websocket_for_polling", POLLING, WEBSOCKET),
        ("upgraded_for_polling", POLLING, UPGRADED),
        ("polling_for_upgraded", UPGRADED, POLLING),
    ],
)
def test_another_transport_is_an_error_of_the_driver(
    check: Check, kind: str, asked: str, used: str
) -> None:
    selection = ("-m", "STA-2 or STO-2 or STO-5", "--patience", "2")
    checked = check("--implementation", f"python:profiles:{kind}", *selection)
    assert (checked.code, checked.conclusion) == (2, "error"), checked.text
    assert not checked.requirements("not met") | checked.requirements("warning")
    assert (
        f"the project asks for {asked}, but the connection “main” uses {used}\n"
        "Make the driver pass the `transports` of the connection to its client, or declare only "
        "the transports that the client can be made to use."
    ) in checked.reasons("errored")
