"""The TCP connections of one client, so that they can be closed."""

import contextlib
import socket
import threading
from typing import Any

import requests
import urllib3
import websocket


class Sockets:
    """Tracks TCP connections. Create the client with `http_session` and `websocket_options`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._polling: list[Any] = []
        self._websockets: list[Any] = []
        self._is_closed = False
        self.http_session = requests.Session()
        for scheme in ("http", "https"):
            self.http_session.mount(f"{scheme}://", _Adapter(self))
        self.websocket_options = {"class_": self._make_websocket}

    def _make_websocket(self, **options: Any) -> websocket.WebSocket:
        made = websocket.WebSocket(**options)
        with self._lock:
            self._websockets.append(made)
        return made

    def opened(self, polling: socket.socket) -> None:
        """Add a connection for long-polling. Raises ConnectionAbortedError after `close`."""
        with self._lock:
            if self._is_closed:
                polling.close()
                raise ConnectionAbortedError("the connection has been given up")
            self._polling.append(polling)

    def shut(self) -> None:
        """Shut down the open TCP connections, so that threads that read from them return."""
        with self._lock:
            websockets = [each.sock for each in self._websockets if each.sock is not None]
            for each in (*self._polling, *websockets):
                with contextlib.suppress(OSError):  # the connection has already ended
                    each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close all TCP connections, and reject new ones."""
        with self._lock:
            self._is_closed = True
        self.shut()
        for each in self._websockets:
            each.shutdown()
        self.http_session.close()


class _Adapter(requests.adapters.HTTPAdapter):
    """Makes urllib3 report each connection that it opens."""

    def __init__(self, sockets: Sockets) -> None:
        self._sockets = sockets
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": self._reporting(urllib3.HTTPConnectionPool),
            "https": self._reporting(urllib3.HTTPSConnectionPool),
        }

    def _reporting(self, pool: Any) -> Any:
        sockets = self._sockets

        class Connection(pool.ConnectionCls):  # type: ignore[misc]
            def connect(self) -> None:
                super().connect()
                sockets.opened(self.sock)

        return type("Pool", (pool,), {"ConnectionCls": Connection})
