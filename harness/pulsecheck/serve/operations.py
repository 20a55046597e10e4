"""The operations of the control interface, with the data for its routes and its description."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pulsecheck.oracle.reported_pulse import ReportedPulse
from pulsecheck.serve import messages
from pulsecheck.serve.fault_kinds import FaultKinds
from pulsecheck.serve.server_control import ServerControl


@dataclass(frozen=True, kw_only=True)
class Operation:
    """An operation. `act` is called with the ServerControl, the parameters and the body.

    `parameters` is the type of the parameters in path and query. `body` and `answer` are the types
    of the request's and the response's body, or None. `fails` are the statuses for requests that
    are valid but cannot be carried out.
    """

    id: str
    method: str
    path: str
    summary: str
    act: Callable[[ServerControl, Any, Any], object | Awaitable[object]]
    parameters: type = messages.NoParameters
    body: type | None = None
    answer: type | None = None
    status: int = 200
    fails: tuple[int, ...] = ()


def operations(kinds: FaultKinds) -> tuple[Operation, ...]:
    """Return all operations, for these kinds of fault."""
    return (
        Operation(
            id="getServer",
            method="GET",
            path="/api/server",
            summary="Get the URL and the start time of the mock server.",
            answer=messages.ServerState,
            act=lambda control, *_: control.state(),
        ),
        Operation(
            id="listKinds",
            method="GET",
            path="/api/kinds",
            summary="List the kinds of fault, with their parameters and scopes.",
            answer=messages.FaultKindList,
            act=lambda control, *_: messages.FaultKindList(control.kinds.describe()),
        ),
        Operation(
            id="listFaults",
            method="GET",
            path="/api/faults",
            summary="List the active faults.",
            answer=messages.FaultList,
            act=lambda control, *_: messages.FaultList(control.faults()),
        ),
        Operation(
            id="addFault",
            method="POST",
            path="/api/faults",
            summary="Add a fault.",
            body=kinds.request_type,
            answer=kinds.state_type,
            status=201,
            fails=(404, 422),
            act=lambda control, _, request: control.add(request),
        ),
        Operation(
            id="releaseFault",
            method="DELETE",
            path="/api/faults/{id}",
            summary="Release a fault and everything that it holds.",
            parameters=messages.FaultPath,
            status=204,
            fails=(404,),
            act=lambda control, path, _: control.release(path.id),
        ),
        Operation(
            id="listConnections",
            method="GET",
            path="/api/connections",
            summary="List the open connections and those that have ended.",
            answer=messages.ConnectionList,
            act=lambda control, *_: messages.ConnectionList(control.connections()),
        ),
        Operation(
            id="listEvents",
            method="GET",
            path="/api/events",
            summary="List the events that clients have sent.",
            parameters=messages.EventQuery,
            answer=messages.EventList,
            act=lambda control, query, _: messages.EventList(
                control.events(query.name, query.namespace)
            ),
        ),
        Operation(
            id="emit",
            method="POST",
            path="/api/emit",
            summary="Send an event to one connection, or to all connections in a namespace.",
            body=messages.EmitRequest,
            answer=messages.EmitResult,
            fails=(404,),
            act=lambda control, _, request: control.emit(request),
        ),
        Operation(
            id="reportPulse",
            method="POST",
            path="/api/pulses",
            summary="Put a pulse of the product on the timeline, so that the recording of the "
            "timeline can be judged.",
            body=ReportedPulse,
            answer=messages.PulseAdded,
            status=201,
            fails=(422,),
            act=lambda control, _, pulse: control.report(pulse),
        ),
        Operation(
            id="getTimeline",
            method="GET",
            path="/api/timeline",
            summary="Get a part of the timeline. The server keeps the latest entries only.",
            parameters=messages.TimelineQuery,
            answer=messages.TimelinePart,
            act=lambda control, query, _: control.timeline(query.since, query.limit),
        ),
        Operation(
            id="reset",
            method="POST",
            path="/api/reset",
            summary="Release all faults; drop the events, the timeline and the ended connections.",
            status=204,
            act=lambda control, *_: control.reset(),
        ),
    )
