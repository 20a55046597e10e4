"""A node runtime to learn from: Incari Studio's Socket.IO nodes behind the driver protocol.

Start reading at `lifecycle.py`, the table that makes On Start and On Stop right; `attempt.py` is
where its events come from. Public: `serve`.
"""

from pulsecheck_reference.driver import serve

__all__ = ["serve"]
