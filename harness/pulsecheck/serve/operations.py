"""The operations of the control interface: its routes and its description are made of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pulsecheck.serve import messages
from pulsecheck.serve.kinds import Kinds
from pulsecheck.serve.server_control import ServerControl


@dataclass(frozen=True, kw_only=True)
class Operation:
    """`act` is called with the control, the parameters and the body; it returns the answer.

    `parameters` is the type of what path and query say; `body` and `answer` are None for none.
    `fails` are the statuses of a request that is well-formed and cannot be done.
    """

    id: str
    method: str
    path: str
    summary: str
    act: Callable[[ServerControl, Any, Any], object | Awaitable[object]]
    parameters: type = messages.Nothing
    body: type | None = None
    answer: type | None = None
    status: int = 200
    fails: tuple[int, ...] = ()


def operations(kinds: Kinds) -> tuple[Operation, ...]:
    """All of them, for these kinds of fault."""
    return (
        Operation(
            id="getServer",
            method="GET",
            path="/api/server",
            summary="The mock server: where it is, and since when.",
            answer=messages.ServerState,
            act=lambda control, *_: control.state(),
        ),
        Operation(
            id="listKinds",
            method="GET",
            path="/api/kinds",
            summary="The kinds of fault there are, with their parameters.",
            answer=messages.Kinds,
            act=lambda control, *_: messages.Kinds(control.kinds.describe()),
        ),
        Operation(
            id="listFaults",
            method="GET",
            path="/api/faults",
            summary="The faults that are in place.",
            answer=messages.Faults,
            act=lambda control, *_: messages.Faults(control.faults()),
        ),
        Operation(
            id="addFault",
            method="POST",
            path="/api/faults",
            summary="Put a fault in place.",
            body=kinds.placing,
            answer=kinds.placed,
            status=201,
            fails=(404, 422),
            act=lambda control, _, placing: control.add(placing),
        ),
        Operation(
            id="releaseFault",
            method="DELETE",
            path="/api/faults/{id}",
            summary="Release a fault: what it holds back goes on.",
            parameters=messages.OneFault,
            status=204,
            fails=(404,),
            act=lambda control, which, _: control.release(which.id),
        ),
        Operation(
            id="listConnections",
            method="GET",
            path="/api/connections",
            summary="The connections that are open and those that were.",
            answer=messages.Connections,
            act=lambda control, *_: messages.Connections(control.connections()),
        ),
        Operation(
            id="listEvents",
            method="GET",
            path="/api/events",
            summary="The events that clients have sent.",
            parameters=messages.Which,
            answer=messages.Events,
            act=lambda control, which, _: messages.Events(
                control.events(which.name, which.namespace)
            ),
        ),
        Operation(
            id="emit",
            method="POST",
            path="/api/emit",
            summary="Send an event to one connection, or to all in a namespace.",
            body=messages.Emitting,
            answer=messages.Emitted,
            fails=(404,),
            act=lambda control, _, emitting: control.emit(emitting),
        ),
        Operation(
            id="getTimeline",
            method="GET",
            path="/api/timeline",
            summary="A part of what has happened. Old entries are forgotten.",
            parameters=messages.Part,
            answer=messages.TimelinePart,
            act=lambda control, part, _: control.timeline(part.since, part.limit),
        ),
        Operation(
            id="reset",
            method="POST",
            path="/api/reset",
            summary="Release every fault; forget events, timeline and connections that have ended.",
            status=204,
            act=lambda control, *_: control.reset(),
        ),
    )
