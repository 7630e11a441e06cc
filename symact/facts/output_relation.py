"""The derivative in terms of the output, f' = R(f), found by elimination and proved by putting f back in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    I,
    Mul,
    PolynomialError,
    S,
    Symbol,
    asinh,
    atan,
    atanh,
    cancel,
    cosh,
    diff,
    erf,
    erfc,
    erfinv,
    exp,
    expand,
    factor_list,
    fraction,
    groebner,
    log,
    resultant,
    sign,
    sinh,
    tan,
    tanh,
    together,
)

from ..deadline import deadline
from ..errors import NotSupportedError, OutOfTimeError, UndecidedError
from ..proof.algebra.assume import Assumptions
from ..proof.algebra.field import equal
from ..proof.algebra.generators import Generators, generators
from ..proof.calculus.independence import field, independent
from ..proof.relations.relation import decide_relation
from ..proof.verdict import Proved
from ..symbols import f
from .forms import by_powers, size, textbook
from .solving import solutions

__all__ = ["NO_RELATION", "is_unrelated", "output_relation"]

#: What is known where elimination finds nothing.
NO_RELATION = "elimination found no relation between f' and f; that there is none isn't proved"

#: Seconds for one Gröbner basis, and how many inverses are tried.
PATIENCE, MOST = 1.0, 6

Level = tuple[Expr, Expr]


def output_relation(expr: Expr, x: Symbol, known: Assumptions) -> Expr | None:
    """Return R with expr' = R(f), f = expr; R may hold x where that is unavoidable. None where elimination finds nothing.

    `expr` is smooth where `known` holds. Every relation returned is proved by substituting `expr` for f.
    """
    slope = diff(expr, x)
    if not slope.has(x):
        return slope

    def holds(candidate: Expr) -> bool:
        if candidate.has(I) or not candidate.has(f):
            return False
        put = candidate.subs(f, expr)
        if put.has(Abs, sign):
            return isinstance(decide_relation(put, "==", slope, known.relations), Proved)
        return equal(put, slope, known.relations) is True

    proved = [*filter(holds, dict.fromkeys(_candidates(expr, slope, x)))]
    if not proved:
        proved = [*islice(filter(holds, _by_resultants(expr, slope, x)), 1)]
    if not proved:
        inverted = (slope.subs(x, g.subs(x, f)) for g in islice(solutions(expr, x), MOST))
        proved = [*filter(holds, (form for candidate in inverted for form in (_plain(candidate), candidate)))]
    written = dict.fromkeys(form for candidate in proved for form in (candidate, by_powers(candidate, f)))
    return min((textbook(form, x=f) for form in written), key=lambda r: (r.has(x), size(r)), default=None)


def _plain(candidate: Expr) -> Expr:
    """A relation without hyperbolic functions of logarithms, and without even powers of signs, which matter at 0 alone."""
    rational = _in_exponentials(candidate)
    return rational.replace(lambda e: e.is_Pow and isinstance(e.base, sign) and e.exp.is_even, lambda e: S.One)


def is_unrelated(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> bool:
    """Whether f and f' certainly satisfy no polynomial equation P(x, f, f') = 0: they are algebraically independent over C(x).

    For of all kernels two are transcendental over the others, and the Jacobian of f and f' by them isn't 0. Where f gives another
    function by an inverse, as log(cosh(x)) gives cosh(x), f' may follow from that and isn't looked at. False says nothing.
    """
    if any(h != expr and not h.is_rational_function(x) for h, _ in _levels(expr, x)):
        return False
    try:
        of, values = field(x, low, high, known, expr, diff(expr, x))
        if not independent(of):
            return False
        return any(of.nonzero(jacobian) for jacobian in of.jacobians(*values))
    except (NotSupportedError, UndecidedError):
        return False


#: Invertible functions: from value back to argument.
_INVERSES: dict[Any, Callable[[Expr], Expr]] = {
    log: exp,
    exp: log,
    atan: tan,
    asinh: sinh,
    sinh: asinh,
    tanh: atanh,
    atanh: tanh,
    erf: erfinv,
    erfc: lambda y: erfinv(1 - y),
}


def _levels(expr: Expr, x: Symbol) -> Iterator[Level]:
    """Yield (h, H) with h(x) = H(f, x): the expression itself, then what is inside its outermost invertible functions.

    Rational functions of x beside those, as in x*tanh(exp(x)), are undone too.
    """
    output: Expr = f
    while True:
        yield expr, output
        constant, rest = _without_rational(expr, x, Add)
        factor, inner = _without_rational(rest, x, Mul)
        inverse = _INVERSES.get(inner.func)
        if inverse is not None:
            expr, output = inner.args[0], inverse((output - constant) / factor)
        elif inner.is_Pow and inner.exp.is_Rational:
            expr, output = inner.base, ((output - constant) / factor) ** (1 / inner.exp)
        else:
            return


def _undone(levels: list[Level], x: Symbol) -> Iterator[Expr]:
    """x in terms of f, where all functions around it are invertible."""
    for h, output in levels:
        line = h.as_poly(x)
        if line is not None and line.degree() == 1 and not line.nth(1).has(x) and not output.has(x):
            yield (output - line.nth(0)) / line.nth(1)


def _without_rational(expr: Expr, x: Symbol, kind: type[Add | Mul]) -> tuple[Expr, Expr]:
    """The terms or factors that are rational functions of x, and the others; of a rational function the constant ones."""
    if expr.is_rational_function(x):
        constant, rest = expr.as_independent(x, as_Add=kind is Add)
        return constant, rest
    parts = [(part, part.is_rational_function(x) is True) for part in kind.make_args(expr)]
    return tuple(kind(*(part for part, rational in parts if rational == wanted)) for wanted in (True, False))


def _candidates(expr: Expr, slope: Expr, x: Symbol) -> Iterator[Expr]:
    """Yield expressions in f, and x, that may equal the slope."""
    levels = list(_levels(expr, x))
    yield from (slope.subs(x, found) for found in _undone(levels, x))
    written = generators(slope, *(h for h, _ in levels), x=x)
    target, *inner = written.expressions
    known = [(h, output) for h, (_, output) in zip(inner, levels, strict=True)]
    yield from _solved(target, known, {*written.kernels, x}, x)
    if slope.is_rational_function(x):
        yield from (cancel(slope * h) / output for h, output in levels[1:])
    if written.equations:
        for h, output in known:
            yield from _by_basis(h, output, target, written, x)


def _in_exponentials(expr: Expr) -> Expr:
    return expr.replace(lambda e: isinstance(e, sinh | cosh | tanh), lambda e: e.rewrite(exp))


def _by_resultants(expr: Expr, slope: Expr, x: Symbol) -> Iterator[Expr]:
    for h, output in _levels(expr, x):
        rational, quotient = generators(_in_exponentials(h), _in_exponentials(slope), x=x).expressions
        yield from _by_resultant(rational, quotient, output, x)


def _by_resultant(h: Expr, target: Expr, output: Expr, x: Symbol) -> Iterator[Expr]:
    """Eliminate the one kernel of two rational functions; an even root of what is left has the sign of x or the other one."""
    kernels = (h.free_symbols | target.free_symbols) - {x}
    if len(kernels) != 1 or not h.free_symbols & kernels:
        return
    (t,) = kernels
    value, q = Dummy("h", real=True), Dummy("q", real=True)
    equations = (fraction(together(a - b))[0] for a, b in ((h, value), (target, q)))
    try:
        with deadline(PATIENCE):
            factors = factor_list(resultant(*equations, t))[1]
    except (PolynomialError, OutOfTimeError):
        return
    for factor, _ in factors:
        for root in _pure_roots(factor, q):
            yield from (part.subs(value, output) for part in (root, sign(x) * root))


def _solved(target: Expr, levels: list[Level], unknowns: set[Symbol], x: Symbol) -> Iterator[Expr]:
    """Solve the levels for kernels that enter linearly, one after another, until the target holds none but x."""
    if not target.free_symbols & (unknowns - {x}):
        yield target
    for m, (h, output) in enumerate(levels):
        top = fraction(together(h - output))[0]
        for g in sorted(top.free_symbols & unknowns & target.free_symbols, key=str):
            parts = top.as_poly(g)
            if parts is None or parts.degree() != 1:
                continue
            value = -parts.nth(0) / parts.nth(1)
            rest = [(a.subs(g, value), b) for n, (a, b) in enumerate(levels) if n != m]
            yield from _solved(cancel(together(target.subs(g, value))), rest, unknowns - {g}, x)


def _by_basis(h: Expr, output: Expr, target: Expr, written: Generators, x: Symbol) -> Iterator[Expr]:
    """Eliminate radicals by a Gröbner basis; the slope enters linearly or as a pure power."""
    value, q, inverse = Dummy("h", real=True), Dummy("q", real=True), Dummy("w")
    system = [fraction(together(h - value))[0], fraction(together(target - q))[0], *written.equations]
    # no denominator and no radical is zero where the slope exists
    system.append(1 - inverse * Mul(*(fraction(together(e))[1] for e in (h, target)), *written.kernels))
    for drop in ([*written.kernels, x], [*written.kernels]):
        keep = [q, value, *({x} - set(drop))]
        parameters = sorted(set().union(*(e.free_symbols for e in system)) - {*drop, *keep, inverse}, key=str)
        try:
            with deadline(PATIENCE):
                basis = groebner(system, inverse, *drop, *keep, *parameters, order="lex")
        except (PolynomialError, NotImplementedError, OutOfTimeError):
            continue
        for element in basis.exprs:
            if element.has(q) and not element.has(inverse, *drop):
                for factor, _ in factor_list(element)[1]:
                    for root in _pure_roots(factor, q):
                        yield root.subs(value, output)


def _joined(factors: list[tuple[Expr, int]]) -> list[tuple[Expr, int]]:
    """The factors with those of the same power multiplied out: (1 - f)**3*(1 + f)**3 as (1 - f**2)**3."""
    return [(expand(Mul(*(base for base, n in factors if n == m))), m) for m in dict.fromkeys(n for _, n in factors)]


def _pure_roots(factor: Expr, q: Symbol) -> Iterator[Expr]:
    """Solve a*q**m = b for q, writing b as a product of powers."""
    poly = factor.as_poly(q)
    power = poly.degree() if poly is not None else 0
    if power == 0 or any(poly.nth(m) for m in range(1, power)):
        return
    root = S.One
    for part, way in zip(fraction(together(-poly.nth(0) / poly.nth(power))), (1, -1), strict=True):
        constant, factors = factor_list(part)
        if constant.is_negative:  # -(a*f**2 - 1)**3 is (1 - a*f**2)**3, the power of something positive
            odd = next((base for base, m in factors if m % 2), None)
            factors = [(-base if base == odd else base, m) for base, m in factors]
            constant = constant if odd is None else -constant
        root *= (constant ** (S.One / power) * Mul(*(base ** (S(m) / power) for base, m in _joined(factors)))) ** way
    yield root
    if power % 2 == 0:
        yield -root
