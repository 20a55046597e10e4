import json

import pytest

from pulsecheck.world.samples import MEBIBYTE, PAYLOADS, TEXTS, payload, quoted, sample


def test_the_long_text_has_one_mebibyte_of_utf_8() -> None:
    assert len(sample("1 MiB of text").encode()) == MEBIBYTE


def test_every_text_can_be_sent_as_json_in_utf_8() -> None:
    for text in TEXTS.values():
        assert json.loads(json.dumps(text)) == text
        assert text.encode().decode() == text


def test_all_texts_are_different() -> None:
    assert len(set(TEXTS.values())) == len(TEXTS)


def test_no_payload_is_exactly_one_text() -> None:
    for arguments in PAYLOADS.values():
        assert len(arguments) != 1 or not isinstance(arguments[0], str)
    assert payload("several texts") == ("one", "two")


def test_an_unknown_sample_names_the_known_ones() -> None:
    with pytest.raises(
        LookupError, match=r'there is no sample "smoke"\. Use one of: no text at all,'
    ):
        sample("smoke")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("short", "'short'"),
        (7, "7"),
        ("a\0b", r"'a\x00b'"),
        ("x" * 1000, f"'{'x' * 79}… (1000 characters)"),
    ],
)
def test_a_long_value_is_truncated_in_a_quote(value: object, shown: str) -> None:
    assert quoted(value) == shown
