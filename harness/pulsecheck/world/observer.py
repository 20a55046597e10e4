"""Append the messages of a driver to the timeline, with the names of nodes in the scenario."""

from collections.abc import Mapping
from typing import Any

from pulsecheck.driver.errors import UnknownNodeError
from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.shared.timeline import Entry, Timeline
from pulsecheck.world.draft import ProjectDraft

OF_CLOSED_PROJECT = "of a closed project"
PULSE_METHOD = "runtime/pulse"


class DriverObserver:
    """A callable that the driver of a scenario calls for each message, pulse and error."""

    def __init__(self, timeline: Timeline, draft: ProjectDraft) -> None:
        self._timeline = timeline
        self._draft = draft

    def __call__(self, source: str, what: str, details: Mapping[str, Any]) -> Entry:
        """Append an entry. If the entry is about a node, add the node's name and type.

        An entry from an earlier project is marked, so that no assertion counts this entry. Raises
        UnknownNodeError, which is an error of the driver, for a node that is not in any project.
        """
        if what == DriverOccurrence.REQUEST:
            return self._timeline.append(source, what, self._request_details(details))
        node = details.get("node")
        if not isinstance(node, str):
            return self._timeline.append(source, what, details)
        name = self._draft.node_name(node)
        if name is None:
            if not self._draft.is_from_earlier_project(node):
                raise UnknownNodeError(node)
            return self._timeline.append(source, f"{what} {OF_CLOSED_PROJECT}", details)
        named = {**self._node_details(name), **details, "node": name}
        return self._timeline.append(source, what, named)

    def _request_details(self, details: Mapping[str, Any]) -> dict[str, Any]:
        """Return the details of a request, with names instead of ids of nodes.

        For a pulse, the node and the values are details of their own instead of parts of `params`,
        so that reports can show each of them.
        """
        params = self._draft.with_names(details["params"])
        if details["method"] != PULSE_METHOD:
            return {**details, "params": params}
        others = {name: value for name, value in details.items() if name != "params"}
        return {**others, **self._node_details(params["node"]), "values": params["values"]}

    def _node_details(self, name: str) -> dict[str, str]:
        return {"node": name, "type": self._draft.node_type(name)}
