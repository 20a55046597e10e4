"""Find the node sockets that a scenario exercised, on the timeline of the scenario."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.driver.protocol import PULSE_INPUT, Link, Node, Project
from pulsecheck.results.records import ScenarioRecord
from pulsecheck.shared.timeline import Entry


class ExercisedSocket(NamedTuple):
    """A socket of a node type; `side` is "input" or "output"."""

    node: str
    side: str
    name: str


def exercised(record: ScenarioRecord) -> frozenset[ExercisedSocket]:
    """Return the sockets that a pulse or a value passed through.

    An input for data counts if the node executed and the input got a value. The value can come from
    the request, from a link, or from the attribute with the name of the input.
    """
    nodes, links = _project(record)
    given = {name: set(node.attributes) for name, node in nodes.items()}
    executed: set[str] = set()
    found: set[ExercisedSocket] = set()
    for entry in record.timeline:
        if entry.what == DriverOccurrence.PULSED:
            outputs = (entry.details["output"], *entry.details["values"])
            found.update(ExercisedSocket(entry.details["type"], "output", name) for name in outputs)
        elif not _is_request(entry, "runtime/pulse"):
            continue
        node = entry.details["node"]
        executed.add(node)
        if entry.what == DriverOccurrence.REQUEST:
            given.setdefault(node, set()).update(entry.details["values"])
    for link in links:
        if link.source.node in executed:
            given.setdefault(link.target.node, set()).add(link.target.socket)
    for node in executed & nodes.keys():
        inputs = (PULSE_INPUT, *given[node])
        found.update(ExercisedSocket(nodes[node].type, "input", name) for name in inputs)
    return frozenset(found)


def _project(record: ScenarioRecord) -> tuple[Mapping[str, Node], tuple[Link, ...]]:
    """Return the nodes of a scenario's project by id, and the links between them.

    Both are empty if no project was opened, or if the timeline's entry of project/open was
    shortened.
    """
    for entry in record.timeline:
        if _is_request(entry, "project/open"):
            try:
                project = msgspec.convert(entry.details["params"]["project"], Project)
            except msgspec.ValidationError:
                break
            logics = project.logic.values()
            nodes = {node.id: node for logic in logics for node in logic.nodes}
            return nodes, tuple(link for logic in logics for link in logic.links)
    return {}, ()


def _is_request(entry: Entry, method: str) -> bool:
    return entry.what == DriverOccurrence.REQUEST and entry.details.get("method") == method
