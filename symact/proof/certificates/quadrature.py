"""The checker's own enclosures of integrals and expectations: complex balls on compact parts, a bound on the tails."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, reduce
from itertools import pairwise
from operator import add, mul
from typing import Any

import sympy as sp
from flint import acb, arb
from sympy import Dummy, Expr, Integral, Symbol, exp, oo

from ...claims.model import Expectation
from ...errors import NotSupportedError
from ..functions.switches import obstacles
from ..numbers import balls
from ..steps.comparison import certain_sign
from ..steps.tails import FAR, tail_area, tail_bound
from ..text import read_expression
from .evaluation import CARRIED_OUT, evaluated
from .intervals import resolve, sign_on
from .requirements import CertificateError, mapping, require

__all__ = ["enclosed"]

#: Beyond this distance the normal weight is left to the bound on the tails.
TAIL = 26
MAX_CUTS = 64
MAX_BITS = 256
#: How often an integrand is evaluated at most.
MAX_EVALUATIONS = 100_000


def enclosed(expr: Expr, bits: int, parts: Any) -> arb:
    """Return a ball around a constant with integrals and expectations of smooth pieces.

    The parts give for each in turn the points at which it is cut, and what derivatives and the like inside come to.

    Raises CertificateError, or another SymactError, where there is none.
    """
    require(type(bits) is int and 16 <= bits <= MAX_BITS, "the precision is not a moderate number")
    require(isinstance(parts, list), "the cuts are missing")
    rest = iter(parts)
    values: dict[Any, arb] = {}

    def leave(node: Any) -> Any:
        if node.func not in (Integral, Expectation):
            return node.func(*map(leave, node.args)) if node.has(*CARRIED_OUT) else node
        name, part = Dummy(real=True), mapping(next(rest, None))
        inner = evaluated(node.function, (), iter(part["evaluated"]))
        values[name] = _value(node.func(inner, *node.limits), bits, [read_expression(c) for c in part["cuts"]])
        return name

    return balls.enclose(leave(expr), values, bits + 32)


def _value(node: Any, bits: int, cuts: Sequence[Expr]) -> arb:
    v = node.limits[0][0]
    require(len(cuts) <= MAX_CUTS, "there are too many cuts")
    if isinstance(node, Expectation):
        weight = exp(-(v**2) / 2) / sp.sqrt(2 * sp.pi)
        ends = (sp.Integer(-TAIL), sp.Integer(TAIL))
        inner = _between(node.function, weight, v, (ends[0], *cuts, ends[1]), bits)
        tails = [_tail(node.function, v, side) for side in (1, -1)]
        with balls.precision(bits + 32):
            return inner + tails[0] + tails[1]
    require(len(node.limits[0]) == 3, "an integral has no bounds")
    low, high = node.limits[0][1:]
    require(low != oo and high != -oo, "an integral runs from oo, or to -oo")
    near = tuple(sp.Integer(FAR) * way if end in (oo, -oo) else end for way, end in ((-1, low), (1, high)))
    inner = _between(node.function, sp.S.One, v, (near[0], *cuts, near[1]), bits)
    tails = [_far(node.function, v, way) for way, end in ((-1, low), (1, high)) if end in (oo, -oo)]
    with balls.precision(bits + 32):
        return sum(tails, inner)


def _between(expr: Expr, weight: Expr, v: Symbol, points: Sequence[Expr], bits: int) -> arb:
    total = arb(0)
    for a, b in pairwise(points):
        require(certain_sign(b - a) == 1, "the cuts are not in increasing order")
        smooth = _smooth(expr, v, a, b)
        start, end = (balls.enclose(e, bits=bits + 32) for e in (a, b))
        with balls.precision(bits + 32):
            found = acb.integral(
                _integrand(_without_holes(smooth * weight, v), v),
                acb(start),
                acb(end),
                abs_tol=arb(2) ** -(bits + 16),
                eval_limit=MAX_EVALUATIONS,
            )
            require(bool(found.is_finite() and found.imag.contains(0)), f"the integral of {expr} was not enclosed")
            total += found.real
    return total


def _smooth(expr: Expr, v: Symbol, low: Expr, high: Expr) -> Expr:
    """The smooth expression that is defined everywhere on an open interval."""
    smooth = resolve(expr, v, low, high)
    if smooth is None or not all(sign_on(g, v, low, high) in allowed for g, allowed in obstacles(smooth)):
        raise CertificateError(f"{expr} isn't known to be defined between {low} and {high}")
    return smooth


def _tail(expr: Expr, v: Symbol, side: int) -> arb:
    """A ball around 0 that holds the part of an expectation beyond TAIL: |f|*exp(-v**2/4) <= B there."""
    turned = expr if side > 0 else expr.subs(v, -v)
    smooth = _smooth(turned, v, sp.Integer(TAIL), oo)
    if smooth == 0:
        return arb(0)
    bound = tail_bound(smooth * exp(-(v**2) / 4), v, TAIL)
    with balls.precision(balls.FIRST_BITS):
        mass = bound * (arb(TAIL) / 2).erfc() / arb(2).sqrt()
        return mass.union(-mass)


def _far(expr: Expr, v: Symbol, side: int) -> arb:
    """A ball around 0 that holds the part of an integral beyond FAR."""
    smooth = _smooth(expr if side > 0 else expr.subs(v, -v), v, sp.Integer(FAR), oo)
    return arb(0) if smooth == 0 else tail_area(smooth, v)


def _integrand(expr: Expr, v: Symbol) -> Callable[[acb, bool], acb]:
    return lambda at, analytic: _run(expr, v, at, bool(analytic))


def _without_holes(expr: Expr, v: Symbol) -> Expr:
    """sin(u)/w written as sinc(u)*(u/w) where u/w is constant: the same but for holes."""

    def rule(product: Expr) -> Expr:
        powers: dict[Expr, Expr] = {}
        for base, n in (part.as_base_exp() for part in sp.Mul.make_args(product)):
            powers[base] = powers.get(base, 0) + n
        for wave in [base for base, n in powers.items() if isinstance(base, sp.sin) and n.is_Integer and n > 0]:
            for base, n in list(powers.items()):
                ratio = wave.args[0] / base if n.is_Integer and n < 0 else v
                if not ratio.has(v):
                    count = min(powers[wave], -n)
                    powers[wave] -= count
                    powers[base] += count
                    powers[sp.sinc(wave.args[0])] = count
                    powers[ratio] = powers.get(ratio, 0) + count
        return sp.Mul(*(base**n for base, n in powers.items()))

    found: Expr = expr.replace(lambda e: e.is_Mul and e.has(sp.sin), rule)
    return found


@lru_cache(256)
def _constant(expr: Expr) -> acb:
    return acb(balls.enclose(expr, bits=MAX_BITS))


def _run(expr: Expr, v: Symbol, at: acb, analytic: bool) -> acb:
    if expr == v:
        return at
    if not expr.has(v):
        return _constant(expr)
    if isinstance(expr, sp.Pow) and not isinstance(expr, sp.exp):
        if expr.exp.has(v):
            return (_run(expr.exp, v, at, analytic) * _run(expr.base, v, at, analytic).log(analytic=analytic)).exp()
        base = _run(expr.base, v, at, analytic)
        if expr.exp.is_Integer:
            return base ** int(expr.exp)
        return base.pow(_constant(expr.exp), analytic=analytic)
    rule = _RULES.get(expr.func)
    if rule is None:
        raise NotSupportedError(f"{expr.func.__name__} has no complex balls here")
    return rule(analytic, *(_run(a, v, at, analytic) for a in expr.args))


def _cut(name: str, margin: Callable[[acb], acb]) -> Callable[..., acb]:
    """A function that is analytic where a margin isn't on the negative half-line."""

    def rule(analytic: bool, u: acb) -> acb:
        if analytic and not margin(u).log(analytic=True).is_finite():
            return acb("nan")
        found: acb = getattr(u, name)()
        return found

    return rule


#: Function class → its value on complex balls; the flag asks for a value only where it is analytic.
_RULES: Mapping[Any, Callable[..., acb]] = {
    sp.Add: lambda _, *terms: reduce(add, terms),
    sp.Mul: lambda _, *factors: reduce(mul, factors),
    sp.log: lambda analytic, u: u.log(analytic=analytic),
    **{
        head: (lambda _, u, name=name: getattr(u, name)())
        for head, name in (
            *((sp.exp, "exp"), (sp.sin, "sin"), (sp.cos, "cos"), (sp.sinh, "sinh"), (sp.cosh, "cosh")),
            *(
                (sp.sinc, "sinc"),
                (sp.tanh, "tanh"),
                (sp.tan, "tan"),
                (sp.cot, "cot"),
                (sp.sech, "sech"),
                (sp.erf, "erf"),
                (sp.erfc, "erfc"),
            ),
        )
    },
    **{head: _cut(name, lambda u: 1 + u * u) for head, name in ((sp.atan, "atan"), (sp.asinh, "asinh"))},
    **{
        head: _cut(name, lambda u: 1 - u * u)
        for head, name in ((sp.asin, "asin"), (sp.acos, "acos"), (sp.atanh, "atanh"))
    },
}
