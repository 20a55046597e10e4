"""One session with a running driver: requests go out, answers and notifications come in."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from pulsecheck.driver.channel import LONGEST_MESSAGE, Channel, end
from pulsecheck.driver.conversation import Answer, Conversation
from pulsecheck.driver.errors import (
    BufferedAnswerError,
    ClosedInputError,
    ClosedOutputError,
    DriverError,
    DriverHungError,
    EndlessLineError,
    FloodError,
    LateAnswerError,
    ObservationError,
    RequestError,
)
from pulsecheck.driver.occurrences import DriverOccurrence, Observe, Source
from pulsecheck.driver.protocol import Done, Log, Message, Pulsed, RuntimeFault, Shutdown
from pulsecheck.driver.quoting import QUOTED, harmless

R = TypeVar("R", bound=Message)

SHOWN = 2_000
"""Characters of a result to put on the timeline."""
MOST_NOTIFICATIONS = 20_000
MOST_NOTIFIED = 64 * 1024 * 1024
"""Notifications, and bytes of them, that one observer gets: more are a flood."""

REPORTED: dict[type[Message], tuple[Source, DriverOccurrence]] = {
    Pulsed: (Source.NODE, DriverOccurrence.PULSED),
    RuntimeFault: (Source.NODE, DriverOccurrence.RUNTIME_ERROR),
    Log: (Source.DRIVER, DriverOccurrence.LOG),
}
"""What a notification is on the timeline; its fields are the details."""


class Session:
    """Made on a running loop. Only `request` and `end` wait.

    `fault` is what has made the driver unusable, None while it is usable. Once there, it is what
    each request raises.
    """

    def __init__(self, channel: Channel, grace: float, observe: Observe | None) -> None:
        self.fault: DriverError | None = None
        self._channel = channel
        self._grace = grace
        self._conversation = Conversation()
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._is_ending = False
        self._is_told = False
        self.observe_with(observe)
        self._reading = asyncio.create_task(self._read())

    @property
    def untold_fault(self) -> DriverError | None:
        """The fault, if no request has raised it yet."""
        return None if self._is_told else self.fault

    @property
    def owes_answers(self) -> bool:
        return self._conversation.owes_answers

    def observe_with(self, observe: Observe | None) -> None:
        """Tell what happens to this observer from now on, or to nobody."""
        self.observe = observe
        self._notifications = 0
        self._notified = 0

    async def request(self, method: str, params: Message, result: type[R], patience: float) -> R:
        """Ask, and wait `patience` seconds at most for the typed result.

        Raises a RequestError if the answer is an error; any other DriverError is the fault.
        """
        if self.fault is not None:
            self._is_told = True
            raise self.fault
        number, line = self._conversation.ask(method, params, result)
        asked = {"method": method, "id": number, "params": msgspec.to_builtins(params)}
        self._tell(Source.DRIVER, DriverOccurrence.REQUEST, asked)
        answered: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answered
        sending = asyncio.create_task(self._send(method, line))
        try:
            await asyncio.wait((answered,), timeout=patience)
        finally:
            sending.cancel()
            del self._waiting[number]
        if answered.done():
            return answered.result()
        self._conversation.give_up(number, patience)
        self._is_told = True
        raise await self._why_hung(self._fail(DriverHungError(method, patience)))

    async def _why_hung(self, hung: DriverError) -> DriverError:
        """An answer may yet come by itself; one that comes once the input ends was in a buffer."""
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
            self._fail(await self._why_lost(ClosedInputError(method)))

    async def _why_lost(self, unless_ended: DriverError) -> DriverError:
        """A closed stream says little: if the driver has ended, that is the diagnosis."""
        ended = await self._channel.has_ended(self._grace)
        return self._channel.diagnosis() if ended else unless_ended

    async def end(self) -> DriverError | None:
        """Ask the driver to shut down, then end it whatever it does.

        One that is not usable, or that owes an answer still, is not asked. Takes four times the
        grace at the most. Returns what was wrong about the way it ended, if it was asked.
        """
        self._is_ending = True
        told = False
        problem = ended = None
        try:
            if self.fault is None and not self._conversation.owes_answers:
                await self.request("shutdown", Shutdown(), Done, self._grace)
                told = True
        except DriverError as unanswered:
            problem = unanswered
        finally:
            # Reading goes on meanwhile: a driver whose output is full could not exit.
            ended = await end(self._channel, told=told, grace=self._grace)
        return ended or problem

    # --- what comes in ----------------------------------------------------------------------

    async def _read(self) -> None:
        try:
            while line := await self._line():
                self._receive(line)
            if not self._is_ending or self._waiting:
                self._fail(await self._why_lost(ClosedOutputError()))
        except LateAnswerError as late:
            is_buffered = self._is_ending
            self._fail(BufferedAnswerError(late.method, late.patience) if is_buffered else late)
        except DriverError as fault:
            self._fail(fault)
        except Exception as error:  # noqa: BLE001 - whatever an observer raises: nobody else would say
            self._fail(ObservationError(f"{type(error).__name__}: {error}"))

    async def _line(self) -> bytes:
        """The next line without its end; nothing at the end of the stream."""
        reader = self._channel.reader
        try:
            return await reader.readuntil()
        except asyncio.LimitOverrunError:
            beginning = await reader.read(4 * QUOTED)
            raise EndlessLineError(LONGEST_MESSAGE, beginning) from None
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
        text = harmless(answer.text, SHOWN)
        self._tell(
            Source.DRIVER,
            DriverOccurrence.ANSWER,
            details | {"error" if failed else "result": text},
        )
        # Somebody who was cancelled while waiting is not there any more.
        waiting = self._waiting.get(answer.id)
        if waiting is None or waiting.done():
            return
        if isinstance(answer.outcome, RequestError):
            waiting.set_exception(answer.outcome)
        else:
            waiting.set_result(answer.outcome)

    def _count(self, size: int) -> None:
        self._notifications += 1
        self._notified += size
        if self._notifications > MOST_NOTIFICATIONS or self._notified > MOST_NOTIFIED:
            raise FloodError(self._notifications, self._notified)

    def _take_notification(self, message: Message) -> None:
        source, what = REPORTED[type(message)]
        self._tell(source, what, msgspec.structs.asdict(message))

    # --- what is made of it -----------------------------------------------------------------

    def _tell(self, source: Source, what: DriverOccurrence, details: Mapping[str, Any]) -> None:
        if self.observe is not None:
            self.observe(source, what, details)

    def _fail(self, fault: DriverError) -> DriverError:
        """Make the driver unusable; whoever waits for an answer gets the diagnosis.

        The first one stands, except that what follows a missing answer explains it.
        """
        if self.fault is None or type(self.fault) is DriverHungError:
            self.fault = fault
            self._announce(fault)
        for waiting in self._waiting.values():
            if not waiting.done():
                self._is_told = True
                waiting.set_exception(self.fault)
        return self.fault

    def _announce(self, fault: DriverError) -> None:
        # Should the observer have failed, whoever asks next is told all the same.
        with contextlib.suppress(Exception):
            self._tell(Source.DRIVER, DriverOccurrence.FAULT, {"message": str(fault)})
