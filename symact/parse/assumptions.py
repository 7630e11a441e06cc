"""What is assumed: relations (a > 0), and declarations of the names that aren't real numbers (v in vector(n))."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from sympy import Expr, Integer, MatrixSymbol, S, Symbol
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanTrue

from ..claims.model import Given
from ..errors import InputError
from . import conditions
from .domain import lost
from .limits import shown, syntax_tree
from .reader import ClaimReader, index_names
from .vectors import declared, index
from .words import CONSTANTS, check_parameter, is_function
from .work import bounded_work

__all__ = ["parse_assumptions", "read_given"]

MAX_ASSUMPTIONS = 32
MAX_DIMENSION = 10**6

_EXPECTED = "is no assumption: write a relation such as a > 0, each for itself"
_KINDS = "write 'v in vector(n)', 'W in matrix(p, n)' or 'k in integer'"


@bounded_work()
def parse_assumptions(texts: Iterable[str]) -> Given:
    """Return what texts such as "a > 0", "0 <= b <= 1" and "v in vector(n)" assume together, in any order.

    Raises InputError for anything else, and for a relation that never holds.
    """
    return read_given(tuple(texts), [])[0]


def read_given(texts: tuple[str, ...], claims: list[ast.expr]) -> tuple[Given, dict[str, Any]]:
    """Return what is assumed, and what names mean by it, in the assumptions and in the trees of claims."""
    if len(texts) > MAX_ASSUMPTIONS:
        raise InputError(f"there are {len(texts)} assumptions; at most {MAX_ASSUMPTIONS} are read")
    trees = [syntax_tree(text) for text in texts]
    names = _Names(index_names([*claims, *(tree for _, tree in trees)]))
    for text, tree in trees:
        for part in filter(_is_declaration, _conjuncts(tree)):
            names.declare(text, part)
    kinds = names.declared()
    relations: dict[Relational, None] = {}
    for text, _ in trees:
        reader = ClaimReader(text, names.meaning)
        for part in _conjuncts(reader.tree):
            if not _is_declaration(part):
                relations |= dict.fromkeys(_relations(reader, part))
                _check_lengths(text, part, names.meaning)
    return Given(tuple(relations), *kinds), names.meaning


def _conjuncts(tree: ast.expr) -> list[ast.expr]:
    return tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]


def _is_declaration(part: ast.expr) -> bool:
    return isinstance(part, ast.Compare) and any(isinstance(op, ast.In | ast.NotIn) for op in part.ops)


def _relations(reader: ClaimReader, part: ast.expr) -> list[Relational]:
    """The relations of a comparison, which may be a chain, and those without which its sides aren't defined."""
    start = len(reader.build.written)
    stated = (
        conditions.relations(reader, part)
        if isinstance(part, ast.Compare)
        else [conditions.read(reader, part, _EXPECTED)]
    )
    if S.false in stated:
        raise reader.refuse(part, "never holds")
    if isinstance(part, ast.Constant) or not all(isinstance(r, Relational | BooleanTrue) for r in stated):
        raise reader.refuse(part, _EXPECTED)
    # a >= 0 rather than 0 <= a
    relations = [r.reversed if r.lhs.is_number and not r.rhs.is_number else r for r in stated if r != S.true]
    sides = [side for relation in relations for side in relation.args]
    return [*relations, *lost(reader.build.written[start:], sides)]


def _check_lengths(text: str, part: ast.expr, meaning: dict[str, Any]) -> None:
    """Refuse n >= 0, which says nothing of a length: what is claimed is claimed for n >= 1, and may be false for 0."""
    if not isinstance(part, ast.Compare):
        return
    known = conditions.relations(ClaimReader(text, meaning), part)
    if S.true not in known:
        return
    lengths = {name for name, meant in meaning.items() if isinstance(meant, Symbol) and meant.is_positive}
    wider = meaning | {name: Symbol(name, integer=True) for name in lengths}
    for relation, stated in zip(known, conditions.relations(ClaimReader(text, wider), part), strict=True):
        if relation == S.true and stated != S.true and stated.subs(dict.fromkeys(stated.free_symbols, 0)) == S.true:
            raise InputError(f"{shown(text)} holds for 0, and a length or an index is 1 at least")


class _Names:
    """The meaning of the declared names, of lengths, and of the names that stand where an index stands."""

    def __init__(self, indices: Iterable[str]) -> None:
        self.meaning: dict[str, Any] = {name: index(name) for name in indices}
        self._kinds: dict[str, Any] = {}
        self._integers: list[str] = []

    def declare(self, text: str, part: ast.expr) -> None:
        """Take up a declaration."""
        match part:
            case ast.Compare(ast.Name(id=name), [ast.In()], [ast.Name(id="integer")]):
                self._check_free(text, name)
                self._integers.append(name)
            case ast.Compare(ast.Name(id=name), [ast.In()], [ast.Call(ast.Name(id="vector"), [length], [])]):
                self._check_free(text, name)
                self._kinds[name], self.meaning[name] = declared(name, self._length(text, length))
            case ast.Compare(ast.Name(id=name), [ast.In()], [ast.Call(ast.Name(id="matrix"), [p, q], [])]):
                self._check_free(text, name)
                shape = self._length(text, p), self._length(text, q)
                self._kinds[name] = self.meaning[name] = MatrixSymbol(name, *shape)
            case _:
                raise InputError(f"cannot read {shown(text)}: {_KINDS}")

    def declared(self) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[Symbol, ...]]:
        """Return the vectors, the matrices and the integers; a name that is an index or a length is a positive one."""
        for name in self._integers:
            self.meaning.setdefault(name, Symbol(name, integer=True))
        kinds = self._kinds.values()
        matrices = tuple(kind for kind in kinds if isinstance(kind, MatrixSymbol))
        vectors = tuple(kind for kind in kinds if not isinstance(kind, MatrixSymbol))
        return vectors, matrices, tuple(self.meaning[name] for name in self._integers)

    def _check_free(self, text: str, name: str) -> None:
        if name in self._kinds or name in self._integers:
            raise InputError(f"'{name}' is declared twice: choose another name in {shown(text)}")
        if is_function(name) or name in CONSTANTS:
            raise InputError(f"'{name}' already has a meaning: choose another name in {shown(text)}")

    def _length(self, text: str, node: ast.expr) -> Expr:
        """A length: a positive number, or a name, which then is one."""
        if isinstance(node, ast.Name) and node.id not in self._kinds:
            check_parameter(node.id)
            return self.meaning.setdefault(node.id, index(node.id))
        if isinstance(node, ast.Constant) and type(node.value) is int and 1 <= node.value <= MAX_DIMENSION:
            return Integer(node.value)
        raise InputError(f"cannot read {shown(text)}: a length is a name such as n, or a number up to {MAX_DIMENSION}")
