"""Antiderivatives of sums of products of powers, exponentials of quadratics and error functions; guesses for all else.

Nothing here is trusted: whoever uses an antiderivative differentiates it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sympy import (
    Add,
    Dummy,
    Expr,
    Function,
    Integral,
    Mul,
    Piecewise,
    Poly,
    RootSum,
    S,
    Symbol,
    count_ops,
    diff,
    erf,
    erfc,
    exp,
    expand,
    expand_mul,
    log,
    pi,
    sqrt,
)
from sympy.functions.elementary.hyperbolic import HyperbolicFunction
from sympy.integrals.heurisch import heurisch
from sympy.integrals.manualintegrate import manualintegrate
from sympy.integrals.rationaltools import ratint
from sympy.polys.polyerrors import PolynomialError

from ...deadline import deadline
from ...errors import NotSupportedError, OutOfTimeError
from ..algebra.assume import Assumptions
from ..algebra.field import is_zero
from ..algebra.generators import generators

__all__ = ["candidates"]

#: SymPy's integrators, and the seconds each gets for a guess: by the rules of textbooks, and by an ansatz.
_GUESSES: tuple[tuple[Callable[[Expr, Symbol], Expr | None], float], ...] = ((manualintegrate, 1.0), (heurisch, 0.7))
#: An ansatz for expressions with more operations takes longer than that.
MAX_OPERATIONS = 40
#: Powers of v beside a Gaussian that are taken away, one in a step.
MAX_STEPS = 12
#: Larger expressions are not looked at for that.
MAX_SIZE = 400
#: What SymPy's integrator may raise besides its own refusals.
_FAILURES = (
    ArithmeticError,
    AttributeError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
    KeyError,
    IndexError,
)

#: Powers of error functions of linear arguments, {slope*v + shift: power}.
Errors = tuple[tuple[Expr, int], ...]


def candidates(expr: Expr, v: Symbol, known: Assumptions, guess: bool = True) -> Iterator[Expr]:
    """Yield expressions whose derivative may be `expr`, those of the rules first, then guesses of SymPy's."""
    if expr == 0:
        yield expr
        return
    constants: dict[Expr, Dummy] = {}
    plain = _without_constants(expr, v, constants)
    try:
        found = Add(*(_of_term(term, v, known) for term in Add.make_args(_written_out(plain, v))))
        yield found.xreplace({name: value for value, name in constants.items()})
    except (NotSupportedError, PolynomialError):
        pass
    yield from _of_exponential(expr, v)
    yield from _of_gaussian(expr, v, known)
    if guess:
        yield from _guess(expr, v)


def _without_constants(expr: Expr, v: Symbol, names: dict[Expr, Dummy]) -> Expr:
    """Name the parts without v, but for numbers and what is inside functions, so that multiplying out leaves them alone."""
    if expr.is_Rational or expr == v or isinstance(expr, Function):
        return expr if expr.has(v) or expr.is_Rational else names.setdefault(expr, Dummy(real=True))
    if not expr.has(v):
        return names.setdefault(expr, Dummy(real=True))
    if expr.is_Pow:
        return _without_constants(expr.base, v, names) ** expr.exp
    return expr.func(*(_without_constants(a, v, names) for a in expr.args))


def _written_out(expr: Expr, v: Symbol) -> Expr:
    """A sum of products, with erfc written as 1 - erf."""
    free = expr.replace(lambda e: isinstance(e, erfc) and e.has(v), lambda e: 1 - erf(e.args[0]))
    return expand(free)


def _of_term(term: Expr, v: Symbol, known: Assumptions) -> Expr:
    coefficient, rest = term.as_independent(v, as_Add=False)
    power, exponent = 0, S.Zero
    errors: dict[Expr, int] = {}
    for factor in Mul.make_args(rest):
        base, times = factor.as_base_exp()
        if isinstance(factor, exp):
            exponent += factor.exp
        elif not (times.is_Integer and times > 0) or not (base == v or isinstance(base, erf)):
            if factor != 1:
                raise NotSupportedError(f"{factor} has no rule")
        elif base == v:
            power += int(times)
        else:
            errors[base.args[0]] = errors.get(base.args[0], 0) + int(times)
    return coefficient * _integral(power, _Quadratic(exponent, v), tuple(errors.items()), v, known)


class _Quadratic:
    """a*v**2 + b*v + c."""

    def __init__(self, expr: Expr, v: Symbol) -> None:
        poly = expr.as_poly(v)
        if poly is None or poly.degree() > 2:
            raise NotSupportedError(f"{expr} is not quadratic in {v}")
        self.expr, self.v = expr, v
        self.a, self.b, self.c = (expand(poly.nth(k)) for k in (2, 1, 0))

    def minus_square(self, line: Expr) -> _Quadratic:
        return _Quadratic(expand(self.expr - line**2), self.v)


def _integral(n: int, q: _Quadratic, errors: Errors, v: Symbol, known: Assumptions) -> Expr:
    """∫ v**n * exp(q) * Π erf(line)**m by parts, until a Gaussian or a constant is left."""
    if q.a != 0:
        return _gaussian(n, q, errors, v, known)
    if q.b != 0:
        whole = v**n * exp(q.expr) * _product(errors)
        less = n * _integral(n - 1, q, errors, v, known) if n else S.Zero
        return (whole - less - _through_errors(n, q, errors, v, known)) / q.b
    whole = v ** (n + 1) * exp(q.c) * _product(errors)
    return (whole - _through_errors(n + 1, q, errors, v, known)) / (n + 1)


def _gaussian(n: int, q: _Quadratic, errors: Errors, v: Symbol, known: Assumptions) -> Expr:
    if n:
        whole = v ** (n - 1) * exp(q.expr) * _product(errors)
        less = (n - 1) * _integral(n - 2, q, errors, v, known) if n > 1 else S.Zero
        linear = q.b * _integral(n - 1, q, errors, v, known) if q.b != 0 else S.Zero
        return (whole - less - linear - _through_errors(n - 1, q, errors, v, known)) / (2 * q.a)
    if not errors:
        if known.sign(q.a) != -1:
            raise NotSupportedError("the exponential of a square that grows has no antiderivative here")
        root = sqrt(-q.a)
        return exp(q.c - q.b**2 / (4 * q.a)) * sqrt(pi) / (2 * root) * erf(root * v - q.b / (2 * root))
    if len(errors) == 1:
        line, m = errors[0]
        rest = _Quadratic(expand(q.expr + line**2), v)
        if rest.a == 0 and rest.b == 0:
            return exp(rest.c) * sqrt(pi) / (2 * diff(line, v)) * erf(line) ** (m + 1) / (m + 1)
    raise NotSupportedError("a Gaussian times an error function has no antiderivative here")


def _through_errors(n: int, q: _Quadratic, errors: Errors, v: Symbol, known: Assumptions) -> Expr:
    """∫ v**n * exp(q) * (Π erf(line)**m)′"""
    total: Expr = S.Zero
    for k, (line, m) in enumerate(errors):
        slope = diff(line, v)
        if slope.has(v):
            raise NotSupportedError(f"{line} is not linear in {v}")
        fewer = (*errors[:k], *(((line, m - 1),) if m > 1 else ()), *errors[k + 1 :])
        total += m * 2 * slope / sqrt(pi) * _integral(n, q.minus_square(line), fewer, v, known)
    return total


def _product(errors: Errors) -> Expr:
    return Mul(*(erf(line) ** m for line, m in errors))


def _guess(expr: Expr, v: Symbol) -> Iterator[Expr]:
    factor, rest = expr.as_independent(v, as_Add=False)
    for integrate, seconds in _GUESSES:
        if integrate is heurisch and count_ops(rest) > MAX_OPERATIONS:
            continue
        try:
            with deadline(seconds):
                found = integrate(rest, v)
        except (OutOfTimeError, *_FAILURES):
            continue
        if found is not None and not found.has(Integral, Piecewise):
            yield factor * found


def _of_exponential(expr: Expr, v: Symbol) -> Iterator[Expr]:
    """A rational function of t = exp(b*v + c), integrated as R(t)/(b*t) dt."""
    plain = expr.replace(lambda e: isinstance(e, HyperbolicFunction) and e.has(v), lambda e: e.rewrite(exp))
    written = generators(plain, x=v)
    if len(written.kernels) != 1 or written.equations:
        return
    t, kernel = next(iter(written.kernels.items()))
    if not isinstance(kernel, exp) or written.expressions[0].has(v) or diff(kernel.exp, v).has(v):
        return
    try:
        found = ratint(written.expressions[0] / (t * diff(kernel.exp, v)), t)
    except (NotImplementedError, PolynomialError):
        return
    if not found.has(Integral, RootSum):
        yield written.back(found.replace(log, lambda u: kernel.exp if u == t else log(u)))


def _of_gaussian(expr: Expr, v: Symbol, known: Assumptions) -> Iterator[Expr]:
    """h*exp(a*v**2) as the derivative of g*exp(a*v**2), that is g' + 2*a*v*g = h, by the powers of v in h, up to a constant."""
    squares = {_square(e.exp, v) for e in expr.atoms(exp)} - {S.Zero}
    if len(squares) != 1:
        return
    (a,) = squares
    bell = Dummy(positive=True)
    named = expr.replace(
        lambda e: isinstance(e, exp) and _square(e.exp, v) == a, lambda e: bell * exp(expand(e.exp - a * v**2))
    )
    rest = diff(named, bell)
    if rest.has(bell) or named.subs(bell, 0) != 0:
        return
    found = S.Zero
    try:
        for _ in range(MAX_STEPS):
            names: dict[Expr, Dummy] = {}
            poly = Poly(_beside_powers(rest, v, names), v)
            if poly.degree() < 1 or count_ops(rest) > MAX_SIZE:
                break
            back = {name: f for f, name in names.items()}
            part = poly.LC().xreplace(back) * v ** (poly.degree() - 1) / (2 * a)
            found += part
            rest = rest - diff(part, v) - 2 * a * v * part
    except PolynomialError:
        return
    if is_zero(diff(rest, v)) is True and known.sign(a) == -1:
        found += rest.subs(v, 0) * exp(-a * v**2) * sqrt(pi) * erf(sqrt(-a) * v) / (2 * sqrt(-a))
    yield expand_mul(found * exp(a * v**2))


def _beside_powers(expr: Expr, v: Symbol, names: dict[Expr, Dummy]) -> Expr:
    """The expression with a name for each part that has v inside functions only."""
    if expr == v or not expr.args:
        return expr
    outside = expr.replace(lambda e: isinstance(e, Function), lambda e: Dummy())
    if not outside.has(v):
        return names.setdefault(expr, Dummy(real=True))
    return expr.func(*(_beside_powers(part, v, names) for part in expr.args))


def _square(exponent: Expr, v: Symbol) -> Expr:
    """The coefficient of v**2 in a quadratic, 0 in another expression."""
    poly = exponent.as_poly(v)
    return poly.nth(2) if poly is not None and poly.degree() == 2 else S.Zero
