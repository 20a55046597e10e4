"""A valid request for each method, and the project for these requests."""

from collections.abc import Mapping

from pulsecheck.driver.protocol import (
    PULSE_INPUT,
    PULSE_OUTPUT,
    SOCKETIO_PLUGIN,
    AddConnection,
    Capability,
    CloseProject,
    Connect,
    GetNodeType,
    GetPlugins,
    GetSettings,
    GetToolbox,
    Logic,
    Message,
    Node,
    OpenProject,
    Project,
    Pulse,
    RemoveConnection,
    Restart,
    Save,
    Socket,
    SocketIoConnection,
    Sync,
    TogglePlugin,
    Transport,
)

SCOPE = "Project"
CONNECTION = "main"
START, ON_START = "Socket.IO Start", "On Socket.IO Start"
TYPES = (START, "Socket.IO Stop", ON_START, "On Socket.IO Stop")
"""The types of the project's nodes. It has one node of each type, whose id is the type."""


def project(url: str, port: int, capabilities: tuple[Capability, ...]) -> Project:
    """Return a project with one connection and its four nodes."""
    has_websocket = Capability.WEBSOCKET in capabilities
    connection = SocketIoConnection(
        name=CONNECTION,
        url=url,
        port=port,
        transports=(Transport.WEBSOCKET if has_websocket else Transport.POLLING,),
    )
    nodes = tuple(
        Node(id=kind, type=kind, attributes={"Configuration": CONNECTION}) for kind in TYPES
    )
    return Project(connections=(connection,), logic={SCOPE: Logic(nodes=nodes)})


def requests(opened: Project) -> Mapping[str, tuple[Message, ...]]:
    """Return the requests to send for each method, in order; the plugin is toggled twice."""
    link = Connect(
        source=Socket(node=START, socket=PULSE_OUTPUT),
        target=Socket(node="Socket.IO Stop", socket=PULSE_INPUT),
    )
    return {
        "project/open": (OpenProject(project=opened),),
        "studio/toolbox": (GetToolbox(scope=SCOPE),),
        "studio/nodeType": (GetNodeType(type=START),),
        "studio/settings": (GetSettings(),),
        "studio/addConnection": (AddConnection(name="doctor", url="127.0.0.1", port=80),),
        "studio/removeConnection": (RemoveConnection(name="doctor"),),
        "studio/plugins": (GetPlugins(),),
        "studio/togglePlugin": (TogglePlugin(name=SOCKETIO_PLUGIN),) * 2,
        "studio/save": (Save(),),
        "studio/restart": (Restart(),),
        "studio/connect": (link,),
        "runtime/pulse": (Pulse(node=START),),
        "runtime/sync": (Sync(),),
        "project/close": (CloseProject(),),
    }


REQUESTED_METHODS = tuple(requests(Project()))
"""All methods except initialize and shutdown, which have their own checks."""
