"""The requests of one session and their answers. Pure: no I/O and no clock.

A request is open until it is answered or given up. An answer to a request that was given up is
late. The ids of requests count from 1. If the id of an answer is higher than the last id, the
request was never sent. If the request was sent, but is neither open nor given up, it was already
answered.
"""

import msgspec

from pulsecheck.driver import codec
from pulsecheck.driver.errors import (
    AnsweredTwiceError,
    LateAnswerError,
    MethodMissingError,
    RefusedError,
    RequestError,
    RequestFailedError,
    RequiredMethodMissingError,
    UnknownIdError,
)
from pulsecheck.driver.protocol import (
    METHODS,
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
"""The error for each error code of an answer. Any other code becomes a RequestFailedError."""


class Answer(msgspec.Struct, frozen=True):
    """The answer to a request; `text` is the result as JSON, or the error's message."""

    id: int
    method: str
    outcome: Message | RequestError
    text: str


class _OpenRequest(msgspec.Struct, frozen=True):
    method: str
    result: type[Message]


class Conversation:
    def __init__(self) -> None:
        self._last_id = 0
        self._open: dict[int, _OpenRequest] = {}
        self._given_up: dict[int, LateAnswerError] = {}

    @property
    def has_open_requests(self) -> bool:
        """Whether a request is still open."""
        return bool(self._open)

    def new_request(self, method: str, params: Message, result: type[Message]) -> tuple[int, bytes]:
        """Open a request; return its id and the line to send."""
        self._last_id += 1
        line = codec.encode_request(self._last_id, method, params)
        self._open[self._last_id] = _OpenRequest(method, result)
        return self._last_id, line

    def give_up(self, number: int, timeout: float) -> None:
        """Give up a request that was not answered within `timeout` seconds."""
        method = self._open.pop(number).method
        self._given_up[number] = LateAnswerError(method, timeout)

    def receive(self, line: bytes) -> Answer | Message:
        """Decode a line of the driver: an answer, or a notification (Pulsed, RuntimeFault, Log).

        Raises a ProtocolViolationError, or LateAnswerError for an answer to a request that was
        given up.
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
        request = self._open[number]
        if isinstance(response.error, ErrorObject):
            answer = _failure(number, request.method, response.error)
        else:
            typed = codec.read_result(request.method, response.result, request.result, line)
            answer = Answer(number, request.method, typed, codec.json_text(response.result))
        del self._open[number]
        return answer


def _failure(number: int, method: str, error: ErrorObject) -> Answer:
    kind = ERRORS.get(error.code, RequestFailedError)
    known = METHODS.get(method)
    if kind is MethodMissingError and known and not known.abilities:
        kind = RequiredMethodMissingError
    return Answer(number, method, kind(method, error.code, error.message), error.message)
