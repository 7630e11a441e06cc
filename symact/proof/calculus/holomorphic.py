"""Certain enclosures of integrals of analytic expressions, by Petras' method of arb, and of expectations under N(0, 1)."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from itertools import pairwise
from operator import mul
from typing import Any

import sympy as sp
from flint import acb, arb, ctx, fmpq
from sympy import Expr, Symbol, cos, erf, erfc, oo, sin, sinc

from ...errors import NotSupportedError, UndecidedError
from ..functions.pieces import Piece
from ..functions.shape import Shape
from ..numbers import balls
from ..numbers.ball_rules import BALL_RULES, GeneralPower, ball
from ..numbers.program import compile_expression
from .holes import around_holes
from .majorants import gaussian_tail, majorant

__all__ = ["NotFiniteError", "gaussian_expectation"]

#: Bits beyond those asked for that are tried, and how far out the tails may begin.
PRECISIONS, FARTHEST = (64, 512), 100


class NotFiniteError(UndecidedError):
    """The integrand could not be enclosed near some point."""


def gaussian_expectation(curve: Shape, bits: int = 128, evaluations: int = 12_000) -> arb:
    """Return a ball of radius below 2**-bits, relative to its value where that exceeds 1, around E[f(z)], z ~ N(0, 1).

    `curve` has no parameters and covers the line but for points; the integrand is evaluated at most `evaluations` times a
    piece. Raises UndecidedError where none is found.
    """
    z = curve.variable
    pieces, detours = around_holes(
        [Piece(p.left, p.right, _stable(p.expr)) for p in curve.pieces],
        z,
        lambda expr, box: _evaluator(expr, z)(box, True),
    )
    for extra in PRECISIONS:
        with balls.precision(bits + extra):
            reach, tails = _tails(pieces, z, bits)
            total = tails
            for piece in pieces:
                total += _over(piece, z, reach, bits, evaluations)
            for expr, path in detours:
                total += sum(_along(expr, z, a, b, bits, evaluations).real for a, b in pairwise(path))
            if not total.is_finite():
                raise NotFiniteError("the integrand has a singularity, near which it was not enclosed")
            if total.rad() < arb(2) ** -bits * abs(total).max(arb(1)).upper():
                return total
    raise UndecidedError("the integral was not enclosed tightly enough")


def _stable(expr: Expr) -> Expr:
    """1 + erf(u) as erfc(-u), 1 - erf(u) as erfc(u), 1 - cos(u) as 2*sin(u/2)**2: the same without cancellation."""
    if not expr.args:
        return expr
    parts = [_stable(a) if isinstance(a, Expr) else a for a in expr.args]
    if expr.is_Add and len(parts) == 2 and any(p.has(erf) for p in parts):
        constant, term = sorted(parts, key=lambda p: bool(p.has(erf)))
        factor, rest = term.as_independent(erf, as_Add=False)
        if isinstance(rest, erf) and constant == factor:
            return factor * erfc(-rest.args[0])
        if isinstance(rest, erf) and constant == -factor:
            return constant * erfc(rest.args[0])
    if expr.is_Add and len(parts) == 2 and any(p.has(cos) for p in parts):
        constant, term = sorted(parts, key=lambda p: bool(p.has(cos)))
        factor, rest = term.as_independent(cos, as_Add=False)
        if isinstance(rest, cos) and constant == -factor:
            return 2 * constant * sin(rest.args[0] / 2) ** 2
    if expr.is_Mul:
        parts = _with_sinc(list(sp.Mul.make_args(sp.Mul(*parts))))
    return expr.func(*parts)


def _with_sinc(factors: list[Expr]) -> list[Expr]:
    """sin(u)**n/v**n as (sinc(u)*u/v)**n where u/v is constant: the same but for a hole."""
    for m, wave in enumerate(factors):
        base, n = wave.as_base_exp()
        for k, divisor in enumerate(factors):
            v, power = divisor.as_base_exp()
            if isinstance(base, sin) and power == -n and not (base.args[0] / v).free_symbols & v.free_symbols:
                rest = [f for j, f in enumerate(factors) if j not in (m, k)]
                return [*rest, (sinc(base.args[0]) * base.args[0] / v) ** n]
    return factors


def _tails(pieces: list[Piece], z: Symbol, bits: int) -> tuple[int, arb]:
    """Where both tails are below 2**-bits together, and a ball around 0 that contains them."""
    ends = [abs(balls.enclose(e, bits=64)) for p in pieces for e in (p.left, p.right) if e not in (oo, -oo)]
    start = max([6, *(int(e.upper().ceil().fmpq().p) + 1 for e in ends)])
    for reach in range(start, max(start, FARTHEST) + 1):
        total = arb(0)
        for piece, side in ((pieces[0], -1), (pieces[-1], 1)):
            tail = gaussian_tail(majorant(piece.expr, z, side, reach), reach)
            if tail is None:
                break
            total += tail
        else:
            if total < arb(2) ** (-bits - 4):
                return reach, arb(0, total.upper())
    raise UndecidedError("the function grows too fast far out for its expectation to be enclosed")


def _over(piece: Piece, z: Symbol, reach: int, bits: int, evaluations: int) -> arb:
    """The integral of a piece times the normal density over the part of it within reach."""
    low = arb(-reach) if piece.left == -oo else balls.enclose(piece.left, bits=ctx.prec)
    high = arb(reach) if piece.right == oo else balls.enclose(piece.right, bits=ctx.prec)
    if piece.expr == 0:
        return arb(0)
    a, b = arb(low.mid()), arb(high.mid())
    found = _along(piece.expr, z, acb(a), acb(b), bits, evaluations).real
    for end, middle in ((low, a), (high, b)):
        if not end.is_exact():  # the sliver between the end and the middle of its ball
            found += (end - middle) * _weighted(piece.expr, z)(acb(end), False).real
    return found


def _along(expr: Expr, z: Symbol, a: acb, b: acb, bits: int, evaluations: int) -> acb:
    """The integral of an expression times the normal density on a straight line."""
    accuracy = arb(2) ** (-bits - 6)
    return acb.integral(
        _weighted(expr, z), a, b, rel_tol=accuracy, abs_tol=accuracy, eval_limit=evaluations, depth_limit=4 * ctx.prec
    )


def _weighted(expr: Expr, z: Symbol) -> Callable[[acb, bool], acb]:
    evaluate, factor = _evaluator(expr, z), 1 / (2 * arb.pi()).sqrt()
    return lambda point, analytic: evaluate(point, analytic) * (-point * point / 2).exp() * factor


def _evaluator(expr: Expr, z: Symbol) -> Callable[[acb, bool], acb]:
    for head in sorted({type(e) for e in sp.preorder_traversal(expr) if e.has(z) and e.args}, key=str):
        if head not in _RULES:  # an error raised during the integration would come out as one of the library
            raise NotSupportedError(f"{head.__name__} has no evaluation in the complex plane")
    program = compile_expression(expr, (z,))
    return lambda point, analytic: _complex(program.run([point], lambda head: _rule(head, analytic)))


def _complex(value: Any) -> acb:
    return value if isinstance(value, acb) else acb(ball(value))


def _rule(head: Any, analytic: bool) -> Callable[..., Any]:
    def rule(*values: Any) -> Any:
        if not any(isinstance(v, acb) for v in values):
            return BALL_RULES[head](*values) if head in BALL_RULES else head.ball(*values)
        if head not in _RULES:
            raise NotSupportedError(f"{getattr(head, '__name__', head)} has no evaluation in the complex plane")
        return _RULES[head](analytic, *values)

    return rule


def _power(analytic: bool, base: Any, exponent: Any) -> Any:
    if isinstance(exponent, fmpq) and exponent.q == 1:
        return base ** int(exponent.p)
    if isinstance(exponent, fmpq) and exponent.q == 2:
        return base.sqrt(analytic=analytic) ** int(exponent.p)
    return (_complex(base).log(analytic=analytic) * _complex(exponent)).exp()


def _atan(analytic: bool, u: acb) -> acb:
    above, below = (1 - u * acb(0, 1)).log(analytic=analytic), (1 + u * acb(0, 1)).log(analytic=analytic)
    return (above - below) * acb(0, 1) / 2


def _asinh(analytic: bool, u: acb) -> acb:
    """log(u + sqrt(u**2 + 1)), for the half plane in which that doesn't cancel; asinh is odd."""
    if u.real.mid() < 0:
        return -_asinh(analytic, -u)
    return (u + (u * u + 1).sqrt(analytic=analytic)).log(analytic=analytic)


def _acos(analytic: bool, u: acb) -> acb:
    return acb(arb.pi() / 2) - _asin(analytic, u)


def _asin(analytic: bool, u: acb) -> acb:
    return -acb(0, 1) * (u * acb(0, 1) + (1 - u * u).sqrt(analytic=analytic)).log(analytic=analytic)


def _atanh(analytic: bool, u: acb) -> acb:
    return ((1 + u).log(analytic=analytic) - (1 - u).log(analytic=analytic)) / 2


def _method(name: str) -> Callable[[bool, acb], acb]:
    return lambda analytic, u: getattr(u, name)()


#: Function class → its value on complex balls; not finite where `analytic` asks for it and the ball isn't free of cuts.
_RULES: dict[Any, Callable[..., Any]] = {
    sp.Add: lambda analytic, *terms: sum(terms[1:], terms[0]),
    sp.Mul: lambda analytic, *factors: reduce(mul, factors),
    sp.Pow: _power,
    GeneralPower: _power,
    sp.log: lambda analytic, u: u.log(analytic=analytic),
    sp.atan: _atan,
    sp.asin: _asin,
    sp.acos: _acos,
    sp.asinh: _asinh,
    sp.atanh: _atanh,
    **{
        getattr(sp, name): _method(name)
        for name in (
            "exp",
            "sin",
            "cos",
            "tan",
            "cot",
            "sinh",
            "cosh",
            "tanh",
            "coth",
            "sech",
            "csch",
            "erf",
            "erfc",
            "sinc",
        )
    },
}
