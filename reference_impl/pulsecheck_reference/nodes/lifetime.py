"""Socket.IO Start and Socket.IO Stop.

Both nodes finish at once. Later, On Start reports that the connection is established, and On Stop
reports that the connection is terminated. Source: toolbox/communication/socketio/socketiostart and
socketiostop.
"""

from collections.abc import Mapping

from pulsecheck_reference.connections import Connections


async def start(connections: Connections, configuration: str | None, _: Mapping[str, str]) -> None:
    connections.start(configuration)


async def stop(connections: Connections, configuration: str | None, _: Mapping[str, str]) -> None:
    connections.stop(configuration)
