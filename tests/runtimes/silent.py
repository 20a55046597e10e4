"""A runtime that answers every request and does nothing."""

import json
import sys

INITIALIZED = {
    "protocolVersion": 1,
    "implementation": {"name": "silent", "version": "1.0", "language": "Python"},
    "nodes": ["connection nodes", "message nodes"],
    "transports": ["websocket", "upgraded", "polling"],
    "abilities": ["dynamic-namespaces"],
}

for line in sys.stdin:
    request = json.loads(line)
    result = INITIALIZED if request["method"] == "initialize" else {}
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}) + "\n")
    sys.stdout.flush()
    if request["method"] == "shutdown":
        break
