"""The driver protocol: every message between the harness and an implementation under test.

JSON-RPC 2.0 in UTF-8, one message per line. The harness sends requests. The driver answers each
request once, and sends notifications at any time. Field names are camelCase on the wire. A message
with an unknown field is invalid, so that misspelt fields are found.

This module contains only types: it does no I/O and imports no other module of the harness.
"""

from enum import StrEnum
from typing import Any, Literal

import msgspec

PROTOCOL_VERSION = 1

PULSE = "Pulse"
"""The data type of a pulse socket."""
PULSE_INPUT = "Pulse Input"
PULSE_OUTPUT: Literal["Pulse Output"] = "Pulse Output"
SOCKETIO_PLUGIN = "Socket.IO"
"""The name of the plugin in the Plugins Editor, and of its section in Project Settings."""

Value = str | int | float | bool | None
"""The value of an attribute or a data socket."""


class NodeName(StrEnum):
    """A node type, or a short form that stands for several node types.

    connection nodes: Start, Stop, On Start, On Stop. message nodes: Send, Subscribe, Unsubscribe,
    On Receive, On Error. subscription nodes: On Subscribe, On Unsubscribe. all nodes: the nodes of
    these three groups.
    """

    CONNECTION_NODES = "connection nodes"
    MESSAGE_NODES = "message nodes"
    SUBSCRIPTION_NODES = "subscription nodes"
    ALL_NODES = "all nodes"
    START = "Socket.IO Start"
    STOP = "Socket.IO Stop"
    ON_START = "On Socket.IO Start"
    ON_STOP = "On Socket.IO Stop"
    SEND = "Socket.IO Send"
    SUBSCRIBE = "Socket.IO Subscribe"
    UNSUBSCRIBE = "Socket.IO Unsubscribe"
    ON_RECEIVE = "On Socket.IO Receive"
    ON_ERROR = "On Socket.IO Error"
    ON_SUBSCRIBE = "On Socket.IO Subscribe"
    ON_UNSUBSCRIBE = "On Socket.IO Unsubscribe"


_CONNECTION_NODES = (NodeName.START, NodeName.STOP, NodeName.ON_START, NodeName.ON_STOP)
_MESSAGE_NODES = (
    NodeName.SEND,
    NodeName.SUBSCRIBE,
    NodeName.UNSUBSCRIBE,
    NodeName.ON_RECEIVE,
    NodeName.ON_ERROR,
)
_SUBSCRIPTION_NODES = (NodeName.ON_SUBSCRIBE, NodeName.ON_UNSUBSCRIBE)

NODE_GROUPS: dict[NodeName, tuple[NodeName, ...]] = {
    NodeName.CONNECTION_NODES: _CONNECTION_NODES,
    NodeName.MESSAGE_NODES: _MESSAGE_NODES,
    NodeName.SUBSCRIPTION_NODES: _SUBSCRIPTION_NODES,
    NodeName.ALL_NODES: (*_CONNECTION_NODES, *_MESSAGE_NODES, *_SUBSCRIPTION_NODES),
}
"""The node types that each short form stands for."""
NODE_TYPES = NODE_GROUPS[NodeName.ALL_NODES]


class TransportUse(StrEnum):
    """How a connection uses transports: only one, or long-polling upgraded to WebSocket."""

    WEBSOCKET = "websocket"
    UPGRADED = "upgraded"
    POLLING = "polling"


class Ability(StrEnum):
    """An ability of an implementation, besides its nodes and transports.

    linking: links for pulses, and the attribute `Enabled`. data-links: links for data.
    pulse-pass-through: the attribute Pulse Pass Through. studio: settings, plugins, the Toolbox.
    dynamic-namespaces: namespaces that are not known before the node executes, because they come
    with the pulse or over a data link.
    """

    LINKING = "linking"
    DATA_LINKS = "data-links"
    PULSE_PASS_THROUGH = "pulse-pass-through"  # noqa: S105 - no password
    STUDIO = "studio"
    DYNAMIC_NAMESPACES = "dynamic-namespaces"


class Transport(StrEnum):
    """An Engine.IO transport. The value is the name of the transport in the query string."""

    POLLING = "polling"
    WEBSOCKET = "websocket"


class Message(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True
):
    """Base class of all messages."""


class Done(Message, frozen=True):
    """The result of a request that returns no data."""


# --- initialize -----------------------------------------------------------------------------


class Harness(Message, frozen=True):
    name: str
    version: str


class Initialize(Message, frozen=True):
    protocol_version: int
    harness: Harness


class Implementation(Message, frozen=True):
    """The implementation under test."""

    name: str
    version: str
    language: str
    url: str = ""


class Initialized(Message, frozen=True):
    """The implementation and its profile. Only what the profile declares is tested.

    `nodes`: node types or short forms, which must include Socket.IO Start. `transports`: the
    transports that the driver can make its client use, at least one.
    """

    protocol_version: int
    implementation: Implementation
    nodes: tuple[NodeName, ...]
    transports: tuple[TransportUse, ...]
    abilities: tuple[Ability, ...] = ()


# --- project --------------------------------------------------------------------------------


class SocketIoConnection(Message, frozen=True):
    """One connection of Project Settings.

    `transports` is not visible to users. It lists, in order, the transports that the driver passes
    to its client library. With `("polling", "websocket")`, the connection begins with long-polling
    and is upgraded. If `transports` is empty, the implementation chooses transports.
    """

    name: str
    url: str
    port: int
    transports: tuple[Transport, ...] = ()


class Node(Message, frozen=True):
    """A node of the logic; the harness chooses `id`, which is unique in the project."""

    id: str
    type: str
    attributes: dict[str, Value] = {}


class Socket(Message, frozen=True):
    """One end of a link between nodes."""

    node: str
    socket: str


class Link(Message, frozen=True, rename={"source": "from", "target": "to"}):
    """A link for a pulse or for data, from an output to an input."""

    source: Socket
    target: Socket


class Logic(Message, frozen=True):
    """The nodes of one scope, and the links between these nodes."""

    nodes: tuple[Node, ...] = ()
    links: tuple[Link, ...] = ()


class Project(Message, frozen=True):
    """A whole project.

    `plugins` maps names of plugins to true (active) or false. Other plugins have their
    default state. `logic` maps a scope's name ("Project", "Scene") to the logic in that scope.
    """

    plugins: dict[str, bool] = {}
    connections: tuple[SocketIoConnection, ...] = ()
    logic: dict[str, Logic] = {}


class OpenProject(Message, frozen=True):
    """Open and run the project: event listener nodes listen, but no connection is started."""

    project: Project


class CloseProject(Message, frozen=True):
    """Close the open project: terminate its connections, and stop its nodes."""


# --- studio ---------------------------------------------------------------------------------


class GetToolbox(Message, frozen=True):
    scope: str


class ToolboxEntry(Message, frozen=True):
    """A node type in the toolbox; `category` is the path of its categories, outermost first."""

    type: str
    category: tuple[str, ...]


class Toolbox(Message, frozen=True):
    nodes: tuple[ToolboxEntry, ...]


class GetNodeType(Message, frozen=True):
    type: str


class Attribute(Message, frozen=True):
    """An attribute of a node. `choices`: the options of a drop-down list, otherwise None."""

    name: str
    type: str
    default: Value = None
    editable: bool = True
    choices: tuple[str, ...] | None = None


class SocketType(Message, frozen=True):
    """A socket of a node type; `type` is "Pulse" or a data type such as "String"."""

    name: str
    type: str


class NodeType(Message, frozen=True):
    attributes: tuple[Attribute, ...]
    inputs: tuple[SocketType, ...]
    outputs: tuple[SocketType, ...]


class GetSettings(Message, frozen=True):
    pass


class SettingsSection(Message, frozen=True):
    """A section of Project Settings; `connections` is None if the section has no such list."""

    name: str
    connections: tuple[SocketIoConnection, ...] | None = None


class Settings(Message, frozen=True):
    sections: tuple[SettingsSection, ...]


class AddConnection(Message, frozen=True):
    """Add a connection; a field that is None keeps the default of a new connection."""

    name: str | None = None
    url: str | None = None
    port: int | None = None


class ConnectionAdded(Message, frozen=True):
    connection: SocketIoConnection


class RemoveConnection(Message, frozen=True):
    """Remove the connection with this name, or all connections if `name` is None."""

    name: str | None = None


class GetPlugins(Message, frozen=True):
    pass


class Plugin(Message, frozen=True):
    """A row of the Plugins Editor: its checkmark, and the label of its toggle."""

    name: str
    category: str
    checked: bool
    toggle: str


class Plugins(Message, frozen=True):
    plugins: tuple[Plugin, ...]


class TogglePlugin(Message, frozen=True):
    name: str


class PluginToggled(Message, frozen=True):
    """The result of toggling a plugin; `message` is the text that the user sees."""

    message: str


class Save(Message, frozen=True):
    """Save the project, its settings and its plugins."""


class Restart(Message, frozen=True):
    """Restart the application: discard unsaved changes, and open the saved project."""


class Connect(Link, frozen=True, rename={"source": "from", "target": "to"}):
    """Connect two sockets of the open project. If this link is forbidden, answer with REFUSED."""


# --- runtime --------------------------------------------------------------------------------


class Pulse(Message, frozen=True):
    """Send a pulse into the node's pulse input.

    `values` are the values of the node's data inputs for this execution. These values take
    precedence over attributes and links.
    """

    node: str
    values: dict[str, Value] = {}


class Sync(Message, frozen=True):
    """The barrier: answer after all effects of earlier requests have been reported."""


class Shutdown(Message, frozen=True):
    """Shut down: the driver answers, then exits."""


class Pulsed(Message, frozen=True):
    """A node sent an output pulse. `values` are the values of its data outputs at that moment.

    All node types name their pulse output "Pulse Output".
    """

    node: str
    output: Literal["Pulse Output"] = PULSE_OUTPUT
    values: dict[str, Value] = {}


class RuntimeFault(Message, frozen=True):
    """The implementation reports an error to its user.

    `node` is None if the error does not concern a node.
    """

    message: str
    node: str | None = None


class Log(Message, frozen=True):
    """A message for the timeline."""

    message: str


class Method(msgspec.Struct, frozen=True):
    """A method of the protocol, and the abilities that include this method.

    If `abilities` is empty, every driver must have the method.
    """

    params: type[Message]
    result: type[Message]
    abilities: tuple[Ability, ...] = ()


_STUDIO = (Ability.STUDIO,)
METHODS: dict[str, Method] = {
    "initialize": Method(Initialize, Initialized),
    "project/open": Method(OpenProject, Done),
    "project/close": Method(CloseProject, Done),
    "studio/toolbox": Method(GetToolbox, Toolbox, _STUDIO),
    "studio/nodeType": Method(GetNodeType, NodeType, _STUDIO),
    "studio/settings": Method(GetSettings, Settings, _STUDIO),
    "studio/addConnection": Method(AddConnection, ConnectionAdded, _STUDIO),
    "studio/removeConnection": Method(RemoveConnection, Done, _STUDIO),
    "studio/plugins": Method(GetPlugins, Plugins, _STUDIO),
    "studio/togglePlugin": Method(TogglePlugin, PluginToggled, _STUDIO),
    "studio/save": Method(Save, Done, _STUDIO),
    "studio/restart": Method(Restart, Done, _STUDIO),
    "studio/connect": Method(Connect, Done, (Ability.LINKING, Ability.DATA_LINKS)),
    "runtime/pulse": Method(Pulse, Done),
    "runtime/sync": Method(Sync, Done),
    "shutdown": Method(Shutdown, Done),
}

NOTIFICATIONS: dict[str, type[Message]] = {
    "runtime/pulsed": Pulsed,
    "runtime/error": RuntimeFault,
    "log": Log,
}


class ErrorCode:
    """The codes of JSON-RPC, and REFUSED."""

    PARSE_ERROR = -32700
    INVALID_REQUEST = -32600
    METHOD_NOT_FOUND = -32601
    INVALID_PARAMS = -32602
    INTERNAL_ERROR = -32603
    REFUSED = 1
    """The rules of the implementation forbid the request; the message says why."""


# --- the envelope, JSON-RPC 2.0 -------------------------------------------------------------


class Request(Message, frozen=True):
    jsonrpc: str
    id: int
    method: str
    params: Any = None


class ErrorObject(Message, frozen=True):
    code: int
    message: str
    data: Any = None


class Response(Message, frozen=True, omit_defaults=True):
    jsonrpc: str
    id: int | None
    result: Any = msgspec.UNSET
    error: ErrorObject | msgspec.UnsetType = msgspec.UNSET


class Notification(Message, frozen=True):
    jsonrpc: str
    method: str
    params: Any = None
