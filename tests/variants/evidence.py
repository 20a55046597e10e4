"""What a report shows of how a runtime behaved: the proof that a variant does vary."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

Model = Mapping[str, Any]
"""The JSON report."""
Entry = Mapping[str, Any]
Sight = Callable[[Entry], bool]
"""Whether an entry of a timeline is what is looked for."""
Proof = Callable[[Model], bool]


def entry(what: str, **details: object) -> Sight:
    """An entry of that kind with these details; a function says whether a detail will do."""

    def fits(seen: object, wanted: object) -> bool:
        return bool(wanted(seen)) if callable(wanted) else seen == wanted

    return lambda found: (
        found["what"] == what
        and all(fits(found["details"].get(name), wanted) for name, wanted in details.items())
    )


def pulse(node: str) -> Sight:
    return entry("pulsed", node=node)


def packet(text: str, way: str = "received") -> Sight:
    """A packet that begins so, as the server sees it."""
    return entry(f"packet {way}", packet=lambda found: str(found).startswith(text))


def _timelines(model: Model) -> list[list[Entry]]:
    return [record["timeline"] for record in model["run"]["records"]]


def _shows(timeline: list[Entry], sights: tuple[Sight, ...]) -> bool:
    rest = iter(timeline)
    return all(any(sight(found) for found in rest) for sight in sights)


def observed(row: str, *choices: str) -> Proof:
    """The choices seen of a may row are exactly these."""
    return lambda model: any(
        found["requirement"]["id"] == row and set(found["observations"]) == set(choices)
        for found in model["verdict"]["requirements"]
    )


def seen(*sights: Sight) -> Proof:
    """In some scenario they were seen, one after the other."""
    return lambda model: any(_shows(timeline, sights) for timeline in _timelines(model))


def never(*sights: Sight, save: tuple[Sight, ...] = ()) -> Proof:
    """In no scenario they were seen, one after the other, save in one that shows these others."""
    return lambda model: (
        not any(
            _shows(timeline, sights) and not (save and _shows(timeline, save))
            for timeline in _timelines(model)
        )
    )


def apart(earlier: Sight, later: Sight, seconds: float) -> Proof:
    """In some scenario so much time passed between the first of the one and that of the other."""

    def is_apart(timeline: list[Entry]) -> bool:
        ones = [found["at"] for found in timeline if earlier(found)]
        others = [found["at"] for found in timeline if later(found)]
        return bool(ones and others) and others[0] - ones[0] >= seconds

    return lambda model: any(is_apart(timeline) for timeline in _timelines(model))


def declared(*capabilities: str) -> Proof:
    """Just these were declared."""
    return lambda model: set(model["run"]["initialized"]["capabilities"]) == set(capabilities)


def each(*proofs: Proof) -> Proof:
    return lambda model: all(proof(model) for proof in proofs)


def directly(earlier: Sight, later: Sight) -> Proof:
    """In some scenario the one came right before the other."""
    return lambda model: any(
        earlier(one) and later(other)
        for timeline in _timelines(model)
        for one, other in pairwise(timeline)
    )
