"""A first runtime on python-socketio's asynchronous client. Comments mark the two mistakes."""

import asyncio
import contextlib
import json
import re
import sys
from functools import partial
from urllib.parse import urlsplit

import aiohttp
import engineio
import socketio

CONNECT_TIMEOUT, FLUSH_TIMEOUT, DISCONNECT_TIMEOUT, PROJECT_CLOSE_TIMEOUT = 5, 1, 20, 0.25
REFUSED, METHOD_NOT_FOUND = 1, -32601
LONGEST_LINE = 16 * 1024 * 1024
INITIALIZED = {
    "protocolVersion": 1,
    "implementation": {"name": "naive example", "version": "1.0.0", "language": "Python"},
    "nodes": ["connection nodes", "message nodes"],
    "transports": ["websocket", "upgraded", "polling"],
    "abilities": ["dynamic-namespaces"],
}

engineio.payload.Payload.max_decode_packets = 10_000  # the default of 16 is too low for bursts


class ExecutionError(Exception):
    """A node cannot execute; the message says why."""


class Packet(socketio.packet.Packet):
    """Keeps complete namespaces. The library would remove "?" and everything after it."""

    def decode(self, encoded_packet):
        attachments = super().decode(encoded_packet)
        if found := re.match(r"\d(?:\d+-)?(/[^,]*)", encoded_packet):
            self.namespace = found[1]
        return attachments


class Connection:
    """One connection, from Start until its end. `report(type, values)` pulses event listeners."""

    def __init__(self, url, transports, report, received, ended):
        self.report, self.received, self.ended = report, received, ended
        self.is_established = False
        self.ending = asyncio.Event()
        self.outbox = asyncio.Queue()
        self.joining = {}
        self.http = aiohttp.ClientSession()
        self.client = socketio.AsyncClient(
            reconnection=False, handle_sigint=False, serializer=Packet, http_session=self.http
        )
        self.client.on("connect", self.on_connect, namespace="*")
        self.client.on("connect_error", self.on_connect_error, namespace="*")
        self.client.on("disconnect", self.on_disconnect, namespace="*")
        self.client.on("*", self.on_event, namespace="*")
        self.task = asyncio.create_task(self.run(url, transports))

    async def run(self, url, transports):
        sender = asyncio.create_task(self.send_all())
        try:
            await self.connect(url, transports)
            await self.ending.wait()
            with contextlib.suppress(Exception):
                async with asyncio.timeout(DISCONNECT_TIMEOUT):
                    await self.disconnect()
        finally:
            sender.cancel()
            await self.http.close()
            self.ended()

    async def connect(self, url, transports):
        limits = {"namespaces": "/", "wait_timeout": 2 * CONNECT_TIMEOUT}
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                await self.client.connect(url, transports=transports, **limits)
        except Exception as error:  # noqa: BLE001 - the library raises many
            self.fail("/", str(error) or "the server did not answer in time")
        else:
            self.is_established = True
            self.report("On Socket.IO Start")

    async def disconnect(self):
        engine = self.client.eio
        if engine.state == "connected":
            with contextlib.suppress(TimeoutError):  # the Close frame would overtake messages
                async with asyncio.timeout(FLUSH_TIMEOUT):
                    await self.outbox.join()
                    await engine.queue.join()
            await self.client.disconnect()
        else:
            engine.queue.put_nowait(None)  # the library may forget to wake its writer
            await engine.wait()

    def stop(self):
        if self.is_established:  # A mistake: Stop does not end an attempt to connect.
            self.ending.set()

    async def cut(self):
        """End the connection without reports."""
        self.report = self.received = lambda *_: None
        self.stop()
        await asyncio.wait({self.task}, timeout=PROJECT_CLOSE_TIMEOUT)
        self.task.cancel()
        await asyncio.wait({self.task})

    @property
    def is_usable(self):
        return self.is_established and not self.ending.is_set()

    async def send_all(self):
        """Send messages in order, each one after the server has accepted the namespace."""
        while True:
            namespace, *message = await self.outbox.get()
            if await self.is_joined(namespace) and message:
                with contextlib.suppress(socketio.exceptions.BadNamespaceError):
                    await self.client.emit(*message, namespace)
            self.outbox.task_done()

    async def is_joined(self, namespace):
        """Join a namespace if necessary, and return whether it is joined.

        The library itself joins namespaces only while it connects.
        """
        if namespace in self.client.namespaces:
            return True
        answer = self.joining[namespace] = asyncio.Future()
        await self.client.eio.send(f"0{namespace},")
        await asyncio.wait({answer}, timeout=CONNECT_TIMEOUT)
        del self.joining[namespace]
        if not answer.done():
            self.fail(namespace, "the server did not answer in time")
        return answer.done() and answer.result()

    def on_connect(self, namespace):
        if namespace in self.joining:
            self.joining[namespace].set_result(True)

    def on_connect_error(self, namespace, data=None, *_):
        message = data.get("message", data) if isinstance(data, dict) else data
        self.fail(namespace, str(message or "the server refused the connection"))
        if namespace in self.joining:
            self.joining[namespace].set_result(False)

    async def on_disconnect(self, namespace, reason):
        if namespace != "/":
            if self.is_usable:
                self.fail(namespace, f"the namespace was disconnected: {reason}")
            return
        if self.is_established:
            self.is_established = False
            self.report("On Socket.IO Stop")  # A mistake: the connection only begins to end.
        self.ending.set()
        by_server = reason == self.client.reason.SERVER_DISCONNECT
        if by_server and self.client.eio.state == "connected":
            await asyncio.wait({self.task})  # after this handler, the library disconnects too

    def on_event(self, event, namespace, *arguments):
        if self.is_usable:
            self.received(namespace, event, text_of(arguments))

    def fail(self, namespace, message):
        if not self.ending.is_set():
            self.report("On Socket.IO Error", {"Namespace": namespace, "Message": message})
            if namespace == "/":
                self.ending.set()


class Runtime:
    def __init__(self):
        self.settings, self.nodes, self.connections = {}, {}, {}
        self.to_restart, self.subscriptions = set(), set()

    async def initialize(self, **_):
        return INITIALIZED

    async def open(self, project):
        await self.close()
        self.settings = {each["name"]: each for each in project["connections"]}
        for logic in project["logic"].values():
            self.nodes |= {node["id"]: node for node in logic["nodes"]}

    async def close(self):
        for each in (self.settings, self.nodes, self.to_restart, self.subscriptions):
            each.clear()
        await asyncio.gather(*(each.cut() for each in self.connections.values()))

    async def sync(self):
        for _ in range(20):  # let the client handle everything that has arrived
            await asyncio.sleep(0)  # noqa: TID251 - runs other tasks, without a delay

    async def pulse(self, node, values):
        attributes = self.nodes[node]["attributes"] | values
        try:
            self.execute(self.nodes[node]["type"], attributes.get("Configuration"), attributes)
        except ExecutionError as error:
            notify("runtime/error", node=node, message=str(error))
        else:
            notify("runtime/pulsed", node=node, output="Pulse Output", values={})

    def execute(self, kind, name, inputs):
        if name not in self.settings:
            raise ExecutionError(f"Configuration names no connection: {name!r}")
        connection = self.connections.get(name)
        is_usable = connection and connection.is_usable
        namespace = "/" + inputs.get("Namespace", "").removeprefix("/")
        event, message = inputs.get("Event Name", ""), inputs.get("Message", "")
        match kind:
            case "Socket.IO Start":
                self.start(name)
            case "Socket.IO Stop":
                self.to_restart.discard(name)
                if connection:
                    connection.stop()
            case "Socket.IO Send":
                if not is_usable:
                    raise ExecutionError(f"the connection {name!r} is not established")
                connection.outbox.put_nowait((namespace, event, message))
            case "Socket.IO Subscribe":
                self.subscriptions.add((name, namespace, event))
                if is_usable:
                    connection.outbox.put_nowait((namespace,))
            case "Socket.IO Unsubscribe":
                self.subscriptions.discard((name, namespace, event))

    def start(self, name):
        if name not in self.connections:
            url, transports = url_of(self.settings[name]), self.settings[name].get("transports")
            calls = (partial(each, name) for each in (self.report, self.received, self.ended))
            self.connections[name] = Connection(url, transports or None, *calls)
        elif self.connections[name].ending.is_set():
            self.to_restart.add(name)

    def ended(self, name):
        del self.connections[name]
        if name in self.to_restart:
            self.to_restart.discard(name)
            self.start(name)

    def received(self, name, namespace, event, message):
        if (name, namespace, event) in self.subscriptions:
            values = {"Namespace": namespace, "Trigger Name": event, "Message": message}
            self.report(name, "On Socket.IO Receive", values)

    def report(self, name, kind, values=None):
        """Pulse the event listener nodes of a type that listen to a connection."""
        if kind == "On Socket.IO Start":
            for namespace in {each[1] for each in self.subscriptions if each[0] == name}:
                self.connections[name].outbox.put_nowait((namespace,))
        for node, found in self.nodes.items():
            if found["type"] == kind and found["attributes"].get("Configuration") == name:
                notify("runtime/pulsed", node=node, output="Pulse Output", values=values or {})


def url_of(settings):
    """Return the URL with a port; a port in the URL has precedence."""
    try:
        parts = urlsplit(settings["url"])
        netloc = parts.netloc if parts.port else f"{parts.netloc}:{settings['port']}"
    except ValueError as error:
        raise ExecutionError(f"the URL is invalid: {error}") from None
    return parts._replace(netloc=netloc).geturl()


def text_of(arguments):
    """Return a text unchanged, and other arguments as JSON."""
    value = arguments[0] if len(arguments) == 1 else arguments or ""
    return value if isinstance(value, str) else json.dumps(value, default=repr)


def send(message):
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)  # noqa: T201 - the protocol


def notify(method, **params):
    send({"method": method, "params": params})


async def answer(handle, params):
    if handle is None:
        return {"error": {"code": METHOD_NOT_FOUND, "message": "there is no such method"}}
    try:
        return {"result": await handle(**params) or {}}
    except LookupError as error:
        return {"error": {"code": REFUSED, "message": f"there is no {error}"}}


async def main():
    runtime = Runtime()
    methods = {
        "initialize": runtime.initialize,
        "project/open": runtime.open,
        "project/close": runtime.close,
        "runtime/pulse": runtime.pulse,
        "runtime/sync": runtime.sync,
        "shutdown": runtime.close,
    }
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        request = json.loads(line)
        handle = methods.get(request["method"])
        send({"id": request["id"], **await answer(handle, request.get("params") or {})})
        if request["method"] == "shutdown":
            break


asyncio.run(main())
