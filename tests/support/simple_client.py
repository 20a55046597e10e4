"""python-socketio's synchronous client, of which nothing is left open when it has gone."""

import contextlib
from collections.abc import Iterator
from typing import Any

import requests
import socketio

from deadlines import DEADLINE


@contextlib.contextmanager
def simple_client(url: str, namespace: str = "/") -> Iterator[Any]:
    """A client that is connected over WebSocket; raises socketio's ConnectionError."""
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
