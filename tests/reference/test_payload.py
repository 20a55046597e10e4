"""The text of a payload from a server."""

from typing import Any

import msgspec
import pytest

from pulsecheck_reference.payload import error_text, message_text


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((), ""),
        (("",), ""),
        (("Grüße 👋",), "Grüße 👋"),
        ((None,), "null"),
        ((1.5,), "1.5"),
        (({"lamp": True},), '{"lamp": true}'),
        (("one", 2), '["one", 2]'),
        ((b"\x00\xff",), '"AP8="'),
    ],
)
def test_message_is_text_or_json(arguments: tuple[Any, ...], text: str) -> None:
    assert message_text(arguments) == text


@pytest.mark.parametrize("value", ["\ud800", ["\ud800"], {"\udfff": 1}, 2**80])
def test_every_message_can_be_sent_to_the_harness(value: Any) -> None:
    assert msgspec.json.encode(message_text((value,)))


def test_message_of_deeply_nested_json_is_text() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    assert message_text((nested,)) == "(nested too deeply)"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (({"message": "not today"},), "not today"),
        (({"message": "not today", "data": {"until": 8}},), "not today"),
        (("not today",), "not today"),
        (({"code": 3},), '{"code": 3}'),
        (({"message": 3},), "3"),
        ((), "the server refused the connection without a message"),
        ((None,), "the server refused the connection without a message"),
    ],
)
def test_error_is_the_message_of_the_refusal(arguments: tuple[Any, ...], text: str) -> None:
    assert error_text(arguments) == text
