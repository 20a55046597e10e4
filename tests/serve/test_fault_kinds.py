"""The JSON form of faults, which is derived from their classes."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import msgspec
import pytest

from control_client import control
from event_loop import in_a_loop
from pulsecheck.mock_server.faults import AnswerHttp, Cut, Fault
from pulsecheck.mock_server.faults.scopes import ScopeKind
from pulsecheck.serve.fault_kinds import FaultKinds, exported


@dataclass(frozen=True)
class TurnRound(Fault):
    """Turn round.

    It turns several times.
    """

    times: int
    how: Literal["left", "right"] = "left"
    words: str | bytes = "now"
    name: ClassVar[str] = "turn ROUND"
    scopes: ClassVar[tuple[ScopeKind, ...]] = (ScopeKind.ALL,)

    def __post_init__(self) -> None:
        if self.times > 9:
            raise ValueError(f"expected up to 9 times; got {self.times}")


def test_a_kind_has_its_name_description_and_parameters() -> None:
    (kind,) = FaultKinds([TurnRound]).describe()
    assert (kind.kind, kind.title) == ("turn-round", "turn ROUND")
    assert kind.description == "Turn round.\n\nIt turns several times."
    assert kind.scopes == ("all",)
    assert not kind.is_momentary
    assert [(found.name, found.required, found.schema) for found in kind.parameters] == [
        ("times", True, {"type": "integer"}),
        ("how", False, {"enum": ["left", "right"], "default": "left"}),
        ("words", False, {"type": "string", "default": "now"}),
    ]


def test_every_fault_that_the_mock_server_exports_is_a_kind() -> None:
    kinds = FaultKinds(exported()).describe()
    assert {"answer-http", "hold-disconnects", "port-gone"} <= {kind.kind for kind in kinds}
    assert len(kinds) == len(exported())
    assert all(kind.description and kind.scopes for kind in kinds)


@pytest.mark.parametrize("fault", [TurnRound(3, "right"), Cut("RST"), AnswerHttp(503, "busy")])
def test_a_fault_survives_a_round_trip_through_json(fault: Fault) -> None:
    kinds = FaultKinds([TurnRound, Cut, AnswerHttp])
    message = msgspec.json.encode({"fault": kinds.to_message(fault)})
    assert kinds.from_message(msgspec.json.decode(message, type=kinds.request_type).fault) == fault


@in_a_loop
async def test_a_new_kind_can_be_added_and_its_errors_are_reported() -> None:
    async with control(kinds=FaultKinds([TurnRound])) as (_, api, _):
        assert len((await api.get("/api/kinds"))["kinds"]) == 1
        fault = {"kind": "turn-round", "times": 2}
        placed = (await api("POST", "/api/faults", {"fault": fault})).body
        assert placed["fault"] == {**fault, "how": "left", "words": "now"}
        answer = await api("POST", "/api/faults", {"fault": {**fault, "times": 10}})
        assert (answer.status, answer.body["detail"]) == (
            422,
            "expected up to 9 times; got 10",
        )
