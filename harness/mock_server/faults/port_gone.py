"""Nothing listens any more."""

from harness.mock_server.faults.fault import Fault, Handle


class PortGone(Fault):
    """The listening socket is closed; released, it is back on the same port.

    What is connected stays, and the scope is all there is. Releasing it raises PortInUseError if
    the port was taken meanwhile.
    """

    name = "port gone"

    def begin(self, handle: Handle) -> None:
        handle.site.stop_listening()
        handle.bites()

    def end(self, handle: Handle) -> None:
        handle.site.listen_again()
