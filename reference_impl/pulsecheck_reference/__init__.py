"""The reference runtime: Incari Studio's Socket.IO nodes behind the driver protocol.

Read `lifecycle.py` first, because its table decides when On Start and On Stop pulse. `attempt.py`
reports the events of this table. Public: `serve`.
"""

from pulsecheck_reference.driver import serve

__all__ = ["serve"]
