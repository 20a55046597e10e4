"""Quotes from an implementation's messages are escaped and truncated."""

import pytest

from pulsecheck.driver import errors
from pulsecheck.driver.quoting import escape_and_truncate, quote, tail


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("two\nlines\r", r"two\nlines\r"),
        ("\u202eback", r"\u202eback"),
        ("été 東京 “x”", "été 東京 “x”"),
    ],
)
def test_characters_that_are_not_printable_are_escaped(text: str, shown: str) -> None:
    assert escape_and_truncate(text) == shown


def test_at_most_300_characters_are_quoted() -> None:
    assert quote("é".encode() * 300) == "“" + "é" * 300 + "”"
    assert quote("é".encode() * 301) == "“" + "é" * 300 + "…”"
    assert quote(b"x" * 10_000_000) == "“" + "x" * 300 + "…”"


def test_bytes_that_are_not_utf_8_are_escaped() -> None:
    assert quote(b"a\xff\n") == r"“a\xff”"


def test_the_last_lines_of_a_log_are_shown() -> None:
    log = "".join(f"line {number}\n" for number in range(20))
    assert tail(log).splitlines()[:2] == ["the end of its standard error:", "  | line 8"]
    assert tail(log).endswith("  | line 19")


def test_an_empty_log_is_described() -> None:
    error = errors.DriverExitedError(0, "")
    assert "asked to shut down; it wrote nothing to standard error\nKeep it" in str(error)


def test_braces_in_the_text_of_a_driver_are_not_format_fields() -> None:
    assert str(errors.RefusedError("x", 1, "{method} {0}")) == "{method} {0}"
