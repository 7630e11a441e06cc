"""The laws of limits: what tends to what follows from the limits of the parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import (
    Abs,
    AccumBounds,
    Add,
    Basic,
    Expr,
    Function,
    Mul,
    Pow,
    S,
    Symbol,
    cos,
    degree,
    exp,
    log,
    nan,
    oo,
    sin,
    zoo,
)

from ..proof.algebra.assume import Assumptions
from .steps import ARROW, Prose

__all__ = ["Laws"]


class Laws:
    """Limits that follow from the limits of parts by the laws of limits in the extended reals."""

    def __init__(self, x: Symbol, point: Expr, side: int, known: Assumptions) -> None:
        self.x, self.point, self.side, self.known = x, point, side, known
        self.cache: dict[Expr, Expr | None] = {}

    def limit(self, expr: Expr) -> Any:
        """Return the limit, bounds for what keeps between them, None where the laws leave it open."""
        if expr not in self.cache:
            self.cache[expr] = self._limit(expr)
        return self.cache[expr]

    def _limit(self, expr: Expr) -> Expr | None:
        if not expr.has(self.x):
            return expr
        if expr == self.x:
            return self.point
        if expr.is_Mul and (value := self._dominated(expr)) is not None:
            return value
        parts = [self.limit(a) for a in expr.args]
        if isinstance(expr, sin | cos) and parts[0] is None:
            return AccumBounds(-1, 1)  # whatever becomes of its argument
        if any(p is None for p in parts):
            return None
        law = _LAWS.get(expr.func, _LAWS[Function] if isinstance(expr, Function) else None)
        value = law(self, expr, parts) if law else None
        unbounded = isinstance(value, AccumBounds) and oo in (value.max, -value.min)
        return None if value is None or value.has(nan, zoo) or unbounded else value

    def _dominated(self, expr: Expr) -> Expr | None:
        """P(x)·exp(u)·v → 0 for x → ±∞ where the polynomial u → -∞ and v has a finite limit."""
        exponent = Add(*(a.exp for a in expr.args if isinstance(a, exp)))
        others = [a for a in expr.args if not isinstance(a, exp) and not a.is_polynomial(self.x)]
        if not (exponent.has(self.x) and exponent.is_polynomial(self.x) and self.point in (oo, -oo)):
            return None
        if any(self.limit(a) in (None, oo, -oo) for a in others):
            return None
        leading = exponent.as_poly(self.x).LC() * (-1) ** (degree(exponent, self.x) if self.point == -oo else 0)
        return S.Zero if self.known.sign(leading) == -1 else None

    def explain(self, expr: Expr) -> tuple[str, Prose]:
        """Return the rule used last and what tends to what."""
        facts: list[str | Basic] = []
        bounded = False
        kernels = _kernels(expr, self.x)
        # that ln(u) tends to -∞ is no reason why it does
        inner = [a for a in expr.args if a.has(self.x) and a != self.x] if kernels == [expr] else []
        for part in inner or kernels:
            value = self.limit(part)
            if value is None:
                continue
            waves = isinstance(value, AccumBounds)
            bounded = bounded or waves
            facts += [", "] * bool(facts)
            facts += [Abs(part) <= value.max] if waves else [part, ARROW, value]
        if bounded and ARROW not in facts:  # only bounds were told, and not what squeezes
            facts = [self.x, ARROW, self.point, ", ", *facts]
        outgrown = any(self._is_outgrown(product) for product in expr.atoms(Mul))
        rules = ["exponentials outgrow powers"] * outgrown
        if bounded:
            rules.append("comparison with a bound" if self.limit(expr) in (oo, -oo) else "squeeze theorem")
        return ", ".join(rules) or "limit laws", tuple(facts)

    def _is_outgrown(self, product: Expr) -> bool:
        """Whether a factor without a finite limit is outgrown by an exponential that decays."""
        open_ended = any(self.limit(factor) in (None, oo, -oo) for factor in product.args)
        return open_ended and self._dominated(product) is not None


def _kernels(expr: Expr, x: Symbol) -> list[Expr]:
    """The innermost functions of x whose limits the laws start from, x itself where there are none."""
    found = [e for e in expr.atoms(exp, Function) if e.has(x)]
    return sorted((e for e in found if not any(o != e and e.has(o) for o in found)), key=str) or [x]


def _sum(laws: Laws, expr: Expr, parts: list[Any]) -> Expr | None:
    infinite = {p for p in parts if p in (oo, -oo)}
    return None if len(infinite) > 1 else infinite.pop() if infinite else Add(*parts)


def _product(laws: Laws, expr: Expr, parts: list[Any]) -> Expr | None:
    if not any(p in (oo, -oo) for p in parts):
        return Mul(*parts)
    signs = [_sign(laws, p) for p in parts]
    if any(not s for s in signs):
        return None
    return Mul(*signs) * oo


def _sign(laws: Laws, part: Any) -> int | None:
    """The sign of a limit; of bounds that a wave keeps to, where both have the same."""
    if part in (oo, -oo):
        return 1 if part == oo else -1
    if not isinstance(part, AccumBounds):
        return laws.known.sign(part)
    return 1 if part.min.is_positive else -1 if part.max.is_negative else None


def _power(laws: Laws, expr: Expr, parts: list[Any]) -> Expr | None:
    base, power = parts
    if not power.is_number or power in (oo, -oo):
        return None
    return None if base == 0 and power.is_negative else base**power


def _exponential(laws: Laws, expr: Expr, parts: list[Any]) -> Expr | None:
    return exp(parts[0])


def _logarithm(laws: Laws, expr: Expr, parts: list[Any]) -> Expr | None:
    return -oo if parts[0] == 0 else log(parts[0])


def _continuous(laws: Laws, expr: Expr, parts: list[Any]) -> Expr | None:
    """A continuous function of a limit; SymPy knows the values of its functions at ±∞."""
    return expr.func(*parts)


_LAWS: dict[Any, Callable[[Laws, Expr, list[Any]], Expr | None]] = {
    Add: _sum,
    Mul: _product,
    Pow: _power,
    exp: _exponential,
    log: _logarithm,
    Function: _continuous,
}
