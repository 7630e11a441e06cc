"""Sign charts on the whole line, and their signs against those of balls."""

from __future__ import annotations

from sympy import Expr, Rational, oo

from symact.proof.algebra.assume import NOTHING
from symact.proof.charts.chart import Chart, chart
from symact.proof.numbers import balls
from symact.symbols import x

__all__ = ["agrees", "everywhere"]


def everywhere(expr: Expr) -> Chart:
    return chart(expr, x, -oo, oo, NOTHING)


def agrees(found: Chart, points: list[Rational]) -> bool:
    """Whether the signs of a chart are those of balls at points, and its roots lie between points of either sign."""
    for point in points:
        if not any(r.low <= point <= r.high for r in found.roots):
            gap = sum(1 for r in found.roots if r.high < point)
            if balls.sign(found.expr, {x: point}, 20_000) not in (found.signs[gap], None):
                return False
    return True
