"""The TCP connections of one client: which it has made, so that they can be cut."""

import contextlib
import socket
import threading
from typing import Any

import requests
import urllib3
import websocket


class Sockets:
    """`http_session` and `websocket_options` are what a client is to be made with."""

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
        """A connection for polling was made. Raises ConnectionAbortedError once all are closed."""
        with self._lock:
            if self._is_closed:
                polling.close()
                raise ConnectionAbortedError("the connection has been given up")
            self._polling.append(polling)

    def shut(self) -> None:
        """End the TCP connections that there are: who waits for one of them finds it ended."""
        with self._lock:
            websockets = [each.sock for each in self._websockets if each.sock is not None]
            for each in (*self._polling, *websockets):
                with contextlib.suppress(OSError):  # it has ended by itself
                    each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End them, and let no new one be made."""
        with self._lock:
            self._is_closed = True
        self.shut()
        for each in self._websockets:
            each.shutdown()
        self.http_session.close()


class _Adapter(requests.adapters.HTTPAdapter):
    """Has urllib3 tell of each connection that it makes."""

    def __init__(self, sockets: Sockets) -> None:
        self._sockets = sockets
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": self._telling(urllib3.HTTPConnectionPool),
            "https": self._telling(urllib3.HTTPSConnectionPool),
        }

    def _telling(self, pool: Any) -> Any:
        sockets = self._sockets

        class Connection(pool.ConnectionCls):  # type: ignore[misc]
            def connect(self) -> None:
                super().connect()
                sockets.opened(self.sock)

        return type("Pool", (pool,), {"ConnectionCls": Connection})
