"""Socket.IO Start and Socket.IO Stop.

Source: toolbox/communication/socketio/socketiostart and socketiostop. Both finish at once. Later,
On Start reports that the connection is established, and On Stop that it is terminated.
"""

from collections.abc import Mapping

from pulsecheck_reference.connections import Connections


async def start(connections: Connections, configuration: str | None, _: Mapping[str, str]) -> None:
    connections.start(configuration)


async def stop(connections: Connections, configuration: str | None, _: Mapping[str, str]) -> None:
    connections.stop(configuration)
