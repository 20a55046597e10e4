"""The requests of one session and what becomes of them. Pure: no I/O and no clock.

A request is asked, then answered; or it is given up, and an answer that comes then is late. Ids
count from one, so that an id tells which of these an answer is.
"""

import msgspec

from pulsecheck.driver import codec
from pulsecheck.driver.errors import (
    AnsweredTwiceError,
    BasicMethodMissingError,
    LateAnswerError,
    MethodMissingError,
    RefusedError,
    RequestError,
    RequestFailedError,
    UnknownIdError,
)
from pulsecheck.driver.protocol import (
    METHODS,
    Capability,
    ErrorCode,
    ErrorObject,
    Message,
    Notification,
    Response,
)

ERRORS: dict[int, type[RequestError]] = {
    ErrorCode.REFUSED: RefusedError,
    ErrorCode.METHOD_NOT_FOUND: MethodMissingError,
}
"""What an answer's error code means; every other one means RequestFailedError."""


class Answer(msgspec.Struct, frozen=True):
    """`text` is the result as JSON, or the error's message."""

    id: int
    method: str
    outcome: Message | RequestError
    text: str


class _Asked(msgspec.Struct, frozen=True):
    method: str
    result: type[Message]


class Conversation:
    def __init__(self) -> None:
        self._last_id = 0
        self._open: dict[int, _Asked] = {}
        self._given_up: dict[int, LateAnswerError] = {}

    @property
    def owes_answers(self) -> bool:
        """Whether the driver has been asked something that it has not answered yet."""
        return bool(self._open)

    def ask(self, method: str, params: Message, result: type[Message]) -> tuple[int, bytes]:
        """A new request: its id, and the line to send."""
        self._last_id += 1
        line = codec.encode_request(self._last_id, method, params)
        self._open[self._last_id] = _Asked(method, result)
        return self._last_id, line

    def give_up(self, number: int, patience: float) -> None:
        """The request was not answered within `patience` seconds."""
        method = self._open.pop(number).method
        self._given_up[number] = LateAnswerError(method, patience)

    def receive(self, line: bytes) -> Answer | Message:
        """What a line of the driver means: an answer, or a notification (Pulsed, and so on).

        Raises a ProtocolViolationError, and LateAnswerError for what was given up.
        """
        message = codec.decode(line)
        if isinstance(message, Notification):
            return codec.read_notification(message, line)
        return self._answer(message, line)

    def _answer(self, response: Response, line: bytes) -> Answer:
        number = response.id or 0
        if number in self._given_up:
            raise self._given_up.pop(number)
        if not 0 < number <= self._last_id:
            raise UnknownIdError(number, line)
        if number not in self._open:
            raise AnsweredTwiceError(number, line)
        asked = self._open[number]
        if isinstance(response.error, ErrorObject):
            answer = _failure(number, asked.method, response.error)
        else:
            typed = codec.read_result(asked.method, response.result, asked.result, line)
            answer = Answer(number, asked.method, typed, codec.json_text(response.result))
        del self._open[number]
        return answer


def _failure(number: int, method: str, error: ErrorObject) -> Answer:
    kind = ERRORS.get(error.code, RequestFailedError)
    known = METHODS.get(method)
    if kind is MethodMissingError and known and known.capability is Capability.RUNTIME:
        kind = BasicMethodMissingError
    return Answer(number, method, kind(method, error.code, error.message), error.message)
