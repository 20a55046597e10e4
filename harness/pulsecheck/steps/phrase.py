"""The one way in which sentences are matched."""

import re

from pytest_bdd import parsers

SERVER = r'the server(?: of "(?P<server>[^"]*)")?'


def phrase(text: str) -> parsers.StepParser:
    """A sentence in which {word} stands for a quoted text and becomes the argument `word`.

    "the server" stands also for 'the server of "NAME"' and becomes the argument `server`, which
    is None where no name is given.
    """
    pattern = re.escape(text)
    pattern = re.sub(r"\\{(\w+)\\}", r'"(?P<\1>[^"]*)"', pattern)
    pattern = re.sub(r"the\\ server\b", lambda _: SERVER, pattern, count=1)
    parser = parsers.re(pattern)
    parser.name = text  # which reports show, and which a pattern is not read as
    return parser
