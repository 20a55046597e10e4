"""One connection on python-socketio's threaded client, from its opening to its true end.

The client's "disconnect" event comes when the end begins. Its method `disconnect` returns when its
threads have ended: the server has answered the Close frame, or the last requests. What is still
open of TCP then is closed, and only then the connection has ended.
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
LAST_WORDS = 1.0
"""Seconds for what was sent to be written, before the goodbye."""

engineio.payload.Payload.max_decode_packets = 10_000  # 16 are fewer than a burst of events


class Listener(Protocol):
    """Who is told what happens, on threads of the connection's own."""

    def established(self) -> None: ...

    def received(self, namespace: str, event: str, arguments: tuple[Any, ...]) -> None: ...

    def failed(self, namespace: str, message: str) -> None: ...

    def ended(self, *, was_established: bool) -> None:
        """Nothing of the connection is left. The last call."""


class _Engine(engineio.Client):  # type: ignore[misc]  # it is not typed
    """Has messages handled in their order: the library has a thread for each of them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inbox = ThreadPoolExecutor(max_workers=1)

    def start_background_task(self, target: Any, *args: Any, **kwargs: Any) -> Any:
        if target is self.handlers.get("message"):
            with contextlib.suppress(RuntimeError):  # the inbox is closed: nobody listens
                self.inbox.submit(target, *args)
            return None
        return super().start_background_task(target, *args, **kwargs)


class _Packet(socketio.packet.Packet):  # type: ignore[misc]  # it is not typed
    """Leaves namespaces whole: the library takes what follows a "?" for a query, and drops it."""

    def decode(self, encoded_packet: Any) -> int:
        attachments: int = super().decode(encoded_packet)
        head, slash, rest = encoded_packet.partition("/")
        if slash and head.replace("-", "").isdecimal():
            self.namespace = f"/{rest.partition(',')[0]}"
        return attachments


class _Client(socketio.Client):  # type: ignore[misc]  # it is not typed
    def _engineio_client_class(self) -> type[engineio.Client]:
        return _Engine


class Connection:
    """Opens at once, and joins "/"; other namespaces are joined when they are used first."""

    def __init__(self, url: str, transports: list[str], listener: Listener) -> None:
        self._listener = listener
        self._sockets = Sockets()
        self._unsent: dict[str, list[tuple[str, str]]] = {}
        """Events that wait for their namespace to be joined."""
        self._lock = threading.Lock()
        self._answered = threading.Event()
        self._over = threading.Event()
        self._is_goodbye_said = threading.Event()
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
        self._life = threading.Thread(target=self._live, args=arguments, daemon=True)
        self._life.start()

    def send(self, namespace: str, event: str, message: str) -> None:
        """Send an event, once the namespace is joined. Raises LookupError if nothing is open."""
        if not self.is_established or self.is_closing:
            raise LookupError(namespace)
        self.join(namespace)
        with self._lock:
            if namespace in self._unsent:
                self._unsent[namespace].append((event, message))
                return
            try:
                self._client.emit(event, message, namespace)
            except socketio.exceptions.BadNamespaceError:  # the server has just ended it
                raise LookupError(namespace) from None

    def join(self, namespace: str) -> None:
        """Join a namespace, unless that was done. The library joins only while it connects."""
        with self._lock:
            if namespace not in self._client.namespaces and namespace not in self._unsent:
                self._unsent[namespace] = []
                self._client.eio.send(f"0{namespace},")

    def close(self) -> None:
        """Have it say goodbye, on its own thread."""
        if self.is_closing:
            return
        self._end()
        if self._client.eio.state != "connected":
            self._sockets.shut()  # there is no session yet to say goodbye to

    def cut(self, seconds: float) -> None:
        """Close, and wait for the end; what takes longer than that is cut."""
        self.close()
        self._life.join(seconds)
        if self._life.is_alive():
            self._sockets.close()
            self._life.join(CONNECT_TIMEOUT)

    def sync(self) -> None:
        """Return once all messages that were received so far have been handled."""
        if not self.is_closing:
            with contextlib.suppress(RuntimeError):  # it has ended, and handled all
                wait({self._client.eio.inbox.submit(bool)}, LAST_WORDS)

    # --- its life, on a thread of its own --------------------------------------------------------

    def _live(self, url: str, transports: list[str] | None) -> None:
        try:
            self._client.connect(url, transports=transports, namespaces="/", wait=False)
            self._until_over()
            self._say_goodbye()
        except socketio.exceptions.ConnectionError as error:
            self._fail(str(error.__cause__ or error))
        finally:
            self._sockets.close()
            self._end_threads()
            self._listener.ended(was_established=self.is_established)

    def _until_over(self) -> None:
        if not self._answered.wait(CONNECT_TIMEOUT):
            self._fail(f"the server has not accepted the client in {CONNECT_TIMEOUT:g} s")
        elif self._client.eio.state == "connected":
            self._over.wait()
        self._end()

    def _end(self) -> None:
        """Have nothing more be reported but the end, and let it come."""
        self.is_closing = True
        self._over.set()
        self._answered.set()

    def _say_goodbye(self) -> None:
        engine = self._client.eio
        if self._was_lost or engine.state != "connected":
            return
        impatience = threading.Timer(CLOSE_TIMEOUT, self._sockets.close)
        impatience.start()
        # The Close frame would overtake what waits to be written.
        with engine.queue.all_tasks_done:
            engine.queue.all_tasks_done.wait_for(
                lambda: not engine.queue.unfinished_tasks, LAST_WORDS
            )
        self._client.disconnect()
        impatience.cancel()

    def _end_threads(self) -> None:
        """The library forgets to wake its writing thread when a server ends long-polling."""
        engine = self._client.eio
        while (writing := engine.write_loop_task) is not None and writing.is_alive():
            engine.queue.put(None)
            writing.join(0.05)
        if engine.read_loop_task is not None:
            engine.read_loop_task.join()
        self._is_goodbye_said.set()
        engine.inbox.shutdown()

    # --- what the library says, on threads of its own --------------------------------------------

    def _on_connect(self, namespace: str) -> None:
        if namespace not in self._client.namespaces:
            return  # it is an event that a server has named "connect"
        with self._lock:
            for event, message in self._unsent.pop(namespace, ()):
                self._client.emit(event, message, namespace)
        if namespace == "/" and not self._answered.is_set():
            self.is_established = True
            self._listener.established()
            self._answered.set()

    def _on_connect_error(self, namespace: str, *data: Any) -> None:
        if self._client.eio.state != "connected":
            return  # nothing was refused: `connect` raises what tells more
        if namespace == "/":
            self._fail(_message(data))
        else:
            with self._lock:
                self._unsent.pop(namespace, None)
            self._complain(namespace, _message(data))

    def _on_disconnect(self, namespace: str, reason: Any = None, *_: Any) -> None:
        is_dismissed = reason == self._client.reason.SERVER_DISCONNECT
        if is_dismissed and self._client.eio.state == "connected":
            if namespace != "/":
                self._complain(namespace, "the server has disconnected the client")
                return
            self._end()
            self._is_goodbye_said.wait()  # on return the library would disconnect as well
        elif reason != self._client.reason.CLIENT_DISCONNECT:
            self._was_lost = True
            self._end()

    def _on_event(self, event: str, namespace: str, *arguments: Any) -> None:
        if not self.is_closing:
            self._listener.received(namespace, event, arguments)

    def _fail(self, message: str) -> None:
        self._complain("/", message)
        self._end()

    def _complain(self, namespace: str, message: str) -> None:
        if not self.is_closing:
            self._listener.failed(namespace, message)


def _message(data: tuple[Any, ...]) -> str:
    """The message of a refusal, or else what the server sent in its place."""
    told = data[0] if data else None
    if isinstance(told, dict):
        told = told.get("message", told)
    return "the server refused the connection" if told is None else str(told)
