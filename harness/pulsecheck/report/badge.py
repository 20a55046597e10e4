"""A badge: an SVG image with the verdict of a run."""

from pulsecheck import DISTRIBUTION
from pulsecheck.report.style import colour, headline
from pulsecheck.report.templates import template
from pulsecheck.report.text import implementation, shorten
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Verdict

FILLS = {"green": "#1d6f42", "yellow": "#805500", "magenta": "#8a2a7a", "red": "#b3261e"}
"""Fill colours by the name of a style's colour."""
NEUTRAL = "#5c636b"
CHARACTER_WIDTH = 6.2
"""Width of a character, in pixels. The image stretches each text to this width in any font."""
PADDING = 14
"""Space beside a text, in pixels: the left and the right side together."""
LONGEST_NAME = 80
"""The maximum number of characters of the implementation's name in the image's title."""


def render(verdict: Verdict, run: Run) -> bytes:
    """Return the badge as SVG, in UTF-8."""
    found = headline(verdict, run)
    left, right = DISTRIBUTION, found.words
    text = template("badge.svg.j2").render(
        title=f"{shorten(implementation(run), LONGEST_NAME)}: {found}",
        left=left,
        right=right,
        left_width=len(left) * CHARACTER_WIDTH + PADDING,
        right_width=len(right) * CHARACTER_WIDTH + PADDING,
        padding=PADDING,
        fill=FILLS.get(colour(found.style), NEUTRAL),
    )
    return text.encode()
