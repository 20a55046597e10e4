"""The needs of sentences: node types, transports and abilities that must be declared.

A sentence needs the node types that it names. Other needs, such as the Socket.IO Subscribe node
behind "listens to the event", are declared at the function of the sentence with `needs`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from pulsecheck.driver.protocol import NODE_TYPES

Need = str
"""A NodeName that is a node type, a TransportUse or an Ability."""
ATTRIBUTE = "pulsecheck_needs"
"""The attribute of a step function, or of its module, that contains its Needs."""
F = TypeVar("F", bound=Callable[..., Any])


class Needs(msgspec.Struct, frozen=True, eq=False):
    """The needs of a sentence, apart from the node types that it names.

    `always`: its needs with any words. `by_word`: for a placeholder, the need of each word that has
    one.
    """

    always: tuple[Need, ...] = ()
    by_word: Mapping[str, Mapping[str, Need]] = {}

    def of(self, words: Mapping[str, object]) -> Iterable[Need]:
        """Return the needs of a sentence with these words, by placeholder."""
        yield from self.always
        for placeholder, needs in self.by_word.items():
            if (need := needs.get(str(words.get(placeholder)))) is not None:
                yield need


def needs(*always: Need, **by_word: Mapping[str, Need]) -> Callable[[F], F]:
    """Return a decorator for step functions whose sentences have needs that they do not name.

    `by_word`: for a placeholder, the need of each word that has one.
    """

    def mark(function: F) -> F:
        setattr(function, ATTRIBUTE, Needs(always, by_word))
        return function

    return mark


def named_nodes(words: Iterable[object]) -> frozenset[Need]:
    """Return the node types among the words of a sentence.

    A node of a second connection has the connection's name after its type: "Socket.IO Start
    (other)".
    """
    kinds = (str(word).partition(" (")[0] for word in words)
    return frozenset(kind for kind in kinds if kind in NODE_TYPES)
