"""What becomes of Ctrl-C: it ends what is running, once, and what winds it up is left in peace.

Build servers and `timeout` signal twice, and people press the keys twice. A second
KeyboardInterrupt, in the middle of winding up, would leave drivers behind and reports unwritten.
"""

import contextlib
import signal
import types
from collections.abc import Iterator

INTERRUPTED = 128 + signal.SIGINT
"""The exit code, as shells have it."""


class Interrupts:
    """SIGINT of this process while it is `held`: noted, and raised where something may be ended.

    `came` says that there was one. It is raised once; should whatever it met swallow it, `look`
    raises it again.
    """

    def __init__(self) -> None:
        self.came = False
        self._raises = False

    def hold(self) -> None:
        """Take SIGINT over for good."""
        signal.signal(signal.SIGINT, self._take)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Take SIGINT over meanwhile, unless somebody has decided what becomes of it.

        After one came it is ignored, since all that is left to do is to exit.
        """
        before = signal.getsignal(signal.SIGINT)
        if before is not signal.default_int_handler:
            yield
            return
        self.hold()
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN if self.came else before)

    @contextlib.contextmanager
    def may_end(self) -> Iterator[None]:
        """Let the first one end what runs meanwhile; one that was noted before does so at once."""
        self._raises = True
        try:
            self.look()
            yield
        finally:
            self._raises = False

    def look(self) -> None:
        """Raise KeyboardInterrupt if one came, and what it was to end goes on all the same."""
        if self.came:
            raise KeyboardInterrupt

    def _take(self, _number: int, _frame: types.FrameType | None) -> None:
        self.came = True
        if self._raises:
            self._raises = False
            raise KeyboardInterrupt
