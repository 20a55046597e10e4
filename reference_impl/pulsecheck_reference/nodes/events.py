"""Socket.IO Send, Subscribe and Unsubscribe.

Source: toolbox/communication/socketio/socketiosend, socketiosubscribe and socketiounsubscribe.
"""

from collections.abc import Mapping

from pulsecheck_reference.connections import Connections
from pulsecheck_reference.graph import namespace_of


async def send(
    connections: Connections, configuration: str | None, inputs: Mapping[str, str]
) -> None:
    namespace = namespace_of(inputs["Namespace"])
    await connections.send(configuration, namespace, inputs["Event Name"], inputs["Message"])


async def subscribe(
    connections: Connections, configuration: str | None, inputs: Mapping[str, str]
) -> None:
    namespace = namespace_of(inputs["Namespace"])
    await connections.subscribe(configuration, namespace, inputs["Event Name"])


async def unsubscribe(
    connections: Connections, configuration: str | None, inputs: Mapping[str, str]
) -> None:
    namespace = namespace_of(inputs["Namespace"])
    await connections.unsubscribe(configuration, namespace, inputs["Event Name"])
