"""The Socket.IO nodes of a project, and its connections."""

import json
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from connection import Connection
from driver import Json, RefusedError, Report

PROJECT_CLOSE_TIMEOUT = 0.25
"""Seconds in which connections must end when their project is closed."""
DEFAULTS = {"Namespace": "/", "Event Name": "", "Message": ""}


class ExecutionError(Exception):
    """A node cannot execute; the message says why."""


class Runtime:
    """Runs a project. Requests come on the main thread, events of connections on other threads.

    One lock guards everything, so that reports are in the order of the events.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._lock = threading.RLock()
        self._settings: dict[str, Json] = {}
        self._nodes: dict[str, Json] = {}
        self._connections: dict[str, Connection] = {}
        self._to_restart: set[str] = set()
        self._subscriptions: set[tuple[str, str, str]] = set()
        self._executions: dict[str, Callable[[str, Json], None]] = {
            "Socket.IO Start": self._start,
            "Socket.IO Stop": self._stop,
            "Socket.IO Send": self._send,
            "Socket.IO Subscribe": self._subscribe,
            "Socket.IO Unsubscribe": self._unsubscribe,
        }

    def open(self, project: Json) -> None:
        self.close()
        with self._lock:
            self._settings = {each["name"]: each for each in project.get("connections", ())}
            self._nodes = {
                node["id"]: {"attributes": {}, **node}
                for logic in project.get("logic", {}).values()
                for node in logic.get("nodes", ())
            }

    def close(self) -> None:
        with self._lock:
            connections = tuple(self._connections.values())
            self._nodes, self._settings = {}, {}
            self._to_restart.clear()
            self._subscriptions.clear()
        for each in connections:
            each.close()
        for each in connections:
            each.cut(PROJECT_CLOSE_TIMEOUT)

    def pulse(self, node: str, values: Json) -> None:
        """Execute a node, without waiting for the network."""
        with self._lock:
            found = self._nodes.get(node, {})
            execute = self._executions.get(found.get("type", ""))
            if execute is None:
                raise RefusedError(f'there is no node "{node}" with a pulse input')
            inputs = {**DEFAULTS, **found["attributes"], **values}
            try:
                execute(self._chosen(inputs), inputs)
            except ExecutionError as error:
                self._report("runtime/error", {"node": node, "message": str(error)})
            else:
                self._pulsed(node)

    def sync(self) -> None:
        with self._lock:
            connections = tuple(self._connections.values())
        for each in connections:
            each.sync()

    def _chosen(self, inputs: Json) -> str:
        name: str = inputs.get("Configuration") or ""
        if not name:
            raise ExecutionError("no connection is chosen in Configuration")
        if name not in self._settings:
            raise ExecutionError(f'Project Settings have no connection "{name}"')
        return name

    # --- executions of nodes --------------------------------------------------------------------

    def _start(self, name: str, _: Json) -> None:
        running = self._connections.get(name)
        if running is None:
            settings = self._settings[name]
            transports = list(settings.get("transports", ()))
            listener = _Listener(self, name)
            self._connections[name] = Connection(_url(settings), transports, listener)
        elif running.is_closing:
            self._to_restart.add(name)

    def _stop(self, name: str, _: Json) -> None:
        self._to_restart.discard(name)
        if name in self._connections:
            self._connections[name].close()

    def _send(self, name: str, inputs: Json) -> None:
        try:
            self._connections[name].send(
                _namespace(inputs), inputs["Event Name"], inputs["Message"]
            )
        except LookupError:
            raise ExecutionError(
                f'the connection "{name}" is not established: nothing was sent'
            ) from None

    def _subscribe(self, name: str, inputs: Json) -> None:
        self._subscriptions.add((name, _namespace(inputs), inputs["Event Name"]))
        running = self._connections.get(name)
        if running is not None and running.is_established:
            running.join(_namespace(inputs))

    def _unsubscribe(self, name: str, inputs: Json) -> None:
        self._subscriptions.discard((name, _namespace(inputs), inputs["Event Name"]))

    # --- events of connections ------------------------------------------------------------------

    def established(self, name: str) -> None:
        with self._lock:
            for subscribed, namespace, _ in self._subscriptions:
                if subscribed == name:
                    self._connections[name].join(namespace)
            self._announce("On Socket.IO Start", name)

    def received(self, name: str, namespace: str, event: str, arguments: tuple[Any, ...]) -> None:
        with self._lock:
            if (name, namespace, event) in self._subscriptions:
                message = _text(arguments)
                values = {"Namespace": namespace, "Trigger Name": event, "Message": message}
                self._announce("On Socket.IO Receive", name, values)

    def failed(self, name: str, namespace: str, message: str) -> None:
        values = {"Namespace": namespace, "Message": message}
        self._announce("On Socket.IO Error", name, values)

    def ended(self, name: str, was_established: bool) -> None:
        with self._lock:
            del self._connections[name]
            if was_established:
                self._announce("On Socket.IO Stop", name)
            if name in self._to_restart:
                self._to_restart.discard(name)
                self._start(name, {})

    # --- pulses ---------------------------------------------------------------------------------

    def _announce(self, kind: str, name: str, values: Json | None = None) -> None:
        """Pulse the event listener nodes of a type that listen to a connection."""
        with self._lock:
            for identifier, node in self._nodes.items():
                if node["type"] == kind and node["attributes"].get("Configuration") == name:
                    self._pulsed(identifier, values)

    def _pulsed(self, node: str, values: Json | None = None) -> None:
        self._report(
            "runtime/pulsed", {"node": node, "output": "Pulse Output", "values": values or {}}
        )


class _Listener:
    """Passes events of a connection to the runtime, with the connection's name."""

    def __init__(self, runtime: Runtime, name: str) -> None:
        self._runtime = runtime
        self._name = name

    def established(self) -> None:
        self._runtime.established(self._name)

    def received(self, namespace: str, event: str, arguments: tuple[Any, ...]) -> None:
        self._runtime.received(self._name, namespace, event, arguments)

    def failed(self, namespace: str, message: str) -> None:
        self._runtime.failed(self._name, namespace, message)

    def ended(self, *, was_established: bool) -> None:
        self._runtime.ended(self._name, was_established)


def _url(settings: Json) -> str:
    """Return the URL with a port; a port in the URL wins over the connection's Port."""
    url: str = settings["url"]
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = parts.port
    except ValueError as error:
        raise ExecutionError(f'the URL "{url}" is invalid: {error}') from None
    if port is None:
        parts = parts._replace(netloc=f"{parts.netloc}:{settings['port']}")
    return parts.geturl()


def _namespace(inputs: Json) -> str:
    return "/" + str(inputs["Namespace"]).removeprefix("/")


def _text(arguments: tuple[Any, ...]) -> str:
    """Return On Receive's Message: a single text unchanged, other arguments as JSON."""
    if not arguments:
        return ""
    value = arguments[0] if len(arguments) == 1 else arguments
    return value if isinstance(value, str) else json.dumps(value, default=repr)
