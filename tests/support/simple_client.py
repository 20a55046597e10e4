"""python-socketio's synchronous client, with a cleanup that closes everything."""

import contextlib
from collections.abc import Iterator
from typing import Any

import requests
import socketio

from deadlines import DEADLINE


@contextlib.contextmanager
def simple_client(url: str, namespace: str = "/") -> Iterator[Any]:
    """Connect a client over WebSocket. Raises socketio's ConnectionError."""
    http = requests.Session()
    client = socketio.SimpleClient(reconnection=False, http_session=http)
    try:
        try:
            client.connect(
                url, transports=["websocket"], namespace=namespace, wait_timeout=DEADLINE
            )
        finally:
            engine = client.client.eio
            websocket, reading = engine.ws, engine.read_loop_task
        yield client
    finally:
        client.disconnect()
        if reading is not None:
            reading.join(DEADLINE)
        if websocket is not None:
            websocket.shutdown()
        http.close()
