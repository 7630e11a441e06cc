"""The functions of the catalogue as shapes, and how they go far out, worked out once."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from sympy import Expr, Symbol, oo

from ..definition import Definition
from ..proof.algebra.assume import assuming
from ..proof.functions.shape import Shape, shape
from ..proof.numbers import balls
from ..symbols import x

__all__ = ["course", "defaults", "general"]

#: Distances at which the course of functions is compared.
_FAR = (1000, 2000, 4000)


@lru_cache(256)
def defaults(definition: Definition) -> tuple[dict[Symbol, Expr], Shape | None]:
    """The default values, and the function with them put in, None where one has none."""
    values = {p.symbol: p.default for p in definition.parameters}
    return values, None if None in values.values() else shape(definition.expr.subs(values), x, ())


@lru_cache(256)
def general(definition: Definition) -> Shape:
    """The function with symbolic parameters."""
    return shape(definition.expr, x, assuming(*(p.assume for p in definition.parameters)).relations)


@lru_cache(512)
def course(curve: Shape) -> frozenset[tuple[str, ...]] | None:
    """How the function goes far out, at either end, both ways round; None where its corners are too far out for that."""
    ends = []
    for piece, sign in ((curve.pieces[0], -1), (curve.pieces[-1], 1)):
        if (piece.left, piece.right)[sign > 0] not in (oo, -oo):
            ends.append("end")
            continue
        values = []
        for distance in _FAR:
            if not all(abs(c.at) < distance for c in curve.corners):
                return None
            value = balls.enclose(piece.expr, {curve.variable: sign * distance}, 256)
            if not value.is_finite():
                return None
            values.append(value)
        with balls.precision(256):
            steps = [abs(b - a) / (n - m) for (a, b), (m, n) in zip(pairwise(values), pairwise(_FAR), strict=True)]
            flat, line = steps[-1] < 1e-6, abs(steps[-1] - steps[-2]) < 1e-6 * steps[-1]
        ends.append("flat" if flat else "line" if line else "other")
    return frozenset({tuple(ends), tuple(reversed(ends))})
