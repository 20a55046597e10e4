"""A session with a running driver: sends requests, receives answers and notifications."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from pulsecheck.driver.channel import LONGEST_MESSAGE, Channel, stop
from pulsecheck.driver.conversation import Answer, Conversation
from pulsecheck.driver.errors import (
    BufferedAnswerError,
    ClosedInputError,
    ClosedOutputError,
    DriverError,
    DriverHungError,
    FloodError,
    LateAnswerError,
    LineTooLongError,
    ObservationError,
    RequestError,
)
from pulsecheck.driver.occurrences import DriverOccurrence, Observe, Source
from pulsecheck.driver.protocol import Done, Log, Message, Pulsed, RuntimeFault, Shutdown
from pulsecheck.driver.quoting import MAX_QUOTE, escape_and_truncate

R = TypeVar("R", bound=Message)

MAX_RESULT = 2_000
"""The maximum number of characters of a result on the timeline."""
MAX_NOTIFICATIONS = 20_000
"""The maximum number of notifications for one observer. More notifications cause FloodError."""
MAX_NOTIFICATION_BYTES = 64 * 1024 * 1024
"""The maximum size of all notifications for one observer. More bytes cause FloodError."""

NOTIFICATION_ENTRIES: dict[type[Message], tuple[Source, DriverOccurrence]] = {
    Pulsed: (Source.NODE, DriverOccurrence.PULSED),
    RuntimeFault: (Source.NODE, DriverOccurrence.RUNTIME_ERROR),
    Log: (Source.DRIVER, DriverOccurrence.LOG),
}
"""The source and kind of the timeline entry for each notification.

The details of the entry are the fields of the notification.
"""


class Session:
    """The session with one driver. Create it on a running event loop.

    `fault` is the error that made the driver unusable, or None. Each later request raises this
    error.
    """

    def __init__(self, channel: Channel, grace: float, observe: Observe | None) -> None:
        self.fault: DriverError | None = None
        self._channel = channel
        self._grace = grace
        self._conversation = Conversation()
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._is_ending = False
        self._is_fault_reported = False
        self.set_observer(observe)
        self._reading = asyncio.create_task(self._read())

    @property
    def unreported_fault(self) -> DriverError | None:
        """The fault, if no request has raised it yet."""
        return None if self._is_fault_reported else self.fault

    @property
    def has_open_requests(self) -> bool:
        return self._conversation.has_open_requests

    def set_observer(self, observe: Observe | None) -> None:
        """Replace the observer, and count notifications from 0. With None, drop events."""
        self.observe = observe
        self._notifications = 0
        self._notification_bytes = 0

    async def request(self, method: str, params: Message, result: type[R], seconds: float) -> R:
        """Send a request, and wait up to `seconds` for its typed result.

        Raises a RequestError if the answer is an error, and the fault if the driver is unusable.
        """
        if self.fault is not None:
            self._is_fault_reported = True
            raise self.fault
        number, line = self._conversation.new_request(method, params, result)
        details = {"method": method, "id": number, "params": msgspec.to_builtins(params)}
        self._record(Source.DRIVER, DriverOccurrence.REQUEST, details)
        answered: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answered
        sending = asyncio.create_task(self._send(method, line))
        try:
            await asyncio.wait((answered,), timeout=seconds)
        finally:
            sending.cancel()
            del self._waiting[number]
        if answered.done():
            return answered.result()
        self._conversation.give_up(number, seconds)
        self._is_fault_reported = True
        raise await self._diagnose_timeout(self._fail(DriverHungError(method, seconds)))

    async def _diagnose_timeout(self, hung: DriverError) -> DriverError:
        """Return the fault that explains a timeout.

        First waits for a late answer. Then closes the driver's input. At the end of the
        input, most drivers exit, and so flush an answer that they have buffered.
        """
        await asyncio.wait((self._reading,), timeout=self._grace)
        if self.fault is hung:
            self._is_ending = True
            self._channel.writer.write_eof()
            await asyncio.wait((self._reading,), timeout=self._grace)
        return self.fault or hung

    async def _send(self, method: str, line: bytes) -> None:
        try:
            self._channel.writer.write(line)
            await self._channel.writer.drain()
        except ConnectionError:
            self._fail(await self._diagnose_closed_stream(ClosedInputError(method)))

    async def _diagnose_closed_stream(self, unless_ended: DriverError) -> DriverError:
        """Return the channel's diagnosis if the driver has ended, otherwise `unless_ended`."""
        ended = await self._channel.has_ended(self._grace)
        return self._channel.diagnosis() if ended else unless_ended

    async def end(self) -> DriverError | None:
        """Send shutdown, then stop the driver by force if it still runs.

        A driver that is unusable or has an open request gets no shutdown. Takes at most four times
        the grace period. Returns an error if a driver that got shutdown did not answer or did not
        exit by itself. Also returns an error if the driver could not be stopped.
        """
        self._is_ending = True
        answered = False
        problem = ended = None
        try:
            if self.fault is None and not self._conversation.has_open_requests:
                await self.request("shutdown", Shutdown(), Done, self._grace)
                answered = True
        except DriverError as unanswered:
            problem = unanswered
        finally:
            # Meanwhile the task `_reading` still reads the driver's output. Otherwise the driver
            # could block on a full pipe and never exit.
            ended = await stop(self._channel, answered_shutdown=answered, grace=self._grace)
        return ended or problem

    # --- receiving --------------------------------------------------------------------------

    async def _read(self) -> None:
        try:
            while line := await self._read_line():
                self._receive(line)
            if not self._is_ending or self._waiting:
                self._fail(await self._diagnose_closed_stream(ClosedOutputError()))
        except LateAnswerError as late:
            is_buffered = self._is_ending
            self._fail(BufferedAnswerError(late.method, late.timeout) if is_buffered else late)
        except DriverError as fault:
            self._fail(fault)
        except Exception as error:  # noqa: BLE001 - an observer may raise anything
            self._fail(ObservationError(f"{type(error).__name__}: {error}"))

    async def _read_line(self) -> bytes:
        """Read the next line; return an empty line at the end of the stream."""
        reader = self._channel.reader
        try:
            return await reader.readuntil()
        except asyncio.LimitOverrunError:
            beginning = await reader.read(4 * MAX_QUOTE)
            raise LineTooLongError(LONGEST_MESSAGE, beginning) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""

    def _receive(self, line: bytes) -> None:
        message = self._conversation.receive(line)
        if isinstance(message, Answer):
            self._take_answer(message)
        else:
            self._count(len(line))
            self._take_notification(message)

    def _take_answer(self, answer: Answer) -> None:
        failed = isinstance(answer.outcome, RequestError)
        details: dict[str, Any] = {"method": answer.method, "id": answer.id, "ok": not failed}
        text = escape_and_truncate(answer.text, MAX_RESULT)
        self._record(
            Source.DRIVER,
            DriverOccurrence.ANSWER,
            details | {"error" if failed else "result": text},
        )
        # The caller may have been cancelled.
        waiting = self._waiting.get(answer.id)
        if waiting is None or waiting.done():
            return
        if isinstance(answer.outcome, RequestError):
            waiting.set_exception(answer.outcome)
        else:
            waiting.set_result(answer.outcome)

    def _count(self, size: int) -> None:
        self._notifications += 1
        self._notification_bytes += size
        if (
            self._notifications > MAX_NOTIFICATIONS
            or self._notification_bytes > MAX_NOTIFICATION_BYTES
        ):
            raise FloodError(self._notifications, self._notification_bytes)

    def _take_notification(self, message: Message) -> None:
        source, what = NOTIFICATION_ENTRIES[type(message)]
        self._record(source, what, msgspec.structs.asdict(message))

    # --- recording and failing --------------------------------------------------------------

    def _record(self, source: Source, what: DriverOccurrence, details: Mapping[str, Any]) -> None:
        if self.observe is not None:
            self.observe(source, what, details)

    def _fail(self, fault: DriverError) -> DriverError:
        """Make the driver unusable, and raise the fault in all open requests.

        A later fault does not replace the first one, with one exception. The next fault replaces a
        DriverHungError, because the next fault explains why there was no answer.
        """
        if self.fault is None or type(self.fault) is DriverHungError:
            self.fault = fault
            self._record_fault(fault)
        for waiting in self._waiting.values():
            if not waiting.done():
                self._is_fault_reported = True
                waiting.set_exception(self.fault)
        return self.fault

    def _record_fault(self, fault: DriverError) -> None:
        # Ignore exceptions of the observer. If the fault is that the observer failed, the observer
        # may fail again here. The next request raises the fault anyway.
        with contextlib.suppress(Exception):
            self._record(Source.DRIVER, DriverOccurrence.FAULT, {"message": str(fault)})
