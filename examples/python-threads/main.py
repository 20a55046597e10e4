"""A driver on python-socketio's threaded client. Run it with `python main.py`."""

from driver import serve
from runtime import Runtime

serve(
    {"name": "example on threads", "version": "1.0.0", "language": "Python"},
    {
        "nodes": ["connection nodes", "message nodes"],
        "transports": ["websocket", "upgraded", "polling"],
        "abilities": ["dynamic-namespaces"],
    },
    Runtime,
)
