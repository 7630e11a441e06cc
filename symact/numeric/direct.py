"""An expression lowered as it is written, switches included, with only local rewriting: exp(u) - 1, log(1 + u), 1 - erf(u)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import sympy as sp
from sympy import Expr, Rational, S

from .functions import QUOTIENTS, operation
from .graph import Graph

__all__ = ["Direct"]


@dataclass
class Direct:
    """Builds nodes that do what an expression says."""

    graph: Graph
    _seen: dict[Any, int] = field(default_factory=dict)

    def node(self, expr: Any) -> int:
        """Return the node of an expression or a condition; raise NotSupportedError where it has no operation."""
        if expr not in self._seen:
            self._seen[expr] = self._lowered(expr)
        return self._seen[expr]

    def _lowered(self, expr: Any) -> int:
        if expr.is_number:
            return self.graph.number(expr)
        if expr.is_Symbol:
            return self.graph.symbol(expr)
        if expr.func in _RULES:
            return _RULES[expr.func](self, expr)
        if expr.func in QUOTIENTS:
            return self.node(QUOTIENTS[expr.func](expr.args[0]))
        head, argument = operation(expr)
        return self.graph.apply(head, self.node(argument))

    def fold(self, op: str, parts: Sequence[Any]) -> int:
        """Return the nodes of the parts joined by a binary operation from the left."""
        return reduce(lambda a, b: self.graph.apply(op, a, b), map(self.node, parts))

    def add(self, expr: Expr) -> int:
        """Return a sum; c*exp(u) - c is c*expm1(u), 1 - erf(u) is erfc(u)."""
        g = self.graph
        terms = list(expr.args)
        for term in expr.args:
            factor, rest = _with(term, sp.exp)
            if factor is not None and -factor in terms:
                terms = [t for t in terms if t not in (term, -factor)]
                combined = g.mul(self.node(factor), g.apply("expm1", self.node(rest.exp)))
                return self._sum(combined, terms)
            factor, rest = _with(term, sp.erf)
            if factor is not None and abs(factor) in terms and factor.is_number:
                terms = [t for t in terms if t not in (term, abs(factor))]
                argument = rest.args[0] if factor.is_negative else -rest.args[0]
                return self._sum(g.mul(self.node(abs(factor)), g.apply("erfc", self.node(argument))), terms)
        return self._sum(None, terms)

    def _sum(self, total: int | None, terms: list[Expr]) -> int:
        g = self.graph
        for term in sorted(terms, key=lambda t: (t.is_number, t.could_extract_minus_sign())):
            minus = total is not None and term.could_extract_minus_sign() and not term.is_number
            node = self.node(-term if minus else term)
            total = node if total is None else g.sub(total, node) if minus else g.add(total, node)
        return g.number(0) if total is None else total

    def mul(self, expr: Expr) -> int:
        """Return a product divided by a product."""
        g = self.graph
        number, rest = expr.as_coeff_Mul()
        above = [f for f in sp.Mul.make_args(rest) if not _reciprocal(f)]
        below = [1 / f for f in sp.Mul.make_args(rest) if _reciprocal(f)]
        if number.is_Rational and abs(number.p) == 1 and number.q != 1:
            below.append(S(number.q))
            number = S(number.p)
        total = self.fold("mul", above) if above else g.number(number)
        for factor in below:
            base, power = factor.as_base_exp()
            # one by one, so that no power overflows
            for part in [base] * int(power) if power in (2, 3) else [factor]:
                total = g.div(total, self.node(part))
        return g.mul(g.number(number), total) if above else total

    def pow(self, expr: Expr) -> int:
        """Return a power: products, roots, quotients, else NumPy's."""
        g = self.graph
        base, power = expr.as_base_exp()
        if power.is_Rational and power < 0:
            return g.div(g.number(1), self.node(base**-power))
        if power.is_Integer:
            return g.power(self.node(base), int(power))
        if power.is_Rational and power.q in (2, 3):
            root = g.apply("sqrt" if power.q == 2 else "cbrt", self.node(base))
            return g.power(root, int(power.p))
        return g.apply("pow", self.node(base), self.node(power))

    def log(self, expr: Expr) -> int:
        """Return log(1 + u) as log1p(u)."""
        (inside,) = expr.args
        if inside.is_Add and S.One in inside.args:
            return self.graph.apply("log1p", self.node(inside - 1))
        return self.graph.apply("log", self.node(inside))

    def piecewise(self, expr: Expr) -> int:
        """Return nested selections; nan where no condition holds."""
        g = self.graph
        pairs = list(expr.args)
        last = pairs.pop() if pairs[-1].cond == S.true else None
        total = g.number(S.NaN) if last is None else self.node(last.expr)
        for value, condition in reversed(pairs):
            total = g.apply("select", self.node(condition), self.node(value), total)
        return total

    def heaviside(self, expr: Expr) -> int:
        """Return 0, the value at 0, or 1."""
        u, at_zero = expr.args
        return self.node(sp.Piecewise((0, u < 0), (at_zero, sp.Eq(u, 0)), (1, True)))

    def relation(self, op: str, left: Expr, right: Expr) -> int:
        """Return the comparison of two values."""
        return self.graph.apply(op, self.node(left), self.node(right))


def _with(term: Expr, head: Any) -> tuple[Expr | None, Expr]:
    """Split c*head(u) into c and head(u)."""
    rest, own = term.as_independent(head, as_Add=False)
    return (rest, own) if isinstance(own, head) else (None, own)


def _reciprocal(factor: Expr) -> bool:
    power = factor.as_base_exp()[1]
    return bool(power.is_Rational) and power < 0 and not isinstance(factor, Rational)


#: Class → how it is lowered.
_RULES: dict[Any, Callable[[Direct, Any], int]] = {
    sp.Add: Direct.add,
    sp.Mul: Direct.mul,
    sp.Pow: Direct.pow,
    sp.log: Direct.log,
    sp.exp: lambda d, e: d.graph.apply("exp", d.node(e.exp)),
    sp.Abs: lambda d, e: d.graph.apply("abs", d.node(e.args[0])),
    sp.sign: lambda d, e: d.graph.apply("sign", d.node(e.args[0])),
    sp.Max: lambda d, e: d.fold("max", e.args),
    sp.Min: lambda d, e: d.fold("min", e.args),
    sp.Piecewise: Direct.piecewise,
    sp.Heaviside: Direct.heaviside,
    sp.StrictLessThan: lambda d, e: d.relation("less", e.lhs, e.rhs),
    sp.LessThan: lambda d, e: d.relation("less_equal", e.lhs, e.rhs),
    sp.StrictGreaterThan: lambda d, e: d.relation("less", e.rhs, e.lhs),
    sp.GreaterThan: lambda d, e: d.relation("less_equal", e.rhs, e.lhs),
    sp.Equality: lambda d, e: d.relation("equal", e.lhs, e.rhs),
    sp.Unequality: lambda d, e: d.graph.apply("not", d.relation("equal", e.lhs, e.rhs)),
    sp.And: lambda d, e: d.fold("and", e.args),
    sp.Or: lambda d, e: d.fold("or", e.args),
    sp.Not: lambda d, e: d.graph.apply("not", d.node(e.args[0])),
}
