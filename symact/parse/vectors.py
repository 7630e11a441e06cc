"""Vectors in claims: a length and a rule for the entry at an index; what is done to vectors is done to entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

from sympy import Add, Expr, Indexed, IndexedBase, Integer, Max, Sum, Symbol

from ..definition import Definition
from ..errors import InputError
from ..symbols import LargestOf, i, n, v

__all__ = ["Vector", "Workspace", "declared", "index", "listed"]

#: Sums over so many terms are written out.
MAX_LENGTH = 32
#: How many parts all entries that are needed may take: entries of functions of functions of vectors multiply.
MAX_WORK = 4000

#: A formula's fold over an index → the same over terms that are written out.
_FOLDS: dict[Any, Callable[..., Expr]] = {Sum: Add, LargestOf: Max}


@dataclass(frozen=True)
class Vector:
    """A vector of `length` entries; `entry` gives the one at an index, which counts from 1."""

    length: Expr
    entry: Callable[[Expr], Expr]


def index(name: str) -> Symbol:
    """Return the symbol of an index or a length: a positive integer."""
    return Symbol(name, integer=True, positive=True)


def declared(name: str, length: Expr) -> tuple[IndexedBase, Vector]:
    """Return the real vector (v_1, …, v_n) of this name, for SymPy and for reading."""
    base = IndexedBase(name, shape=(length,), real=True)
    return base, Vector(length, lambda at: base[at])


def listed(entries: Sequence[Expr]) -> Vector:
    """Return the vector of these entries."""

    def entry(at: Expr) -> Expr:
        if not at.is_Integer:
            raise InputError(
                "a vector of written entries is read entry by entry: give a number as index, such as [a, b][1]"
            )
        return entries[int(at) - 1]

    return Vector(Integer(len(entries)), entry)


class Workspace:
    """Makes the entries of one claim within a budget, with indices of sums that don't occur in its text."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = frozenset(taken)
        self._left = MAX_WORK
        self._depth = 0

    def lifted(self, operation: Callable[[list[Expr]], Expr], parts: Sequence[Expr | Vector]) -> Vector:
        """Return the vector of the operation on the entries of the parts; a number is the same at every index.

        Raises InputError where two lengths differ.
        """
        lengths = list(dict.fromkeys(part.length for part in parts if isinstance(part, Vector)))
        if len(lengths) > 1:
            raise InputError(f"vectors of lengths {lengths[0]} and {lengths[1]} can't be combined")

        def entry(at: Expr) -> Expr:
            self._spend()
            return operation([part.entry(at) if isinstance(part, Vector) else part for part in parts])

        return Vector(lengths[0], entry)

    def entries(self, parts: Sequence[Expr | Vector]) -> list[Expr]:
        """Return the entries of the parts at one new index; a number is the same at every index."""
        self.lifted(lambda found: found[0], parts)
        with self._index() as at:
            return [part.entry(at) if isinstance(part, Vector) else part for part in parts]

    def total(self, head: Any, length: Expr, term: Callable[[Expr], Expr]) -> Expr:
        """Return the Sum or LargestOf the terms at 1 … length, written out where the length is a number."""
        if not length.is_Integer:
            with self._index() as m:
                return head(term(m), (m, 1, length))
        if length > MAX_LENGTH:
            raise InputError(f"{length} terms are too many: up to {MAX_LENGTH} are written out")
        return _FOLDS[head](*(term(Integer(at)) for at in range(1, int(length) + 1)))

    def activation(self, found: Definition, values: Mapping[Symbol, Expr], argument: Vector) -> Vector | Expr:
        """Return f(vector): a vector where the definition's formula has the index i, a number otherwise."""

        def formula(node: Any, bound: Mapping[Any, Expr]) -> Any:
            """The formula with the argument's entries for v, its length for n, and what bound indices stand for."""
            self._spend()
            if node in bound:
                return bound[node]
            if isinstance(node, Indexed) and node.base == v:
                return argument.entry(formula(node.indices[0], bound))
            if node.func in _FOLDS:
                m = node.limits[0][0]
                return self.total(node.func, argument.length, lambda at: formula(node.function, {**bound, m: at}))
            return node.func(*(formula(part, bound) for part in node.args)) if node.args else node

        start = {**values, n: argument.length}
        if found.expr.has(i):
            return Vector(argument.length, lambda at: formula(found.expr, {**start, i: at}))
        return formula(found.expr, start)

    @contextmanager
    def _index(self) -> Iterator[Symbol]:
        """Give the block a new index: the same for sums side by side, another one inside a sum."""
        names = (f"{letter}{number or ''}" for number in count() for letter in "jkmlpq")
        free = (name for name in names if name not in self._taken)
        name = next(islice(free, self._depth, None))
        self._depth += 1
        try:
            yield index(name)
        finally:
            self._depth -= 1

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise InputError("the entries of the vectors are too large: write fewer functions of functions of vectors")
