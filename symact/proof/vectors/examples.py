"""A length, indices and entries at which the assumptions of a statement about vectors hold and both sides have values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from sympy import Expr, Integer, Rational
from sympy.core.relational import Relational

from ...errors import SymactError
from ..numbers.witness import sample_points
from ..relations.examples import example as plain_example
from .abstraction import Problem
from .instances import LENGTHS, Instance, holds_at, instances, solved

__all__ = ["example"]

#: Lengths above those that are tried first, besides the numbers that a statement names.
MORE_LENGTHS = (4, 5, 6, 8)
LONGEST = 24
MAX_INSTANCES = 40
POINTS = 4


def example(problem: Problem) -> dict[str, str] | None:
    """Return a length, indices and entries, named as in the statement; None where none are found."""
    parts = (problem.left, problem.right, *problem.relations)
    numbers = {int(e) + d for p in parts for e in p.atoms(Integer) for d in (0, 1, -1)}
    # what v[3] or n >= 10 asks for
    lengths = tuple(dict.fromkeys((*LENGTHS, *sorted(m for m in numbers if 0 < m <= LONGEST), *MORE_LENGTHS)))
    found = instances(problem.left, problem.op, problem.right, problem.relations, problem.names, lengths)
    for instance in islice(found, MAX_INSTANCES):
        for point in _points(instance):
            if holds_at(instance, point):
                return instance.named({s.name: str(value) for s, value in point.items()})
    return None


def _points(instance: Instance) -> Iterable[dict[Any, Expr]]:
    symbols, relations = instance.symbols, instance.relations
    try:
        rest, known = solved(relations)
    except SymactError:
        found = plain_example([], relations)
        return [] if found is None else [{s: found.get(s, Rational(1)) for s in symbols}]
    return list(_completed(symbols, rest, known))


def _completed(
    symbols: Iterable[Any], rest: Iterable[Relational], known: Mapping[Any, Expr]
) -> Iterable[dict[Any, Expr]]:
    for start in sample_points([s for s in symbols if s not in known], list(rest), POINTS):
        point: dict[Any, Expr] = dict(start)
        for symbol in reversed(known):
            point[symbol] = known[symbol].xreplace(point)
        yield point
