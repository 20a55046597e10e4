"""The reference with a smaller profile, or with other transports than it declares.

With a smaller profile, the reference refuses requests for the parts that it does not declare.
"""

from collections.abc import Callable, Sequence
from typing import Any

from pulsecheck.driver.protocol import (
    NODE_TYPES,
    PULSE_INPUT,
    Ability,
    NodeName,
    OpenProject,
    Pulse,
    TransportUse,
)
from pulsecheck_reference.altered import Change, around, both, declaring, serving
from pulsecheck_reference.application import Application
from pulsecheck_reference.attempt import Attempt
from pulsecheck_reference.refusal import RefusedError


def refusing(method: str, is_refused: Callable[[Any], bool]) -> Change:
    """Make a method of the application refuse each request whose params `is_refused` accepts."""

    async def handle(right: Any, self: Application, params: Any) -> Any:
        if is_refused(params):
            raise RefusedError("this runtime does not have that")
        return await right(self, params)

    return around(Application, method, handle)


def without_nodes(*lacking: NodeName) -> Change:
    def has_one(params: OpenProject) -> bool:
        logics = params.project.logic.values()
        return any(node.type in lacking for logic in logics for node in logic.nodes)

    kept = [node for node in NODE_TYPES if node not in lacking]
    return both(declaring(nodes=kept), refusing("_open_project", has_one))


def without(lacking: Ability, method: str, is_refused: Callable[[Any], bool]) -> Change:
    kept = [ability for ability in Ability if ability is not lacking]
    return both(declaring(abilities=kept), refusing(method, is_refused))


def has_pulse_links(params: OpenProject) -> bool:
    logics = params.project.logic.values()
    return any(link.target.socket == PULSE_INPUT for logic in logics for link in logic.links)


def passes_through(params: OpenProject) -> bool:
    logics = params.project.logic.values()
    return any("Pulse Pass Through" in node.attributes for logic in logics for node in logic.nodes)


def brings_namespace(params: Pulse) -> bool:
    return "Namespace" in params.values


def using(transports: Sequence[str], declared: TransportUse) -> Change:
    """Declare `declared`, but connect with `transports`, whatever transports the project names."""

    def begin(right: Any, self: Attempt, address: str, _asked: Any, *others: Any) -> None:
        right(self, address, transports, *others)

    return both(declaring(transports=[declared]), around(Attempt, "__init__", begin))


without_unsubscribe = serving(without_nodes(NodeName.UNSUBSCRIBE, NodeName.ON_UNSUBSCRIBE))
without_on_start = serving(without_nodes(NodeName.ON_START))
without_linking = serving(without(Ability.LINKING, "_open_project", has_pulse_links))
without_pass_through = serving(without(Ability.PULSE_PASS_THROUGH, "_open_project", passes_through))
static = serving(without(Ability.DYNAMIC_NAMESPACES, "_pulse", brings_namespace))
polling_for_websocket = serving(using(("polling",), TransportUse.WEBSOCKET))
websocket_for_polling = serving(using(("websocket",), TransportUse.POLLING))
upgraded_for_polling = serving(using(("polling", "websocket"), TransportUse.POLLING))
polling_for_upgraded = serving(using(("polling",), TransportUse.UPGRADED))
