"""The derivation of a limit: rewrite until the limit laws apply, then read it off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sympy import (
    Add,
    Basic,
    E,
    Expr,
    Function,
    Limit,
    Mul,
    Pow,
    S,
    Symbol,
    cancel,
    degree,
    exp,
    expand,
    factor_terms,
    fraction,
    log,
    nan,
    oo,
    powsimp,
    together,
    zoo,
)

from ..errors import UndecidedError
from ..proof.algebra.assume import Assumptions
from ..proof.algebra.field import equal
from ..proof.algebra.generators import generators
from ..proof.asymptotics.ends import dominant, limit_at
from .steps import Prose, Step

__all__ = ["limit_steps"]


def limit_steps(expr: Expr, x: Symbol, point: Expr, side: int, known: Assumptions, goal: Expr) -> tuple[Step, ...]:
    """Return the chain lim expr = … = value for x to `point` from `side`; the value is that of `proof.ends`.

    Raises UndecidedError where there is no limit or it isn't found.
    """
    value = limit_at(expr, x, point, side, known)
    if value is None:
        raise UndecidedError(f"{expr} has no limit at {point}")
    sign = "-" if side < 0 else "+"
    line = Limit(expr, x, point, sign)
    if not expr.has(x):
        return (Step("limit of a constant", line, value, goal=goal),)
    laws = _Laws(x, point, side, known)
    for rule, form in _rewritings(expr, x, laws, known):
        if laws.limit(form) != value:
            continue
        steps = []
        if form != expr:
            after = Limit(form, x, point, sign)
            steps.append(Step(rule, line, after, goal=goal))
            line = after
        rules, reason = laws.explain(form)
        steps.append(Step(rules, line, value, reason, goal=None if steps else goal))
        return tuple(steps)
    return _by_leading_term(line, value, laws, goal)


def _by_leading_term(line: Limit, value: Expr, laws: _Laws, goal: Expr) -> tuple[Step, ...]:
    """The quotient of an expression and its leading term tends to 1, so that both have the same limit."""
    expr, x, point, sign = line.args
    lead = dominant(expr, x, point, laws.side, laws.known)
    if lead is None or lead.expr == expr or laws.limit(lead.expr) != value:
        return (Step("comparison of growth", line, value, goal=goal),)
    after = Limit(lead.expr, x, point, str(sign))
    rules, reason = laws.explain(lead.expr)
    return (Step("leading term", line, after, goal=goal), Step(rules, after, value, reason))


def _rewritings(expr: Expr, x: Symbol, laws: _Laws, known: Assumptions) -> Iterator[tuple[str, Expr]]:
    """Yield (rule, form) with form proved equal to expr, the expression itself first."""
    yield "", expr
    candidates: tuple[tuple[str, Callable[[], Expr]], ...] = (
        ("multiply through by the exponential that decays", lambda: _in_decaying_exponentials(expr, x, laws)),
        ("factor out the dominant term", lambda: _dominant_factored(expr, x, laws)),
        ("divide numerator and denominator by the leading power", lambda: _divided_by_leading_power(expr, x)),
        ("common denominator", lambda: cancel(together(expr))),
        ("rationalize", lambda: _rationalized(expr)),
    )
    for rule, rewrite in candidates:
        form = rewrite()
        if form != expr and equal(form, expr, known.relations) is True:
            yield rule, form


def _in_decaying_exponentials(expr: Expr, x: Symbol, laws: _Laws) -> Expr:
    written = generators(expr, x=x)
    flip = {
        t: S.One / t for t, kernel in written.kernels.items() if isinstance(kernel, exp) and laws.limit(kernel) == oo
    }
    form = cancel(together(written.expressions[0].subs(flip)))
    kernels = {t: (1 / k if t in flip else k) for t, k in written.kernels.items()}
    return form.subs(kernels, simultaneous=True)


def _dominant_factored(expr: Expr, x: Symbol, laws: _Laws) -> Expr:
    """log(1 + exp(u)) = u + log(1 + exp(-u)) where exp(u) grows; likewise inside every logarithm."""

    def rewrite(node: Expr) -> Expr:
        inner = node.args[0]
        for term in Add.make_args(inner):
            if isinstance(term, exp) and laws.limit(term) == oo:
                return term.exp + log(Add(*(powsimp(t / term) for t in Add.make_args(inner))))
        return node

    return expr.replace(lambda e: isinstance(e, log), rewrite)


def _divided_by_leading_power(expr: Expr, x: Symbol) -> Expr:
    top, bottom = (p.as_poly(x) for p in fraction(together(expr)))
    if top is None or bottom is None or bottom.degree() < 1:
        return expr
    power = x ** bottom.degree()
    return expand(top.as_expr() / power) / expand(bottom.as_expr() / power)


def _rationalized(expr: Expr) -> Expr:
    """u + sqrt(p) = (p - u²)/(sqrt(p) - u)"""
    outer, terms = factor_terms(expr).as_independent(Add, as_Add=False)
    roots = [t for t in Add.make_args(terms) if t.has(Pow) and any(_is_root(q) for q in Mul.make_args(t))]
    if not terms.is_Add or len(roots) != 1:
        return expr
    rest = terms - roots[0]
    return outer * ((roots[0] ** 2 - rest**2).expand()) / (roots[0] - rest)


def _is_root(e: Expr) -> bool:
    return bool(e.is_Pow and e.base != E and e.exp.is_Rational and not e.exp.is_Integer)


class _Laws:
    """Limits that follow from the limits of parts by the laws of limits in the extended reals."""

    def __init__(self, x: Symbol, point: Expr, side: int, known: Assumptions) -> None:
        self.x, self.point, self.side, self.known = x, point, side, known
        self.cache: dict[Expr, Expr | None] = {}

    def limit(self, expr: Expr) -> Expr | None:
        """Return the limit, None where the laws leave it open."""
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
        if any(p is None for p in parts):
            return None
        law = _LAWS.get(expr.func, _LAWS[Function] if isinstance(expr, Function) else None)
        value = law(self, expr, parts) if law else None
        return None if value is None or value.has(nan, zoo) else value

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
        parts = [p for p in _kernels(expr, self.x) if self.limit(p) is not None]
        facts: list[str | Basic] = []
        for part in parts:
            facts += [", "] * bool(facts) + [part, " → ", self.limit(part)]
        dominated = any(m.is_Mul and self._dominated(m) is not None for m in expr.atoms(Mul))
        rule = "exponentials outgrow powers" if dominated else "limit laws"
        return rule, tuple(facts)


def _kernels(expr: Expr, x: Symbol) -> list[Expr]:
    """The innermost functions of x whose limits the laws start from, x itself where there are none."""
    found = [e for e in expr.atoms(exp, Function) if e.has(x)]
    return sorted((e for e in found if not any(o != e and e.has(o) for o in found)), key=str) or [x]


def _sum(laws: _Laws, expr: Expr, parts: list[Any]) -> Expr | None:
    infinite = {p for p in parts if p in (oo, -oo)}
    return None if len(infinite) > 1 else infinite.pop() if infinite else Add(*parts)


def _product(laws: _Laws, expr: Expr, parts: list[Any]) -> Expr | None:
    if not any(p in (oo, -oo) for p in parts):
        return Mul(*parts)
    signs = [{oo: 1, -oo: -1}.get(p) or laws.known.sign(p) for p in parts]
    if any(not s for s in signs):
        return None
    return Mul(*signs) * oo


def _power(laws: _Laws, expr: Expr, parts: list[Any]) -> Expr | None:
    base, power = parts
    if not power.is_number or power in (oo, -oo):
        return None
    return None if base == 0 and power.is_negative else base**power


def _exponential(laws: _Laws, expr: Expr, parts: list[Any]) -> Expr | None:
    return exp(parts[0])


def _continuous(laws: _Laws, expr: Expr, parts: list[Any]) -> Expr | None:
    """A continuous function of a limit; SymPy knows the values of its functions at ±∞."""
    return expr.func(*parts)


_LAWS: dict[Any, Callable[[_Laws, Expr, list[Any]], Expr | None]] = {
    Add: _sum,
    Mul: _product,
    Pow: _power,
    exp: _exponential,
    Function: _continuous,
}
