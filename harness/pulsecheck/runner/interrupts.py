"""SIGINT handling: the first SIGINT stops the run. During cleanup, further SIGINTs are ignored.

Build servers and the shell command `timeout` may send SIGINT twice, and users may press Ctrl-C
twice. A second KeyboardInterrupt during cleanup would leave drivers running and reports unwritten.
"""

import contextlib
import signal
import types
from collections.abc import Iterator

INTERRUPTED = 128 + signal.SIGINT
"""The exit code after SIGINT, as shells define it."""


class Interrupts:
    """A SIGINT handler that raises one KeyboardInterrupt, and only in an `interruptible` block.

    `received`: whether SIGINT was received. If the interrupted code swallows the KeyboardInterrupt,
    `raise_if_received` raises KeyboardInterrupt again.
    """

    def __init__(self) -> None:
        self.received = False
        self._raises = False

    def install(self) -> None:
        """Install the handler for the rest of the process."""
        signal.signal(signal.SIGINT, self._handle)

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Install the handler for the block, unless another handler is installed.

        If SIGINT was received in the block, the process is about to exit. So SIGINT is ignored
        after the block.
        """
        previous = signal.getsignal(signal.SIGINT)
        if previous is not signal.default_int_handler:
            yield
            return
        self.install()
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN if self.received else previous)

    @contextlib.contextmanager
    def interruptible(self) -> Iterator[None]:
        """Let SIGINT interrupt the block. If SIGINT was received earlier, interrupt at once."""
        self._raises = True
        try:
            self.raise_if_received()
            yield
        finally:
            self._raises = False

    def raise_if_received(self) -> None:
        """Raise KeyboardInterrupt if SIGINT was received."""
        if self.received:
            raise KeyboardInterrupt

    def _handle(self, _number: int, _frame: types.FrameType | None) -> None:
        self.received = True
        if self._raises:
            self._raises = False
            raise KeyboardInterrupt
