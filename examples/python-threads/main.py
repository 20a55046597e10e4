"""A driver on python-socketio's threaded client. Run it with `python main.py`."""

from driver import serve
from runtime import Runtime

serve(
    {"name": "example on threads", "version": "1.0.0", "language": "Python"},
    ["runtime", "messages", "websocket", "polling"],
    Runtime,
)
