"""What an implementation sent is shown harmlessly, and in part."""

import pytest

from pulsecheck.driver import errors
from pulsecheck.driver.quoting import harmless, quote, tail


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("two\nlines\r", r"two\nlines\r"),
        ("\u202eback", r"\u202eback"),
        ("été 東京 “x”", "été 東京 “x”"),
    ],
)
def test_what_a_terminal_would_obey_is_escaped(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_three_hundred_characters_are_quoted_at_the_most() -> None:
    assert quote("é".encode() * 300) == "“" + "é" * 300 + "”"
    assert quote("é".encode() * 301) == "“" + "é" * 300 + "…”"
    assert quote(b"x" * 10_000_000) == "“" + "x" * 300 + "…”"


def test_bytes_that_are_no_text_are_shown_as_escapes() -> None:
    assert quote(b"a\xff\n") == r"“a\xff”"


def test_the_last_lines_of_a_log_are_shown() -> None:
    log = "".join(f"line {number}\n" for number in range(20))
    assert tail(log).splitlines()[:2] == ["the end of its standard error:", "  | line 8"]
    assert tail(log).endswith("  | line 19")


def test_an_empty_log_is_told() -> None:
    error = errors.DriverExitedError(0, "")
    assert "told to shut down; it wrote nothing on its standard error\nKeep it" in str(error)


def test_braces_that_a_driver_sent_are_no_template() -> None:
    assert str(errors.RefusedError("x", 1, "{method} {0}")) == "{method} {0}"
