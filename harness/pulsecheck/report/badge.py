"""A badge: the verdict of a run in one small image."""

from pulsecheck import DISTRIBUTION
from pulsecheck.report.style import colour, ending
from pulsecheck.report.templates import template
from pulsecheck.report.text import implementation, shorten
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Verdict

PAINTS = {"green": "#1d6f42", "yellow": "#805500", "magenta": "#8a2a7a", "red": "#b3261e"}
NEUTRAL = "#5c636b"
CHARACTER = 6.2
"""The width of a character; the drawing holds the text to it, whichever the font."""
ASIDE = 14
"""What is beside a text, in all."""
LONGEST = 80


def render(verdict: Verdict, run: Run) -> bytes:
    """Draw the badge as SVG, in UTF-8."""
    end = ending(verdict, run)
    left, right = DISTRIBUTION, end.words
    text = template("badge.svg.j2").render(
        title=f"{shorten(implementation(run), LONGEST)}: {end}",
        left=left,
        right=right,
        left_width=len(left) * CHARACTER + ASIDE,
        right_width=len(right) * CHARACTER + ASIDE,
        aside=ASIDE,
        paint=PAINTS.get(colour(end.style), NEUTRAL),
    )
    return text.encode()
