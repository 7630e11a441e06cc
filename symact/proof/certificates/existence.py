"""Whether an expression has a value: everywhere where relations hold, or nowhere there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cmp_to_key
from itertools import pairwise

from sympy import Expr, Piecewise, Symbol, nan, oo, zoo
from sympy.core.relational import Relational

from ...errors import SymactError
from ..algebra.signs import SIGNS
from ..functions.switches import choose, obstacles, surfaces
from ..steps.cases import signs_of
from ..steps.comparison import certain_sign, exact_value
from .cells import cells, is_empty, split
from .intervals import sign_on
from .requirements import CertificateError, require

__all__ = ["check_existence"]

Relations = tuple[Relational, ...]


def check_existence(expr: Expr, x: Symbol, relations: Sequence[Relational], cuts: Sequence[Expr], exists: bool) -> None:
    """Check that `expr` has a value wherever the relations hold, or nowhere there.

    In x alone that is decided between and at the cuts, which are exact numbers, else on cells by the signs of what decides
    it. Raises CertificateError, or another SymactError, where it isn't confirmed.
    """
    symbols = frozenset().union(expr.free_symbols, *(r.free_symbols for r in relations))
    if symbols <= {x}:
        try:
            _along_line(expr, x, relations, cuts, exists)
            return
        except SymactError:
            pass  # roots of conditions that aren't among the cuts: the signs may still tell
    if exists:
        _everywhere(expr, tuple(relations))
    else:
        _nowhere(expr, tuple(relations))


def _along_line(expr: Expr, x: Symbol, relations: Sequence[Relational], cuts: Sequence[Expr], exists: bool) -> None:
    require(all(not cut.free_symbols and cut.is_finite is not False for cut in cuts), "a cut is not a number")
    bounds = {r.rhs if r.lhs == x else r.lhs for r in relations if x in (r.lhs, r.rhs)}
    points = _in_order({*cuts, *(b for b in bounds if not b.free_symbols and b.is_finite is not False)})
    for low, high in pairwise([-oo, *points, oo]):
        if all(sign_on(r.lhs - r.rhs, x, low, high) in SIGNS[r.rel_op] for r in relations):
            require(_has_values(expr, x, low, high) == exists, f"between {low} and {high} it is the other way round")
    for at in points:
        if all(_holds(r, x, at) for r in relations):
            require((exact_value(expr, {x: at}) is not None) == exists, f"at {at} it is the other way round")


def _in_order(points: Iterable[Expr]) -> list[Expr]:
    found: list[Expr] = []
    for point in sorted(points, key=cmp_to_key(_order)):
        if not found or certain_sign(point - found[-1]):
            found.append(point)
    return found


def _order(a: Expr, b: Expr) -> int:
    return 0 if a == b else certain_sign(a - b)


def _has_values(expr: Expr, x: Symbol, low: Expr, high: Expr) -> bool:
    """Whether there is a value everywhere on an open interval rather than nowhere; raises where neither is confirmed."""
    node = next(_outermost(expr), None)
    if node is not None:
        if not all(_has_values(surface, x, low, high) for surface in surfaces(node)):
            return False
        value = choose(node, {surface: sign_on(surface, x, low, high) for surface in surfaces(node)})
        return value != nan and _has_values(expr.xreplace({node: value}), x, low, high)
    # inner conditions come first, so that what a later one is about has values
    return not expr.has(nan, zoo, oo, -oo) and all(sign_on(g, x, low, high) in ok for g, ok in obstacles(expr))


def _holds(relation: Relational, x: Symbol, at: Expr) -> bool:
    value = exact_value(relation.lhs - relation.rhs, {x: at})
    return value is not None and certain_sign(value) in SIGNS[relation.rel_op]


def _branches(expr: Expr, relations: Relations) -> Iterator[tuple[Expr, Relations]]:
    """The expression without Piecewise, nan where no branch applies, in every case of their conditions."""
    node = next(_outermost(expr), None)
    if node is None:
        yield expr, relations
        return
    for surface in surfaces(node):
        _everywhere(surface, relations)
    for value, more in split(node, relations):
        if not is_empty((*relations, *more)):
            replaced = nan if value.has(nan, zoo) and not isinstance(value, Piecewise) else expr.xreplace({node: value})
            yield from _branches(replaced, (*relations, *more))


def _outermost(expr: Expr) -> Iterator[Piecewise]:
    if isinstance(expr, Piecewise):
        yield expr
        return
    for part in expr.args:
        yield from _outermost(part)


def _signs(g: Expr, relations: Relations) -> frozenset[int]:
    """The signs of an expression that may switch."""
    found: frozenset[int] = frozenset()
    for cell in cells((g,), relations):
        if not is_empty(cell.relations):
            found |= signs_of(cell.exprs[0], cell.relations)
    return found


def _everywhere(expr: Expr, relations: Relations) -> None:
    for smooth, held in _branches(expr, relations):
        require(not smooth.has(nan, zoo, oo, -oo), f"{expr} has no value in one of its cases")
        for g, allowed in obstacles(smooth):
            if not _signs(g, held) <= set(allowed):
                raise CertificateError(f"whether {smooth} has a value was not confirmed")


def _nowhere(expr: Expr, relations: Relations) -> None:
    for smooth, held in _branches(expr, relations):
        if not (smooth.has(nan, zoo, oo, -oo) or any(not _signs(g, held) & set(ok) for g, ok in obstacles(smooth))):
            raise CertificateError(f"that {smooth} has no value was not confirmed")
