"""A valid request for each method, and the project for these requests."""

from collections.abc import Mapping

from pulsecheck.driver.profile import OFFERED, declared_nodes
from pulsecheck.driver.protocol import (
    PULSE_INPUT,
    PULSE_OUTPUT,
    SOCKETIO_PLUGIN,
    AddConnection,
    CloseProject,
    Connect,
    GetNodeType,
    GetPlugins,
    GetSettings,
    GetToolbox,
    Initialized,
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
    TransportUse,
)

SCOPE = "Project"
CONNECTION = "main"
START, ON_START = "Socket.IO Start", "On Socket.IO Start"


def project(url: str, port: int, initialized: Initialized, transport: TransportUse) -> Project:
    """Return a project with one connection and a node of each declared type.

    The id of a node is its type.
    """
    connection = SocketIoConnection(
        name=CONNECTION, url=url, port=port, transports=OFFERED[transport]
    )
    nodes = tuple(
        Node(id=kind, type=kind, attributes={"Configuration": CONNECTION})
        for kind in sorted(declared_nodes(initialized))
    )
    return Project(connections=(connection,), logic={SCOPE: Logic(nodes=nodes)})


def requests(opened: Project) -> Mapping[str, tuple[Message, ...]]:
    """Return the requests to send for each method, in order.

    The plugin is toggled twice, so that after both requests its state is the same as before.
    """
    nodes = (node.id for logic in opened.logic.values() for node in logic.nodes)
    target = next((node for node in nodes if not node.startswith("On ") and node != START), START)
    link = Connect(
        source=Socket(node=START, socket=PULSE_OUTPUT),
        target=Socket(node=target, socket=PULSE_INPUT),
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
