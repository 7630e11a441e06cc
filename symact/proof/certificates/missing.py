"""The checker of proofs that a limit or an integral doesn't exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp
from sympy import Expr, Integral, Limit, Symbol, cos, exp, oo, pi, sin, sqrt, tan
from sympy.core.relational import Relational

from ...claims.model import Expectation
from ..algebra.assume import Assumptions, assuming
from ..algebra.field import equal
from ..text import read_expression
from .evaluation import primitives
from .limits import limit_at, limit_of_value
from .requirements import mapping, require

__all__ = ["check_missing", "fixed"]


def check_missing(node: Expr, relations: Sequence[Relational], why: Any) -> None:
    """Check that a node, whose parts are evaluated, has no value wherever the relations hold.

    Raises CertificateError, or another SymactError, where that isn't confirmed.
    """
    data = mapping(why)
    bound = node.args[1] if isinstance(node, Limit) else node.limits[0][0]
    known = assuming(*(r for r in relations if not r.has(bound)))
    if isinstance(node, Limit):
        _check_limit(node, known, data)
    elif isinstance(node, Integral) and len(node.limits) == 1 and len(node.limits[0]) == 3:
        _check_integral(node.function, bound, node.limits[0][1:], known, data)
    else:
        require(isinstance(node, Expectation), "nothing is known of the node")
        weight = exp(-(bound**2) / 2) / sqrt(2 * pi)
        _check_integral(node.function * weight, bound, (-oo, oo), known, data)


def _check_limit(node: Limit, known: Assumptions, data: Mapping[str, Any]) -> None:
    expr, v, point, direction = node.args
    if "phases" not in data:
        require(point not in (oo, -oo) and str(direction) == "+-", "the limit is from one side")
        found = [limit_of_value(expr, v, point, side, known) for side in (1, -1)]
    else:
        side = 1 if point == oo or (point != -oo and str(direction) != "-") else -1
        angle, phases = read_expression(data["of"]), [read_expression(p) for p in data["phases"]]
        require(not any(p.free_symbols for p in phases), "a phase is not a number")
        require(limit_at(angle, v, point, side, known) in (oo, -oo), "the angle does not grow")
        found = [limit_of_value(fixed(expr, v, angle, p), v, point, side, known) for p in phases]
    require(len(found) == 2 and None not in found, "the function isn't defined there")
    require(_differ(found[0], found[1], known), "the two limits are not known to differ")


def _differ(a: Any, b: Any, known: Assumptions) -> bool:
    if {a, b} & {oo, -oo}:
        return bool(a != b)
    if not (a - b).free_symbols:
        return equal(a, b, known.relations) is False
    return 0 not in known.signs(a - b)


def fixed(expr: Expr, v: Symbol, angle: Expr, phase: Expr) -> Expr:
    """Return what `expr` is where an angle that grows without end is the phase up to full turns; so it is again and again."""

    def value(node: Expr) -> Expr:
        ratio = sp.cancel(node.args[0] / angle)
        return node.func(ratio * phase) if ratio.is_Integer else node

    return expr.replace(lambda e: isinstance(e, sin | cos | tan) and e.has(v), value)


def _check_integral(expr: Expr, v: Symbol, bounds: Sequence[Expr], known: Assumptions, data: Mapping[str, Any]) -> None:
    """Parts of the integral diverge to oo and to -oo."""
    _, parts = primitives(expr, v, bounds[0], bounds[1], known, data["pieces"])
    ends = [e for _, pair in parts for e in pair]
    require({oo, -oo} <= set(ends), "the integral isn't known to diverge")
