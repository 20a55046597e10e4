"""Lines of a driver are decoded, and lines that break the protocol are diagnosed."""

import json
from typing import Any

import pytest

from pulsecheck.driver import errors
from pulsecheck.driver.conversation import Answer, Conversation
from pulsecheck.driver.protocol import Done, Log, Plugin, Plugins, Pulsed, RuntimeFault, Sync


@pytest.fixture
def conversation() -> Conversation:
    """A conversation in which request 1 is open."""
    conversation = Conversation()
    conversation.new_request("runtime/sync", Sync(), Done)
    return conversation


def line(**fields: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", **fields}).encode() + b"\n"


def test_a_request_is_one_line_of_json_rpc() -> None:
    plugins = Plugins(plugins=(Plugin(name="a\nb", category="é", checked=True, toggle=""),))
    number, sent = Conversation().new_request("x", plugins, Done)
    assert number == 1
    assert sent.index(b"\n") == len(sent) - 1
    plugin = {"name": "a\nb", "category": "é", "checked": True, "toggle": ""}
    request = {"jsonrpc": "2.0", "id": 1, "method": "x", "params": {"plugins": [plugin]}}
    assert json.loads(sent) == request


def test_a_result_answers_its_request(conversation: Conversation) -> None:
    answer = conversation.receive(line(id=1, result={}))
    assert answer == Answer(1, "runtime/sync", Done(), "{}")
    assert not conversation.has_open_requests


def test_a_method_may_be_missing_if_its_ability_is_not_declared() -> None:
    conversation = Conversation()
    conversation.new_request("studio/save", Sync(), Done)
    answer = conversation.receive(line(id=1, error={"code": -32601, "message": "no"}))
    assert isinstance(answer, Answer)
    assert type(answer.outcome) is errors.MethodMissingError
    assert "or do not declare the ability" in str(answer.outcome)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (1, errors.RefusedError),
        (-32601, errors.RequiredMethodMissingError),
        (-32602, errors.RequestFailedError),
        (2, errors.RequestFailedError),
    ],
)
def test_an_error_answers_its_request(
    conversation: Conversation, code: int, kind: type[errors.RequestError]
) -> None:
    error = {"code": code, "message": "no", "data": [1]}
    answer = conversation.receive(line(id=1, error=error))
    assert isinstance(answer, Answer)
    assert type(answer.outcome) is kind
    assert answer.outcome.text == answer.text == "no"


@pytest.mark.parametrize(
    ("method", "params", "notification"),
    [
        (
            "runtime/pulsed",
            {"node": "a", "values": {"x": None}},
            Pulsed(node="a", values={"x": None}),
        ),
        ("runtime/error", {"message": "lost"}, RuntimeFault(message="lost")),
        ("log", {"message": "hello"}, Log(message="hello")),
    ],
)
def test_a_notification_is_typed(
    conversation: Conversation, method: str, params: Any, notification: Any
) -> None:
    assert conversation.receive(line(method=method, params=params)) == notification


PULSED = "runtime/pulsed"
VIOLATIONS = [
    (b"\n", errors.PlainTextError, "that is not a message: “”"),
    (b"Listening on 80\n", errors.PlainTextError, "“Listening on 80”"),
    (b"{'id': 1}\n", errors.NotJsonError, "malformed"),
    (b"[" * 100_000, errors.NotJsonError, "nested too deeply"),
    (b'{"id": "\\ud800"}\n', errors.NotJsonError, "not JSON"),
    ('{"é": 1}\n'.encode("latin-1"), errors.NotUtf8Error, "invalid UTF-8 at byte 2"),
    (b"42\n", errors.InvalidMessageError, "expected an object"),
    (b'[{"jsonrpc":"2.0","id":1,"result":{}}]\n', errors.InvalidMessageError, "expected an object"),
    (
        b'{"jsonrpc":"1.0","id":1,"result":{}}\n',
        errors.InvalidMessageError,
        "expected jsonrpc “2.0”",
    ),
    (b'{"id":1,"result":{}}\n', errors.InvalidMessageError, "required field `jsonrpc`"),
    (line(id=True, result={}), errors.InvalidMessageError, "got `bool` - at `$.id`"),
    (line(id=1, result={}, extra=0), errors.InvalidMessageError, "unknown field `extra`"),
    (line(id=1), errors.InvalidMessageError, "expected either a result or an error"),
    (
        line(id=1, result={}, error={"code": 1, "message": ""}),
        errors.InvalidMessageError,
        "expected either a result or an error",
    ),
    (
        line(id=None, error={"code": 1, "message": ""}),
        errors.InvalidMessageError,
        "its id is null, so it answers no request",
    ),
    (line(id=1, method=PULSED, params={}), errors.InvalidMessageError, "unknown field `id`"),
    (line(id=2, result={}), errors.UnknownIdError, "request 2, which was never sent"),
    (line(id=0, result={}), errors.UnknownIdError, "request 0, which was never sent"),
    (line(id=1, result=None), errors.InvalidResultError, "Expected `object`, got `null`"),
    (line(id=1, result={"ok": 1}), errors.InvalidResultError, "unknown field `ok`"),
    (line(method="runtime/pulse"), errors.UnknownNotificationError, "“runtime/pulse”"),
    (line(method=PULSED), errors.InvalidNotificationError, "got `null`"),
    (
        line(method=PULSED, params={"node": "a", "values": {"x": []}}),
        errors.InvalidNotificationError,
        "got `array` - at `$.values[...]`",
    ),
]


@pytest.mark.parametrize(("sent", "kind", "text"), VIOLATIONS)
def test_a_line_that_breaks_the_protocol_is_diagnosed(
    conversation: Conversation, sent: bytes, kind: type[errors.DriverError], text: str
) -> None:
    with pytest.raises(errors.ProtocolViolationError) as caught:
        conversation.receive(sent)
    assert type(caught.value) is kind
    assert text in str(caught.value)
    assert conversation.has_open_requests


def test_a_second_answer_is_not_an_unknown_id(conversation: Conversation) -> None:
    conversation.receive(line(id=1, result={}))
    with pytest.raises(errors.AnsweredTwiceError):
        conversation.receive(line(id=1, result={}))


def test_an_answer_to_a_request_that_was_given_up_is_late(conversation: Conversation) -> None:
    conversation.give_up(1, 0.5)
    with pytest.raises(
        errors.LateAnswerError, match=r"runtime/sync, but only after the timeout of 0\.5 s"
    ):
        conversation.receive(line(id=1, result={}))
