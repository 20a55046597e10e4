"""A generated sequence: sentences that describe a project, and sentences that act on it."""

from collections.abc import Iterable, Mapping

import msgspec

Situation = Mapping[str, str]
"""The circumstances in which a node acts: for each dimension of `dimensions.py`, its value."""


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence of the suite, without its keyword.

    `makes`: the node or connection that the sentence adds to the project, or "". `uses`: the nodes
    and connections that must exist before the sentence. `waits`: the sentence waits for the effects
    of the sentences before it. `situations`: the situations that the sentence brings about.
    """

    text: str
    makes: str = ""
    uses: frozenset[str] = frozenset()
    waits: bool = False
    situations: tuple[Situation, ...] = ()


class Sequence(msgspec.Struct, frozen=True, kw_only=True):
    """A project and the actions on it, in order."""

    project: tuple[Sentence, ...]
    actions: tuple[Sentence, ...]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return (*self.project, *self.actions)

    @property
    def situations(self) -> tuple[Situation, ...]:
        return tuple(found for action in self.actions for found in action.situations)

    def without(self, left_out: Iterable[object]) -> "Sequence":
        """Leave out sentences, and all sentences that use what these sentences add.

        Another sentence with the same text stays, but no wait at the beginning or after a wait.
        """
        gone = set(map(id, left_out))
        missing = {each.makes for each in self.sentences if id(each) in gone and each.makes}
        project = []
        for each in self.project:
            if id(each) in gone or each.uses & missing:
                missing |= {each.makes} - {""}
            else:
                project.append(each)
        actions: list[Sentence] = []
        for each in self.actions:
            is_idle = each.waits and (not actions or actions[-1].waits)
            if id(each) not in gone and not each.uses & missing and not is_idle:
                actions.append(each)
        return Sequence(project=tuple(project), actions=tuple(actions))
