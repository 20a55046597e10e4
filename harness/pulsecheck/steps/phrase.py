"""The parser of all step sentences."""

import re

from pytest_bdd import parsers

SERVER = r'the server(?: of "(?P<server>[^"]*)")?'


def phrase(text: str) -> parsers.StepParser:
    """Return a parser for a sentence with placeholders.

    The placeholder {word} matches a quoted text, which becomes the argument `word`. The first
    "the server" also matches 'the server of "NAME"'. NAME becomes the argument `server`, which is
    None if the sentence has no name.
    """
    pattern = re.escape(text)
    pattern = re.sub(r"\\{(\w+)\\}", r'"(?P<\1>[^"]*)"', pattern)
    pattern = re.sub(r"the\\ server\b", lambda _: SERVER, pattern, count=1)
    parser = parsers.re(pattern)
    parser.name = text  # reports show this text instead of the pattern
    return parser
