"""All real zeros of a smooth expression, in closed form, or an honest refusal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cmp_to_key, lru_cache
from typing import Any

from sympy import (
    CRootOf,
    E,
    Expr,
    LambertW,
    Poly,
    S,
    Symbol,
    acosh,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    erf,
    erfc,
    erfinv,
    exp,
    fraction,
    log,
    pi,
    resultant,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
    together,
)

from ...errors import NotSupportedError, UnknownSignError
from .assume import Assumptions
from .factoring import factors
from .field import is_zero
from .generators import Generators, generators
from .lambert import linear_exponential_zeros

__all__ = ["real_zeros", "sort_points"]


@lru_cache(512)
def real_zeros(expr: Expr, x: Symbol, known: Assumptions) -> tuple[Expr, ...]:
    """Return every real zero of `expr` in x where it is defined, in increasing order.

    Candidates at which `expr` is undefined may be among them. Raises NotSupportedError where no exact method applies.
    """
    if 0 not in known.signs(expr):
        return ()
    written = generators(expr, x=x)
    numerator, _ = fraction(together(written.expressions[0]))
    found: list[Expr] = []
    for factor, _ in factors(numerator)[1]:
        found += _zeros_of_factor(factor, written, x, known)
    return tuple(sort_points(found, known))


def sort_points(points: list[Expr], known: Assumptions) -> list[Expr]:
    """Return the points in increasing order without repetition; raise NotSupportedError where the order isn't known."""

    def compare(a: Expr, b: Expr) -> int:
        sign = 0 if a == b else known.sign(a - b)
        if sign is None:
            raise UnknownSignError(a - b)
        return sign

    ordered = sorted(points, key=cmp_to_key(compare))
    return [p for m, p in enumerate(ordered) if m == 0 or compare(ordered[m - 1], p) != 0]


def _zeros_of_factor(factor: Expr, written: Generators, x: Symbol, known: Assumptions) -> list[Expr]:
    kernels = factor.free_symbols & {x, *written.kernels}
    full = written.back(factor)
    if not kernels:
        if 0 in known.signs(full):
            raise UnknownSignError(full)
        return []
    if 0 not in known.signs(full):
        return []
    if len(kernels) == 2 and x in kernels:
        (other,) = kernels - {x}
        solved = linear_exponential_zeros(factor, x, other, written.kernels[other], known)
        if solved is not None:
            return solved
    roots = [k for k in kernels - {x} if any(e.has(k) for e in written.equations)]
    if len(kernels) > 1 and len(roots) == len(kernels - {x}):
        return _zeros_with_radicals(factor, written.equations, full, roots, x, known)
    (kernel,) = kernels if len(kernels) == 1 else (None,)
    poly = None if kernel is None else factor.as_poly(kernel)
    if poly is None:
        raise NotSupportedError(f"the sign changes of {full} can't be located exactly")
    values = _polynomial_roots(poly, known)
    if kernel == x:
        return values
    return [u for value in values for u in _preimages(written.kernels[kernel], value, x, known)]


def _zeros_with_radicals(
    factor: Expr, equations: Sequence[Expr], full: Expr, radicals: list[Symbol], x: Symbol, known: Assumptions
) -> list[Expr]:
    """The zeros of a polynomial in x and radicals: among those of the polynomial that is left without the radicals."""
    for symbol in radicals:
        factor = resultant(factor, next(e for e in equations if e.has(symbol)), symbol)
    if not factor.has(x):
        return [] if _certain(factor, known) else _undecidable(full)
    return [point for point in real_zeros(factor, x, known) if _vanishes(full.subs(x, point), known)]


def _vanishes(value: Expr, known: Assumptions) -> bool:
    return is_zero(value, known.relations) is True or _certain(value, known) == 0


def _undecidable(full: Expr) -> list[Expr]:
    raise NotSupportedError(f"the zeros of {full} can't be located exactly")


def _polynomial_roots(poly: Poly, known: Assumptions) -> list[Expr]:
    """Return the real roots of a univariate polynomial whose coefficients may hold parameters."""
    if all(c.is_Rational for c in poly.all_coeffs()):
        roots = list(dict.fromkeys(poly.real_roots()))
        if any(root.has(CRootOf) for root in roots):
            raise NotSupportedError(f"the real roots of {poly.as_expr()} have no radicals that a reader would want")
        return roots
    coefficients = poly.all_coeffs()
    lead = known.sign(coefficients[0])
    if not lead:
        raise UnknownSignError(coefficients[0])
    if poly.degree() == 1:
        return [-coefficients[1] / coefficients[0]]
    if poly.degree() == 2:
        a, b, c = coefficients
        discriminant = known.sign(b**2 - 4 * a * c)
        if discriminant is None:
            raise UnknownSignError(b**2 - 4 * a * c)
        if discriminant < 0:
            return []
        root = sqrt(b**2 - 4 * a * c)
        return [-b / (2 * a)] if discriminant == 0 else [(-b - root) / (2 * a), (-b + root) / (2 * a)]
    raise NotSupportedError(f"the real roots of {poly.as_expr()} can't be located exactly")


def _preimages(kernel: Expr, value: Expr, x: Symbol, known: Assumptions) -> list[Expr]:
    """Solve kernel(x) = value by undoing the outermost function."""
    inverse = _INVERSES.get(kernel.func) if not kernel.is_Pow or kernel.base == E else _undo_power
    if isinstance(kernel, sin | cos | tan):
        raise NotSupportedError(
            f"{kernel} = {value} may hold at infinitely many places: restrict {x} to a bounded interval"
        )
    if inverse is None:
        raise NotSupportedError(f"{kernel} = {value} can't be solved exactly")
    argument = kernel.exp if kernel.is_Pow else kernel.args[0]
    if inverse is _undo_power:
        argument = kernel.base
    return [z for u in inverse(kernel, value, known) for z in real_zeros(argument - u, x, known)]


def _certain(condition: Expr, known: Assumptions) -> int:
    sign = known.sign(condition)
    if sign is None:
        raise UnknownSignError(condition)
    return sign


def _undo_power(kernel: Expr, value: Expr, known: Assumptions) -> list[Expr]:
    power = kernel.exp
    if not power.is_Rational:
        raise NotSupportedError(f"{kernel} = {value} can't be solved exactly")
    sign = _certain(value, known)
    if sign < 0 or (sign == 0 and power < 0):
        return []
    return [value ** (1 / power)]


def _within(bound: Any, inverse: Callable[[Expr], Expr]) -> Callable[[Expr, Expr, Assumptions], list[Expr]]:
    """Inverse of an odd function with values in (-bound, bound)."""

    def undo(kernel: Expr, value: Expr, known: Assumptions) -> list[Expr]:
        inside = _certain(bound - value, known) > 0 and _certain(bound + value, known) > 0
        return [inverse(value)] if inside else []

    return undo


def _undo_cosh(kernel: Expr, value: Expr, known: Assumptions) -> list[Expr]:
    sign = _certain(value - 1, known)
    return [] if sign < 0 else [S.Zero] if sign == 0 else [-acosh(value), acosh(value)]


def _undo_erfc(kernel: Expr, value: Expr, known: Assumptions) -> list[Expr]:
    return _within(1, erfinv)(kernel, 1 - value, known)


def _undo_lambert(kernel: Expr, value: Expr, known: Assumptions) -> list[Expr]:
    """W(u) = v for u = v*exp(v), where v >= -1 on the main branch and v <= -1 on the other."""
    side = _certain(value + 1, known) * (1 if len(kernel.args) == 1 else -1)
    return [value * exp(value)] if side >= 0 else []


#: Function → all real u with function(u) = value.
_INVERSES: dict[Any, Callable[[Expr, Expr, Assumptions], list[Expr]]] = {
    exp: lambda kernel, value, known: [log(value)] if _certain(value, known) > 0 else [],
    log: lambda kernel, value, known: [exp(value)],
    sinh: lambda kernel, value, known: [asinh(value)],
    asinh: lambda kernel, value, known: [sinh(value)],
    atanh: lambda kernel, value, known: [tanh(value)],
    cosh: _undo_cosh,
    tanh: _within(1, lambda value: log((1 + value) / (1 - value)) / 2),
    atan: _within(pi / 2, tan),
    erf: _within(1, erfinv),
    erfc: _undo_erfc,
    LambertW: _undo_lambert,
}
