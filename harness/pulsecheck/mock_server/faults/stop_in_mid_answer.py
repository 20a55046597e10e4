"""Stop in the middle of an answer over long-polling."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pulsecheck.mock_server.faults.base import Fault, Placement
from pulsecheck.mock_server.faults.halfway import halfway
from pulsecheck.mock_server.wire import Direction, Wire


@dataclass(frozen=True)
class StopInMidAnswer(Fault):
    """Write the head and half of the body of the answer to a GET, or to a POST, and hold the rest.

    With the scope NEXT it is the next such answer.
    """

    method: Literal["GET", "POST"] = "GET"
    name: ClassVar[str] = "stop in mid-answer"
    next_bites: ClassVar[bool] = True

    def stop(self, here: Placement, wire: Wire, direction: Direction, data: bytes) -> int | None:
        is_it = direction == "to client" and wire.purpose == self.method
        return halfway(data) if is_it else None
