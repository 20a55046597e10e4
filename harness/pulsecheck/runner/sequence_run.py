"""Run one generated sequence against an implementation, and let the oracle judge it."""

import time
from collections.abc import Callable, Collection
from functools import cache, partial
from importlib import import_module

from pulsecheck.explore.exploration import SequenceResult
from pulsecheck.explore.sequence import Sequence
from pulsecheck.runner.plugin import STEP_MODULES
from pulsecheck.shared.timeline import SENTENCE
from pulsecheck.steps.facts import settle
from pulsecheck.steps.judging import judge_so_far, pending
from pulsecheck.suite.step_definitions import StepDefinition, step_definitions
from pulsecheck.world.expectations import NotConforming
from pulsecheck.world.resources import RunResources
from pulsecheck.world.world import World


def run_sequence(
    sequence: Sequence, resources: RunResources, known: Collection[str] = ()
) -> SequenceResult:
    """Run a sequence. Raises DriverError if the driver fails.

    known: requirements that are known to be violated. An event that is missing for their sake is
    not waited for.
    """
    began = time.monotonic()
    world = World(resources, pending)
    world.known_violations = frozenset(known)
    stopped = ""
    try:
        try:
            for sentence in sequence.sentences:
                world.timeline.append(SENTENCE, sentence.text, {"kind": "when"})
                step_of(sentence.text)(world)
            settle(world)
            world.verify()
        except (NotConforming, LookupError) as error:
            stopped = str(error)
        entries, found = judge_so_far(world)
    finally:
        world.close()
    first = {each.requirement: each for each in reversed(found)}
    return SequenceResult(
        sequence=sequence,
        violations=tuple(reversed(first.values())),
        entries=entries,
        stopped=stopped,
        seconds=time.monotonic() - began,
    )


@cache
def step_of(text: str) -> Callable[[World], object]:
    """Return the function of a sentence. Raises LookupError if no sentence matches."""
    for definition in _definitions():
        if definition.parser.is_matching(text):
            arguments = definition.parser.parse_arguments(text) or {}
            return partial(_call, definition.function, arguments)
    raise LookupError(f'no sentence matches "{text}"')


def load_sentences() -> None:
    """Import the step definitions, so that sequences can use their sentences."""
    for module in STEP_MODULES:
        import_module(module)


@cache
def _definitions() -> tuple[StepDefinition, ...]:
    load_sentences()
    return step_definitions()


def _call(function: Callable[..., object], arguments: dict[str, object], world: World) -> object:
    return function(world=world, **arguments)
