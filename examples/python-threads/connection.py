"""One connection on python-socketio's threaded client, from its opening until it is terminated.

The client's "disconnect" event comes when the connection begins to end. The client's method
`disconnect` returns when the client's threads have ended. By then, the server has answered the
Close frame or the last requests. After that, `Connection` closes the TCP connections that are still
open. Only then the connection has ended.
"""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, Protocol

import engineio
import socketio
from sockets import Sockets

CONNECT_TIMEOUT = 5.0
CLOSE_TIMEOUT = 20.0
FLUSH_TIMEOUT = 1.0
"""Seconds for writing the send queue before the connection is closed."""

engineio.payload.Payload.max_decode_packets = 10_000  # the default of 16 is too low for bursts


class Listener(Protocol):
    """The callbacks of a connection. They are called on the threads of the connection."""

    def established(self) -> None: ...

    def received(self, namespace: str, event: str, arguments: tuple[Any, ...]) -> None: ...

    def failed(self, namespace: str, message: str) -> None: ...

    def ended(self, *, was_established: bool) -> None:
        """The connection has ended. This is the last call."""


class _Engine(engineio.Client):  # type: ignore[misc]  # the library has no types
    """Handles messages in order. The library would handle each message on its own thread."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inbox = ThreadPoolExecutor(max_workers=1)

    def start_background_task(self, target: Any, *args: Any, **kwargs: Any) -> Any:
        if target is self.handlers.get("message"):
            with contextlib.suppress(RuntimeError):  # the inbox is shut down
                self.inbox.submit(target, *args)
            return None
        return super().start_background_task(target, *args, **kwargs)


class _Packet(socketio.packet.Packet):  # type: ignore[misc]  # the library has no types
    """Keeps complete namespaces. The library would remove a query: "?" and everything after it."""

    def decode(self, encoded_packet: Any) -> int:
        attachments: int = super().decode(encoded_packet)
        head, slash, rest = encoded_packet.partition("/")
        if slash and head.replace("-", "").isdecimal():
            self.namespace = f"/{rest.partition(',')[0]}"
        return attachments


class _Client(socketio.Client):  # type: ignore[misc]  # the library has no types
    def _engineio_client_class(self) -> type[engineio.Client]:
        return _Engine


class Connection:
    """Opens at once and joins "/". Other namespaces are joined when they are first used."""

    def __init__(self, url: str, transports: list[str], listener: Listener) -> None:
        self._listener = listener
        self._sockets = Sockets()
        self._unsent: dict[str, list[tuple[str, str]]] = {}
        """Events that are queued until their namespace is joined."""
        self._lock = threading.Lock()
        self._answered = threading.Event()
        self._over = threading.Event()
        self._threads_ended = threading.Event()
        self._was_lost = False
        self.is_established = False
        self.is_closing = False
        self._client = _Client(
            reconnection=False,
            handle_sigint=False,
            serializer=_Packet,
            request_timeout=CONNECT_TIMEOUT,
            http_session=self._sockets.http_session,
            websocket_extra_options=self._sockets.websocket_options,
        )
        self._client.on("connect", self._on_connect, namespace="*")
        self._client.on("connect_error", self._on_connect_error, namespace="*")
        self._client.on("disconnect", self._on_disconnect, namespace="*")
        self._client.on("*", self._on_event, namespace="*")
        arguments = (url, transports or None)
        self._thread = threading.Thread(target=self._run, args=arguments, daemon=True)
        self._thread.start()

    def send(self, namespace: str, event: str, message: str) -> None:
        """Send an event when its namespace is joined.

        Raises LookupError if the connection is not established or the namespace is closed.
        """
        if not self.is_established or self.is_closing:
            raise LookupError(namespace)
        self.join(namespace)
        with self._lock:
            if namespace in self._unsent:
                self._unsent[namespace].append((event, message))
                return
            try:
                self._client.emit(event, message, namespace)
            except socketio.exceptions.BadNamespaceError:  # the server closed the namespace
                raise LookupError(namespace) from None

    def join(self, namespace: str) -> None:
        """Join a namespace if necessary. The library joins namespaces only while it connects."""
        with self._lock:
            if namespace not in self._client.namespaces and namespace not in self._unsent:
                self._unsent[namespace] = []
                self._client.eio.send(f"0{namespace},")

    def close(self) -> None:
        """Begin to close the connection. The connection's own thread does the rest."""
        if self.is_closing:
            return
        self._end()
        if self._client.eio.state != "connected":
            self._sockets.shut()  # there is no session yet to disconnect from

    def cut(self, seconds: float) -> None:
        """Close the connection, and wait for its end. Close its sockets after `seconds`."""
        self.close()
        self._thread.join(seconds)
        if self._thread.is_alive():
            self._sockets.close()
            self._thread.join(CONNECT_TIMEOUT)

    def sync(self) -> None:
        """Return when all messages that were received so far have been handled."""
        if not self.is_closing:
            with contextlib.suppress(RuntimeError):  # the inbox is shut down and empty
                wait({self._client.eio.inbox.submit(bool)}, FLUSH_TIMEOUT)

    # --- the connection's own thread -------------------------------------------------------------

    def _run(self, url: str, transports: list[str] | None) -> None:
        try:
            self._client.connect(url, transports=transports, namespaces="/", wait=False)
            self._wait_for_end()
            self._disconnect()
        except socketio.exceptions.ConnectionError as error:
            self._fail(str(error.__cause__ or error))
        finally:
            self._sockets.close()
            self._end_threads()
            self._listener.ended(was_established=self.is_established)

    def _wait_for_end(self) -> None:
        if not self._answered.wait(CONNECT_TIMEOUT):
            self._fail(f"the server has not accepted the client in {CONNECT_TIMEOUT:g} s")
        elif self._client.eio.state == "connected":
            self._over.wait()
        self._end()

    def _end(self) -> None:
        """Begin to end the connection. From now on, only `ended` is reported."""
        self.is_closing = True
        self._over.set()
        self._answered.set()

    def _disconnect(self) -> None:
        engine = self._client.eio
        if self._was_lost or engine.state != "connected":
            return
        timer = threading.Timer(CLOSE_TIMEOUT, self._sockets.close)
        timer.start()
        # The Close frame would overtake the send queue, so flush the queue first.
        with engine.queue.all_tasks_done:
            engine.queue.all_tasks_done.wait_for(
                lambda: not engine.queue.unfinished_tasks, FLUSH_TIMEOUT
            )
        self._client.disconnect()
        timer.cancel()

    def _end_threads(self) -> None:
        """End the library's threads.

        The library does not wake its write thread if a server ends long-polling.
        """
        engine = self._client.eio
        while (writing := engine.write_loop_task) is not None and writing.is_alive():
            engine.queue.put(None)
            writing.join(0.05)
        if engine.read_loop_task is not None:
            engine.read_loop_task.join()
        self._threads_ended.set()
        engine.inbox.shutdown()

    # --- events of the library, on its threads ---------------------------------------------------

    def _on_connect(self, namespace: str) -> None:
        if namespace not in self._client.namespaces:
            return  # the server has sent an event named "connect"
        with self._lock:
            for event, message in self._unsent.pop(namespace, ()):
                self._client.emit(event, message, namespace)
        if namespace == "/" and not self._answered.is_set():
            self.is_established = True
            self._listener.established()
            self._answered.set()

    def _on_connect_error(self, namespace: str, *data: Any) -> None:
        if self._client.eio.state != "connected":
            return  # not a refusal: `connect` raises an error that says more
        if namespace == "/":
            self._fail(_message(data))
        else:
            with self._lock:
                self._unsent.pop(namespace, None)
            self._report_failure(namespace, _message(data))

    def _on_disconnect(self, namespace: str, reason: Any = None, *_: Any) -> None:
        by_server = reason == self._client.reason.SERVER_DISCONNECT
        if by_server and self._client.eio.state == "connected":
            if namespace != "/":
                self._report_failure(namespace, "the server has disconnected the client")
                return
            self._end()
            self._threads_ended.wait()  # after this handler, the library disconnects too
        elif reason != self._client.reason.CLIENT_DISCONNECT:
            self._was_lost = True
            self._end()

    def _on_event(self, event: str, namespace: str, *arguments: Any) -> None:
        if not self.is_closing:
            self._listener.received(namespace, event, arguments)

    def _fail(self, message: str) -> None:
        self._report_failure("/", message)
        self._end()

    def _report_failure(self, namespace: str, message: str) -> None:
        if not self.is_closing:
            self._listener.failed(namespace, message)


def _message(data: tuple[Any, ...]) -> str:
    """Return the message of a refusal or, without one, the data that the server sent."""
    reason = data[0] if data else None
    if isinstance(reason, dict):
        reason = reason.get("message", reason)
    return "the server refused the connection" if reason is None else str(reason)
