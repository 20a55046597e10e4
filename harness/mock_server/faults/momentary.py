"""Faults that happen in a moment and hold nothing back.

In the scope of one connection they happen to it at once. With ALL they happen to every connection
that is there, and to each that is established while they are in place; with NEXT to the next one,
as soon as it is established.
"""

from abc import ABC, abstractmethod

from harness.mock_server.connection import Connection
from harness.mock_server.faults.fault import Fault, Handle


class Momentary(Fault, ABC):
    """Say in `strike` what it is."""

    @abstractmethod
    def strike(self, connection: Connection) -> None:
        """Do it to a connection."""

    def begin(self, handle: Handle) -> None:
        for connection in handle.targets():
            self.established(handle, connection)

    def established(self, handle: Handle, connection: Connection) -> None:
        handle.bites(connection)
        self.strike(connection)
