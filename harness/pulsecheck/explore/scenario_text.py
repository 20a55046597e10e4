"""Write a sequence as a Gherkin scenario, and read it again."""

import re
from collections.abc import Iterator

from pulsecheck.explore.sequence import Sentence, Sequence
from pulsecheck.suite.feature_files import ScenarioSource

JUDGED = "no documented fact is contradicted"
"""The last sentence of each scenario."""
FURTHER, FIRST = "another connection ", "a project with the connection "
"""The words about a connection that is not the first, and about the first one."""
IN_THE_PAST = {
    " receives a pulse": " has received a pulse",
    " emits the event ": " has emitted the event ",
}
"""Words of actions, and what takes their place in a Given."""
PAST = re.compile("|".join(IN_THE_PAST))


def scenario_text(sequence: Sequence, requirement: str, level: str, title: str) -> str:
    """Return the lines of a scenario, indented as in a feature. `requirement`: its id."""
    steps = (*steps_of(sequence), ("Then", JUDGED))
    lines = [f"  @{level} @{requirement}", f"  Scenario: {title}"]
    lines += (f"    {keyword} {text}" for keyword, text in steps)
    return "\n".join(lines) + "\n"


def feature_text(name: str, scenarios: Iterator[str] | list[str]) -> str:
    """Return a feature file with scenarios."""
    return f"Feature: {name}\n\n" + "\n".join(scenarios)


def steps_of(sequence: Sequence) -> Iterator[tuple[str, str]]:
    """Yield the keyword and the text of each step but the last.

    The last action is the When of the scenario, because a scenario has only one When.
    """
    *before, last = (each.text for each in sequence.sentences)
    for number, text in enumerate(before):
        if number:
            yield "And", in_the_past(text)
        else:
            yield "Given", in_the_past(text.replace(FURTHER, FIRST, 1))
    yield "When", last


def in_the_past(text: str) -> str:
    """Return the form that an action has as a Given."""
    return PAST.sub(lambda found: IN_THE_PAST[found[0]], text)


def sequence_of(source: ScenarioSource) -> Sequence:
    """Return the sequence that a scenario describes. All its sentences count as actions."""
    actions = (Sentence(text=step.text) for step in source.steps if step.kind != "then")
    return Sequence(project=(), actions=tuple(actions))
