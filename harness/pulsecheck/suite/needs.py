"""The needs of sentences: node types, transports and abilities that must be declared.

A sentence needs the node types that it names. The function of a sentence declares other needs with
the decorator `needs`. For example, "listens to the event" needs the type Socket.IO Subscribe.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from pulsecheck.driver.protocol import NODE_TYPES

Need = str
"""A node type (a NodeName), a transport (a TransportUse) or an Ability."""
ATTRIBUTE = "pulsecheck_needs"
"""The attribute of a step function, or of the function's module, that contains the Needs."""
F = TypeVar("F", bound=Callable[..., Any])


class Needs(msgspec.Struct, frozen=True, eq=False):
    """The needs of a sentence, apart from the node types that the sentence names.

    `always`: the needs that do not depend on the words of the sentence. `by_word`: for each
    placeholder, a mapping from words to the need that each word causes.
    """

    always: tuple[Need, ...] = ()
    by_word: Mapping[str, Mapping[str, Need]] = {}

    def of(self, words: Mapping[str, object]) -> Iterable[Need]:
        """Yield the needs of a sentence. `words`: the word for each placeholder."""
        yield from self.always
        for placeholder, needs in self.by_word.items():
            if (need := needs.get(str(words.get(placeholder)))) is not None:
                yield need


def needs(*always: Need, **by_word: Mapping[str, Need]) -> Callable[[F], F]:
    """Return a decorator that declares the needs of a step function's sentences.

    The node types that a sentence names need not be declared. The parameters are as for Needs.
    """

    def mark(function: F) -> F:
        setattr(function, ATTRIBUTE, Needs(always, by_word))
        return function

    return mark


def named_nodes(words: Iterable[object]) -> frozenset[Need]:
    """Return the node types among the words of a sentence.

    The name of a node of a second connection has the connection's name after the node type:
    "Socket.IO Start (other)".
    """
    kinds = (str(word).partition(" (")[0] for word in words)
    return frozenset(kind for kind in kinds if kind in NODE_TYPES)
