"""Proofs, from a report, that a variant behaves differently from the reference."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

Model = Mapping[str, Any]
"""The JSON report."""
Entry = Mapping[str, Any]
Matcher = Callable[[Entry], bool]
"""Tells whether an entry of a timeline matches."""
Proof = Callable[[Model], bool]


def entry(what: str, **details: object) -> Matcher:
    """Match entries of a kind by their details. Each detail is a value or a predicate."""

    def fits(seen: object, expected: object) -> bool:
        return bool(expected(seen)) if callable(expected) else seen == expected

    return lambda found: (
        found["what"] == what
        and all(fits(found["details"].get(name), expected) for name, expected in details.items())
    )


def pulse(node: str) -> Matcher:
    return entry("pulsed", node=node)


def packet(text: str, way: str = "received") -> Matcher:
    """Match a packet that begins with `text` and that the server received or sent."""
    return entry(f"packet {way}", packet=lambda found: str(found).startswith(text))


def _timelines(model: Model) -> list[list[Entry]]:
    return [record["timeline"] for record in model["run"]["records"]]


def _shows(timeline: list[Entry], matchers: tuple[Matcher, ...]) -> bool:
    rest = iter(timeline)
    return all(any(matches(found) for found in rest) for matches in matchers)


def observed(requirement: str, *choices: str) -> Proof:
    """Prove that exactly these choices of a *may* requirement were observed."""
    return lambda model: any(
        found["requirement"]["id"] == requirement and set(found["observations"]) == set(choices)
        for found in model["verdict"]["requirements"]
    )


def seen(*matchers: Matcher) -> Proof:
    """Prove that entries match in this order in at least one scenario."""
    return lambda model: any(_shows(timeline, matchers) for timeline in _timelines(model))


def never(*matchers: Matcher, unless: tuple[Matcher, ...] = ()) -> Proof:
    """Prove that entries match in this order in no scenario.

    Ignores scenarios in which the matchers of `unless` match.
    """
    return lambda model: (
        not any(
            _shows(timeline, matchers) and not (unless and _shows(timeline, unless))
            for timeline in _timelines(model)
        )
    )


def apart(earlier: Matcher, later: Matcher, seconds: float) -> Proof:
    """Prove a distance in time between two entries.

    In at least one scenario, the first match of `later` must come `seconds` or more after the first
    match of `earlier`.
    """

    def is_apart(timeline: list[Entry]) -> bool:
        first = [found["at"] for found in timeline if earlier(found)]
        second = [found["at"] for found in timeline if later(found)]
        return bool(first and second) and second[0] - first[0] >= seconds

    return lambda model: any(is_apart(timeline) for timeline in _timelines(model))


def declared(field: str, *words: str) -> Proof:
    """Prove that exactly these words were declared in a field of the profile."""
    return lambda model: set(model["run"]["initialized"][field]) == set(words)


def each(*proofs: Proof) -> Proof:
    return lambda model: all(proof(model) for proof in proofs)


def directly(earlier: Matcher, later: Matcher) -> Proof:
    """Prove that in a scenario, a match of `earlier` comes directly before a match of `later`."""
    return lambda model: any(
        earlier(one) and later(other)
        for timeline in _timelines(model)
        for one, other in pairwise(timeline)
    )
