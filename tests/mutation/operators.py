"""The kinds of changes: operators of Cosmic Ray, and our own for tables and texts.

Cosmic Ray can replace each comparison by every other comparison. We replace a comparison only by
its opposite, or by the one that differs at the boundary (`<` by `<=`), because the other
replacements are redundant. Cosmic Ray has no operators for statements, elements, names and texts.
But the tables of the reference consist of such parts, so our own operators change these parts.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from cosmic_ray.ast import get_ast
from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.operators.provider import OperatorProvider

from pulsecheck_reference.lifecycle import Action, State

Node = Any
"""A node of parso's tree, on which Cosmic Ray's operators work."""
Position = tuple[tuple[int, int], tuple[int, int]]

AUGMENTED = ("+=", "-=", "*=")

CORE = (
    "AddNot",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_USub_UAdd",
    "ReplaceComparisonOperator_Eq_NotEq",
    "ReplaceComparisonOperator_NotEq_Eq",
    "ReplaceComparisonOperator_Lt_LtE",
    "ReplaceComparisonOperator_LtE_Lt",
    "ReplaceComparisonOperator_Gt_GtE",
    "ReplaceComparisonOperator_GtE_Gt",
    "ReplaceComparisonOperator_Is_IsNot",
    "ReplaceComparisonOperator_IsNot_Is",
    "ReplaceBinaryOperator_Add_Sub",
    "ReplaceBinaryOperator_Sub_Add",
    "ReplaceBinaryOperator_Mul_Div",
    "ReplaceBinaryOperator_Pow_Mul",
    "ReplaceBinaryOperator_BitOr_BitAnd",
    "ExceptionReplacer",
    "NumberReplacer",
    "RemoveDecorator",
    "ZeroIterationForLoop",
)


class DropStatement(Operator):  # type: ignore[misc]  # the library has no types
    """Removes a call, an assignment to an attribute or an element, a return, or a raise."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        if node.type == "simple_stmt" and _acts(node.children[0]):
            yield node.children[0].start_pos, node.children[0].end_pos

    def mutate(self, node: Node, _index: int) -> Node:
        statement = node.children[0]
        prefix = statement.get_first_leaf().prefix
        node.children[0] = get_ast(f"{prefix}pass")
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (
            Example("f()\n", "pass\n"),
            Example("self.x = 1\n", "pass\n"),
            Example("n += 1\n", "pass\n"),
            Example("def f():\n    return 1\n", "def f():\n    pass\n"),
            Example("raise E()\n", "pass\n"),
        )


def _acts(statement: Node) -> bool:
    """Return whether to drop a statement.

    Keeps assignments to local names, because without them the code only raises a NameError.
    """
    if statement.type == "expr_stmt":
        target, sign = statement.children[:2]
        return target.type == "atom_expr" or _code(sign) in AUGMENTED
    if statement.type == "keyword":
        return _code(statement) in {"return", "raise"}
    return str(statement.type) in {"atom_expr", "return_stmt", "raise_stmt"}


class DropElement(Operator):  # type: ignore[misc]  # the library has no types
    """Removes an element of a tuple, list, set or dict, or a keyword argument of a call.

    Keeps positional arguments, because a call without such an argument only raises a TypeError. But
    removes actions in the state table, although they are positional arguments.
    """

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        for element in _elements(node):
            yield element[0].start_pos, element[-1].end_pos

    def mutate(self, node: Node, index: int) -> Node:
        dropped = _elements(node)[index]
        first = node.children.index(dropped[0])
        end = first + len(dropped) + 1  # including the comma after the element
        if end > len(node.children) and node.type == "arglist":
            first -= 1  # the last argument has only a comma before it
        del node.children[first:end]
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (
            Example("f(a, b=c, d=e)", "f(a, d=e)"),
            Example("f(a, b=c)", "f(a)"),
            Example("to(S.IDLE, A.OPEN, A.CLOSE)", "to(S.IDLE, A.CLOSE)"),
            Example("(a, b)", "(a,)", occurrence=1),
            Example("{a: b, c: d}", "{ c: d}"),
            Example("[a, b, c]", "[a, c]", occurrence=1),
        )


def _elements(node: Node) -> list[list[Node]]:
    """Return the removable elements, each as a list of nodes, such as key, colon and value."""
    if node.type not in {"arglist", "testlist_comp", "dictorsetmaker"}:
        return []
    elements: list[list[Node]] = [[]]
    for child in node.children:
        if child.type in {"sync_comp_for", "comp_for"}:
            return []
        if getattr(child, "value", "") == ",":
            elements.append([])
        else:
            elements[-1].append(child)
    elements = [element for element in elements if element]
    if node.type == "arglist":
        in_table = node.parent.type == "trailer" and _code(node.parent).startswith("(S.")
        return [
            element
            for element in elements
            if element[0].type == "argument" or (in_table and _code(element[0]).startswith("A."))
        ]
    return elements if len(elements) > 1 else []


class SwapMembership(Operator):  # type: ignore[misc]  # the library has no types
    """Replaces `in` by `not in` and vice versa."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        if node.type == "comparison" and _code(node.children[1]) in {"in", "not in"}:
            yield node.children[1].start_pos, node.children[1].end_pos

    def mutate(self, node: Node, _index: int) -> Node:
        opposite = "in" if _code(node.children[1]) == "not in" else "not in"
        node.children[1] = get_ast(f" {opposite}")
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("a in b", "a not in b"), Example("a not in b", "a in b"))


class ReplaceText(Operator):  # type: ignore[misc]  # the library has no types
    """Changes a text that is not a docstring."""

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        if node.type == "string" and node.parent.type not in {"simple_stmt", "strings"}:
            yield node.start_pos, node.end_pos

    def mutate(self, node: Node, _index: int) -> Node:
        node.value = f"{node.value[:-1]}X{node.value[-1]}"
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example('x = ""', 'x = "X"'), Example("f('a')", "f('aX')"))


class ReplaceInTable(Operator):  # type: ignore[misc]  # the library has no types
    """Replaces the next state or an action in the state table of a connection."""

    ROWS: ClassVar = {"S": tuple(State.__members__), "A": tuple(Action.__members__)}

    def mutation_positions(self, node: Node) -> Iterator[Position]:
        if node.type == "atom_expr" and node.parent.type in {"arglist", "trailer"}:
            owner, trailer = node.children[:2]
            if _code(owner) in self.ROWS and trailer.children[0].value == ".":
                yield node.start_pos, node.end_pos

    def mutate(self, node: Node, _index: int) -> Node:
        owner, trailer = node.children
        names = self.ROWS[_code(owner)]
        name = trailer.children[1]
        name.value = names[(names.index(name.value) + 1) % len(names)]
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (
            Example("to(S.IDLE)", "to(S.CONNECTING)"),
            Example("to(S.IDLE, A.OPEN)", "to(S.IDLE, A.CLOSE)", occurrence=1),
        )


def _code(node: Node) -> str:
    return str(node.get_code(include_prefix=False))


OWN = (DropStatement, DropElement, SwapMembership, ReplaceText, ReplaceInTable)
OPERATORS: tuple[Operator, ...] = (
    *(OperatorProvider()[name]() for name in CORE),
    *(operator() for operator in OWN),
)
