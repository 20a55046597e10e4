"""All mutations of a file, without duplicates and without changes that have no effect."""

import difflib
import re
import types
from collections.abc import Iterator
from typing import Any

import msgspec
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from .operators import OPERATORS, Node

COMMENT = re.compile(r"(^|  )#\s.*")
LOGGER = "logger"
WORDING = ("RefusedError", "ExecutionError", "RpcError", "Implementation")
"""Calls whose arguments are only texts for readers."""


class Mutation(msgspec.Struct, frozen=True):
    """One change of a file: `code` is the changed file, `was` and `becomes` are the difference.

    `within` is the first line of the block around the change, or empty.
    """

    file: str
    line: int
    within: str
    was: str
    becomes: str
    code: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Identifies the mutation independently of its line number."""
        return self.file, self.within, self.was, self.becomes

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.within}\n    - {self.was}\n    + {self.becomes}"


def mutations(file: str, source: str) -> Iterator[Mutation]:
    """Yield the mutations of a file in a fixed order.

    Leaves out changes with the same byte code as the source or as an earlier mutation.
    """
    known = {_meaning(source)}
    nodes = tuple(ast_nodes(get_ast(source)))
    for operator in OPERATORS:
        occurrence = -1
        for node in nodes:
            for (line, _), _ in operator.mutation_positions(node):
                occurrence += 1
                if _is_no_behaviour(node):
                    continue
                code = mutate_code(source, operator, occurrence)
                meaning = _meaning(code)
                if meaning is not None and meaning not in known:
                    known.add(meaning)
                    yield Mutation(file, line, *_difference(source, code), code)


def _is_no_behaviour(node: Node) -> bool:
    """Return whether a node is only for type checkers or readers."""
    if (node.type == "simple_stmt" and _is_logging(node)) or _is_limit(node):
        return True
    while (parent := node.parent) is not None:
        if _is_typing(node, parent) or _is_wording(parent):
            return True
        node = parent
    return False


def _is_typing(node: Node, parent: Node) -> bool:
    """Return whether the node is an annotation, a type alias, or a base or option of a class."""
    if parent.type == "tfpdef":
        return node is parent.children[2]
    if parent.type == "annassign":
        return node is parent.children[1]
    if parent.type == "funcdef":
        return node is parent.annotation
    if parent.type == "classdef":
        return node is not parent.children[-1]
    return parent.type == "atom_expr" and _code_of(parent).startswith("Callable[")


def _is_limit(node: Node) -> bool:
    """Return whether the node is the value of a named limit or delay. Such values are arbitrary."""
    definition = node.parent
    return (
        node.type == "number"
        and definition.type == "expr_stmt"
        and str(getattr(definition.children[0], "value", "")).isupper()
    )


def _is_wording(parent: Node) -> bool:
    """Return whether the parent is an error, a log entry, or the name of the implementation."""
    if parent.type == "classdef":
        return _is_error(parent)
    if parent.type == "trailer":
        return _names_call(parent, WORDING)
    return parent.type == "atom_expr" and _is_logging(parent)


def _is_logging(node: Node) -> bool:
    return _code_of(node).startswith(f"{LOGGER}.")


def _is_error(definition: Node) -> bool:
    return str(definition.name.value).endswith("Error")


def _names_call(trailer: Node, names: tuple[str, ...]) -> bool:
    return _code_of(trailer.parent).rpartition(_code_of(trailer))[0].endswith(names)


def _code_of(node: Node) -> str:
    return str(node.get_code(include_prefix=False))


def _meaning(code: str) -> Any:
    """Return the byte code in comparable form, or None if the code does not compile.

    Some mutations do not compile, because Cosmic Ray mistakes the `**` of a dict for a power.
    """
    try:
        compiled = compile(code, "mutant", "exec", optimize=2, dont_inherit=True)
    except SyntaxError:
        return None
    return _without_places(compiled)


def _without_places(code: types.CodeType) -> Any:
    """Return the byte code, constants and names, without line numbers."""
    constants = tuple(
        _without_places(each) if isinstance(each, types.CodeType) else (type(each), repr(each))
        for each in code.co_consts
    )
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_exceptiontable


def _difference(source: str, code: str) -> tuple[str, str, str]:
    """Return the block around the difference, the old lines, and the new lines.

    The old lines are joined to one line, and so are the new lines.
    """
    before, after = source.splitlines(), code.splitlines()
    changes = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    was: list[str] = []
    becomes: list[str] = []
    within = ""
    for kind, first, end, first_after, end_after in changes:
        if kind != "equal":
            within = within or _block(before, first)
            was += before[first:end]
            becomes += after[first_after:end_after]
    return within, _on_one_line(was), _on_one_line(becomes)


def _block(lines: list[str], number: int) -> str:
    """Return the nearest line above with less indentation."""
    depth = _indent(lines[number])
    above = (line for line in reversed(lines[:number]) if line.strip() and _indent(line) < depth)
    return _on_one_line([next(above, "")])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _on_one_line(lines: list[str]) -> str:
    """Join lines without their comments, so that a reworded comment changes no mutation."""
    return " ".join(COMMENT.sub("", line).strip() for line in lines).strip()
