"""The derivation of a limit: rewrite until the limit laws apply, then read it off."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sympy import (
    AccumBounds,
    Add,
    E,
    Expr,
    Limit,
    Mul,
    Pow,
    S,
    Symbol,
    cancel,
    diff,
    exp,
    expand,
    factor_terms,
    fraction,
    log,
    oo,
    powsimp,
    together,
)

from ..errors import UndecidedError, UnknownSignError
from ..proof.algebra.assume import Assumptions
from ..proof.algebra.field import equal
from ..proof.algebra.generators import generators
from ..proof.asymptotics.ends import dominant, limit_at
from .limit_laws import Laws
from .steps import ARROW, Prose, Step

__all__ = ["limit_steps"]

#: How often numerator and denominator are differentiated.
MOST_DERIVATIVES = 3


def limit_steps(expr: Expr, x: Symbol, point: Expr, side: int, known: Assumptions, goal: Expr) -> tuple[Step, ...]:
    """Return the chain lim expr = … = value for x to `point` from `side`.

    Raises UndecidedError where there is no limit or it isn't found, UnknownSignError where it depends on an unknown sign.
    """
    laws = Laws(x, point, side, known)
    value = _value(expr, laws)
    if value is None:
        raise UndecidedError(f"{expr} has no limit at {point}")
    sign = "-" if side < 0 else "+"
    line = Limit(expr, x, point, sign)
    if not expr.has(x):
        return (Step(*_last(line, value, laws), goal=goal),)
    for rule, form in _rewritings(expr, x, laws, known):
        if laws.limit(form) != value:
            continue
        steps = []
        if form != expr:
            after = Limit(form, x, point, sign)
            steps.append(Step(rule, line, after, goal=goal))
            line = after
        steps.append(Step(*_last(line, value, laws), goal=None if steps else goal))
        return tuple(steps)
    by_term = _by_leading_term(line, value, laws, goal)
    # what isn't a quotient is only made one where it has no simpler leading term
    if len(by_term) > 1 and not fraction(together(line.args[0]))[1].has(x):
        return by_term
    return _by_derivatives(line, value, laws, goal) or by_term


def _value(expr: Expr, laws: Laws) -> Expr | None:
    """The limit by its leading term; by the limit laws where that depends on an unknown sign and the limit doesn't."""
    try:
        return limit_at(expr, laws.x, laws.point, laws.side, laws.known)
    except UnknownSignError:
        value: Expr | None = laws.limit(expr)
        if value is None or isinstance(value, AccumBounds):
            raise
        return value


def _by_derivatives(line: Limit, value: Expr, laws: Laws, goal: Expr) -> tuple[Step, ...]:
    """L'Hôpital's rule where numerator and denominator both tend to 0 or both to ±∞; () where it doesn't lead to the value."""
    expr, x, point, sign = line.args
    steps: list[Step] = []
    for _ in range(MOST_DERIVATIVES):
        top, bottom = _as_quotient(expr, laws)
        ends = [_end(top, laws), _end(bottom, laws)]
        if not (ends == [0, 0] or set(ends) <= {oo, -oo}):
            return ()
        expr = cancel(diff(top, x) / diff(bottom, x))
        after = Limit(expr, x, point, str(sign))
        reason = (top, ARROW, ends[0], ", ", bottom, ARROW, ends[1])
        steps.append(Step("L'Hôpital's rule", line, after, reason, goal=None if steps else goal))
        line = after
        if laws.limit(expr) == value:
            return (*steps, Step(*_last(line, value, laws)))
    return ()


def _as_quotient(expr: Expr, laws: Laws) -> tuple[Expr, Expr]:
    """Numerator and denominator, of a product u v with u → 0 those of v/(1/u)."""
    top, bottom = fraction(together(expr))
    small = Mul(*(e for e in Mul.make_args(top) if laws.limit(e) == 0))
    return (top, bottom) if bottom.has(laws.x) or small == top else (top / small, bottom / small)


def _end(expr: Expr, laws: Laws) -> Expr | None:
    """The limit; ±∞ where 1/expr tends to 0 and the sign is known."""
    end = laws.limit(expr)
    if end is None and laws.limit(1 / expr) == 0 and (sign := laws.known.sign(expr)):
        return sign * oo
    return end


def _last(line: Limit, value: Expr, laws: Laws) -> tuple[str, Expr, Expr, Prose]:
    """The rule, the line, the value and the reason of the last step."""
    body, x = line.args[:2]
    rules, reason = laws.explain(body) if body.has(x) else ("limit of a constant", ())
    return rules, line, value, reason


def _by_leading_term(line: Limit, value: Expr, laws: Laws, goal: Expr) -> tuple[Step, ...]:
    """The quotient of an expression and its leading term tends to 1, so that both have the same limit."""
    expr, x, point, sign = line.args
    lead = dominant(expr, x, point, laws.side, laws.known)
    if lead is None or lead.expr == expr or laws.limit(lead.expr) != value:
        return (Step(*_outgrown(line, value, laws), goal=goal),)
    after = Limit(lead.expr, x, point, str(sign))
    return (Step("leading term", line, after, goal=goal), Step(*_last(after, value, laws)))


def _outgrown(line: Limit, value: Expr, laws: Laws) -> tuple[str, Expr, Expr, Prose]:
    """The last step where the laws leave the limit open: a quotient by what tends to 0, else a comparison of growth."""
    top, bottom = fraction(together(line.args[0]))
    ends = [laws.limit(top), laws.limit(bottom)]
    if (
        value not in (oo, -oo)
        or ends[1] != 0
        or ends[0] is None
        or not (ends[0] in (oo, -oo) or laws.known.sign(ends[0]))
    ):
        return "comparison of growth", line, value, ()
    above = (top, ARROW, ends[0], ", ") if top.has(laws.x) else ()
    return "a denominator that tends to 0", line, value, (*above, bottom, ARROW, S.Zero)


def _rewritings(expr: Expr, x: Symbol, laws: Laws, known: Assumptions) -> Iterator[tuple[str, Expr]]:
    """Yield (rule, form) with form proved equal to expr, the expression itself first."""
    yield "", expr
    candidates: tuple[tuple[str, Callable[[], Expr]], ...] = (
        ("multiply through by the exponential that decays", lambda: _in_decaying_exponentials(expr, x, laws)),
        ("factor out the dominant term", lambda: _dominant_factored(expr, x, laws)),
        ("divide numerator and denominator by the leading power", lambda: _divided_by_leading_power(expr, x)),
        ("put over one denominator and cancel", lambda: cancel(together(expr))),
        ("rationalize", lambda: _rationalized(expr)),
    )
    for rule, rewrite in candidates:
        form = rewrite()
        if form != expr and equal(form, expr, known.relations) is True:
            yield rule, form


def _in_decaying_exponentials(expr: Expr, x: Symbol, laws: Laws) -> Expr:
    written = generators(expr, x=x)
    flip = {
        t: S.One / t for t, kernel in written.kernels.items() if isinstance(kernel, exp) and laws.limit(kernel) == oo
    }
    if not flip:
        return expr
    form = cancel(together(written.expressions[0].subs(flip)))
    kernels = {t: (1 / k if t in flip else k) for t, k in written.kernels.items()}
    return form.subs(kernels, simultaneous=True)


def _dominant_factored(expr: Expr, x: Symbol, laws: Laws) -> Expr:
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
