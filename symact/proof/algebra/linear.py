"""Linear relations, each monomial taken as a variable of its own, and whether they can hold together (Fourier–Motzkin)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any

from sympy import Abs, Add, Expr, Max, Min, Mul, Poly, S, oo
from sympy.core.relational import Relational, StrictGreaterThan, StrictLessThan, Unequality
from sympy.polys.polyerrors import PolynomialError

__all__ = ["Row", "feasible", "rows_of_relation", "rows_of_sign"]

#: ({monomial: coefficient}, strict) states that the sum is > 0 or >= 0.
Row = tuple[dict[Expr, Expr], bool]

#: Rows beyond which elimination is cut short, and sums without switches that one relation may give.
MAX_ROWS = 200
MAX_CHOICES = 16


@lru_cache(4096)
def rows_of_sign(expr: Expr, sign: int) -> tuple[Row, ...]:
    """Return rows that state that `expr` has the sign."""
    if sign:
        return _row(sign * expr, strict=True)
    return _row(expr, strict=False) + _row(-expr, strict=False)


@lru_cache(4096)
def rows_of_relation(relation: Relational) -> tuple[Row, ...]:
    """Return rows that follow from the relation, none where none is linear."""
    if any(side.has(oo, -oo) for side in relation.args) or isinstance(relation, Unequality):
        return ()
    difference = relation.gts - relation.lts if hasattr(relation, "gts") else relation.lhs - relation.rhs
    if not difference.free_symbols:
        return ()
    if not hasattr(relation, "gts"):
        return rows_of_sign(difference, 0)
    strict = isinstance(relation, StrictGreaterThan | StrictLessThan)
    return tuple(row for upper in _without_switches(difference) for row in _row(upper, strict))


def feasible(rows: Iterable[Row]) -> bool:
    """Return whether the rows can hold together; True also where elimination was cut short."""
    rows = list(rows)
    while True:
        constant = [(r.get(S.One, S.Zero), strict) for r, strict in rows if set(r) <= {S.One}]
        if any(c < 0 or (strict and c == 0) for c, strict in constant):
            return False
        rows = [row for row in rows if not set(row[0]) <= {S.One}]
        if not rows or len(rows) > MAX_ROWS:
            return True
        variable = min({m for r, _ in rows for m in r if m != S.One}, key=str)
        lower = [row for row in rows if row[0].get(variable, 0) > 0]
        upper = [row for row in rows if row[0].get(variable, 0) < 0]
        rest = [row for row in rows if variable not in row[0]]
        for (a, strict_a), (b, strict_b) in product(lower, upper):
            keys = (set(a) | set(b)) - {variable}
            mixed = {m: a.get(m, S.Zero) * -b[variable] + b.get(m, S.Zero) * a[variable] for m in keys}
            rest.append(({m: c for m, c in mixed.items() if c != 0}, strict_a or strict_b))
        rows = rest


def _row(expr: Expr, strict: bool) -> tuple[Row, ...]:
    try:
        poly = Poly(expr, *sorted(expr.free_symbols, key=str))
    except PolynomialError:
        return ()
    if not all(c.is_Rational for c in poly.coeffs()):
        return ()
    return (({Mul(*(g**p for g, p in zip(poly.gens, m, strict=True))): c for m, c in poly.terms()}, strict),)


def _without_switches(expr: Expr) -> Iterator[Expr]:
    """Expressions that are nowhere less: the sum with u and -u for Abs(u), and with each of its arguments for Max and Min."""
    choices = [_above(term) for term in Add.make_args(expr)]
    if prod(map(len, choices)) <= MAX_CHOICES:
        yield from (Add(*terms) for terms in product(*choices))


def _above(term: Expr) -> list[Any]:
    """Terms that are nowhere less than this one: -|u| <= u, -max(u, v) <= -u and min(u, v) <= u."""
    number, switch = term.as_coeff_Mul()
    if isinstance(switch, Abs) and number.is_negative:
        return [number * switch.args[0], -number * switch.args[0]]
    if (isinstance(switch, Max) and number.is_negative) or (isinstance(switch, Min) and number.is_positive):
        return [number * part for part in switch.args]
    return [term]
