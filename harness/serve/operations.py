"""The operations of the control interface: its routes and its description are made of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from harness.serve import messages
from harness.serve.bench import Bench
from harness.serve.kinds import Kinds


@dataclass(frozen=True, kw_only=True)
class Operation:
    """`act` is called with the bench, the parameters and the body; it returns the answer.

    `parameters` is the type of what path and query say; `body` and `answer` are None for none.
    `fails` are the statuses of a request that is well-formed and cannot be done.
    """

    id: str
    method: str
    path: str
    summary: str
    act: Callable[[Bench, Any, Any], object | Awaitable[object]]
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
            act=lambda bench, *_: bench.state(),
        ),
        Operation(
            id="listKinds",
            method="GET",
            path="/api/kinds",
            summary="The kinds of fault there are, with their parameters.",
            answer=messages.Kinds,
            act=lambda bench, *_: messages.Kinds(bench.kinds.describe()),
        ),
        Operation(
            id="listFaults",
            method="GET",
            path="/api/faults",
            summary="The faults that are in place.",
            answer=messages.Faults,
            act=lambda bench, *_: messages.Faults(bench.faults()),
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
            act=lambda bench, _, placing: bench.add(placing),
        ),
        Operation(
            id="releaseFault",
            method="DELETE",
            path="/api/faults/{id}",
            summary="Release a fault: what it holds back goes on.",
            parameters=messages.OneFault,
            status=204,
            fails=(404,),
            act=lambda bench, which, _: bench.release(which.id),
        ),
        Operation(
            id="listConnections",
            method="GET",
            path="/api/connections",
            summary="The connections that are open and those that were.",
            answer=messages.Connections,
            act=lambda bench, *_: messages.Connections(bench.connections()),
        ),
        Operation(
            id="listEvents",
            method="GET",
            path="/api/events",
            summary="The events that clients have sent.",
            parameters=messages.Which,
            answer=messages.Events,
            act=lambda bench, which, _: messages.Events(bench.events(which.name, which.namespace)),
        ),
        Operation(
            id="emit",
            method="POST",
            path="/api/emit",
            summary="Send an event to one connection, or to all in a namespace.",
            body=messages.Emitting,
            answer=messages.Emitted,
            fails=(404,),
            act=lambda bench, _, emitting: bench.emit(emitting),
        ),
        Operation(
            id="getTimeline",
            method="GET",
            path="/api/timeline",
            summary="A part of what has happened. Old entries are forgotten.",
            parameters=messages.Part,
            answer=messages.TimelinePart,
            act=lambda bench, part, _: bench.timeline(part.since, part.limit),
        ),
        Operation(
            id="reset",
            method="POST",
            path="/api/reset",
            summary="Release every fault; forget events, timeline and connections that have ended.",
            status=204,
            act=lambda bench, *_: bench.reset(),
        ),
    )
