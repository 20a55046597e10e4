"""A fault is said in JSON as its class says, whatever class that is."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import msgspec
import pytest

from control_client import control
from event_loop import in_a_loop
from pulsecheck.mock_server.faults import AnswerHttp, Cut, Fault
from pulsecheck.mock_server.faults.base import Fits
from pulsecheck.serve.kinds import Kinds, exported


@dataclass(frozen=True)
class TurnRound(Fault):
    """Turn round.

    So many times.
    """

    times: int
    how: Literal["left", "right"] = "left"
    words: str | bytes = "now"
    name: ClassVar[str] = "turn ROUND"
    scopes: ClassVar[tuple[Fits, ...]] = (Fits.ALL,)

    def __post_init__(self) -> None:
        if self.times > 9:
            raise ValueError(f"times are 9 at the most; got {self.times}")


def test_a_kind_tells_its_name_its_description_and_its_parameters() -> None:
    (kind,) = Kinds([TurnRound]).describe()
    assert (kind.kind, kind.title) == ("turn-round", "turn ROUND")
    assert kind.description == "Turn round.\n\nSo many times."
    assert kind.scopes == ("all",)
    assert not kind.is_momentary
    assert [(found.name, found.required, found.schema) for found in kind.parameters] == [
        ("times", True, {"type": "integer"}),
        ("how", False, {"enum": ["left", "right"], "default": "left"}),
        ("words", False, {"type": "string", "default": "now"}),
    ]


def test_every_fault_that_the_mock_server_exports_is_a_kind() -> None:
    kinds = Kinds(exported()).describe()
    assert {"answer-http", "hold-disconnects", "port-gone"} <= {kind.kind for kind in kinds}
    assert len(kinds) == len(exported())
    assert all(kind.description and kind.scopes for kind in kinds)


@pytest.mark.parametrize("fault", [TurnRound(3, "right"), Cut("RST"), AnswerHttp(503, "busy")])
def test_a_fault_comes_back_as_it_was_told(fault: Fault) -> None:
    kinds = Kinds([TurnRound, Cut, AnswerHttp])
    told = msgspec.json.encode({"fault": kinds.tell(fault)})
    assert kinds.fault(msgspec.json.decode(told, type=kinds.placing).fault) == fault


@in_a_loop
async def test_a_new_kind_can_be_added_and_its_own_refusal_is_told() -> None:
    async with control(kinds=Kinds([TurnRound])) as (_, ask, _):
        assert len((await ask.get("/api/kinds"))["kinds"]) == 1
        said = {"kind": "turn-round", "times": 2}
        placed = (await ask("POST", "/api/faults", {"fault": said})).body
        assert placed["fault"] == {**said, "how": "left", "words": "now"}
        answer = await ask("POST", "/api/faults", {"fault": {**said, "times": 10}})
        assert (answer.status, answer.body["detail"]) == (
            422,
            "times are 9 at the most; got 10",
        )
