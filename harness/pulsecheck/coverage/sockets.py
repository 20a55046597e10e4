"""Which sockets of nodes a scenario has exercised, as its timeline shows."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.driver.protocol import PULSE_INPUT, Link, Node, OpenProject
from pulsecheck.results.records import ScenarioRecord
from pulsecheck.shared.timeline import Entry

KEY = re.compile(r'"([^"\\]*)":')
"""A key of JSON whose values are not nested; such text may be cut, so that it is not parsed."""


class ExercisedSocket(NamedTuple):
    """A socket of a node type; `side` is "input" or "output"."""

    node: str
    side: str
    name: str


def exercised(record: ScenarioRecord) -> frozenset[ExercisedSocket]:
    """The sockets at which something went in or came out.

    An input counts when its node was executed and the input had a value: from the pulse, from a
    connection, or from the attribute of its name. Nodes of a project that is too long for the
    timeline are not known, and do not count.
    """
    nodes, links = _project(record)
    given = {node.id: set(node.attributes) for node in nodes.values()}
    executed: set[str] = set()
    found: set[ExercisedSocket] = set()
    for entry in record.timeline:
        if _asks(entry, "runtime/pulse"):
            node, *values = _strings(entry.details["params"])
            executed.add(node)
            given.setdefault(node, set()).update(values)
        elif entry.what == DriverOccurrence.PULSED and (source := _identifier(entry, nodes)):
            executed.add(source)
            outputs = (str(entry.details["output"]), *KEY.findall(str(entry.details["values"])))
            found.update(ExercisedSocket(nodes[source].type, "output", name) for name in outputs)
    for link in links:
        if link.source.node in executed:
            given.setdefault(link.target.node, set()).add(link.target.socket)
    for node in executed & nodes.keys():
        inputs = (PULSE_INPUT, *given[node])
        found.update(ExercisedSocket(nodes[node].type, "input", name) for name in inputs)
    return frozenset(found)


def _project(record: ScenarioRecord) -> tuple[Mapping[str, Node], tuple[Link, ...]]:
    """The nodes of a scenario's project by their ids, and the connections between them."""
    for entry in record.timeline:
        if _asks(entry, "project/open"):
            try:
                asked = msgspec.json.decode(str(entry.details["params"]), type=OpenProject)
            except msgspec.DecodeError:
                break
            logics = asked.project.logic.values()
            nodes = {node.id: node for logic in logics for node in logic.nodes}
            return nodes, tuple(link for logic in logics for link in logic.links)
    return {}, ()


def _asks(entry: Entry, method: str) -> bool:
    return entry.what == DriverOccurrence.REQUEST and entry.details.get("method") == method


def _strings(params: object) -> Iterator[str]:
    """The node that a pulse is sent into, and the names of the values that come with it."""
    text = str(params)
    found = re.match(r'\{"node":"([^"\\]*)"', text)
    yield found[1] if found else ""
    yield from (name for name in KEY.findall(text) if name not in {"node", "values"})


def _identifier(entry: Entry, nodes: Mapping[str, Node]) -> str | None:
    """The id of the node of an entry, which has the name without the mark of its project."""
    name = entry.details["node"]
    return next((found for found in nodes if found.rpartition(" #")[0] == name), None)
