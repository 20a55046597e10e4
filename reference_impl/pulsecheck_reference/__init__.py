"""The reference runtime: Incari Studio's Socket.IO nodes behind the driver protocol.

Start reading in `lifecycle.py`, the table that makes On Start and On Stop right. `attempt.py`
raises its events. Public: `serve`.
"""

from pulsecheck_reference.driver import serve

__all__ = ["serve"]
