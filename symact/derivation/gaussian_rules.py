"""The rules for one Gaussian expectation or integral: completing the square, substitution, by parts, known values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sympy import (
    Add,
    Derivative,
    Dummy,
    Eq,
    Expr,
    Function,
    Integral,
    Rational,
    S,
    asin,
    cos,
    diff,
    exp,
    expand,
    factorial2,
    oo,
    pi,
    sin,
    sqrt,
)

from ..claims.model import Expectation
from ..errors import NotSupportedError
from ..named import Named
from ..symbols import real, z
from .blocks import density, distribution, is_distribution, slope_of
from .gaussian_terms import Node, evaluated
from .steps import Prose

__all__ = ["RULES", "Rule"]


@dataclass(frozen=True)
class Rule:
    """Its name, to which nodes it applies, what it makes of them, and why."""

    name: str
    applies: Callable[[Node], bool]
    rewrite: Callable[[Node], Expr]
    reason: Callable[[Node], Prose]


def _exponential(node: Node) -> bool:
    a, b, _ = node.term.quadratic()
    if isinstance(node.head, Expectation):
        return bool(a != 0 or b != 0)
    return node.term.exponent != 0 or len(node.term.densities) != 1


def _square(node: Node) -> tuple[Expr, Expr, Expr]:
    """exp(a z² + b z + c) φ(z) = C φ((z - m)/s) with s² = 1/(1 - 2a), m = b s²: s, m and C."""
    a, b, c = node.term.quadratic()
    weights = len(node.term.densities)
    if isinstance(node.head, Expectation):
        a, weights = a - S.Half, weights + 1
    if node.known.sign(-a) != 1:
        raise NotSupportedError("the exponential isn't known to grow less than the weight falls")
    s = 1 / sqrt(-2 * a)
    return s, b * s**2, exp(expand(c + b**2 * s**2 / 2)) / sqrt(2 * pi) ** (weights - 1)


def _square_completed(node: Node) -> Expr:
    s, m, factor = _square(node)
    smooth = node.term.smooth()
    if isinstance(node.head, Expectation):
        return s * factor * node.with_(_linear(smooth, s * z + m))
    return factor * node.with_(smooth * density(expand((z - m) / s)))


def _why_square(node: Node) -> Prose:
    s, m, factor = _square(node)
    weight = density(z) if isinstance(node.head, Expectation) else S.One
    return (
        Eq(replace(node.term, power=0, lines=(), wave=S.One).expr() * weight, factor * density(expand((z - m) / s))),
    )


def _linear(expr: Expr, inside: Expr) -> Expr:
    """The expression at a linear argument, with the arguments inside it multiplied out."""
    put = expr.subs(z, inside)
    put = put.replace(is_distribution, lambda e: distribution(expand(e.argument)))
    return put.replace(lambda e: isinstance(e, sin | cos), lambda e: e.func(expand(e.args[0])))


def _shifted(node: Node) -> bool:
    return isinstance(node.head, Integral) and node.term.densities != (z,)


def _substituted(node: Node) -> Expr:
    """∫ g(z) φ(k z + d) dz = ∫ g((w - d)/k) φ(w) dw/k with k > 0, as φ(-u) = φ(u); infinite ends stay."""
    (line,) = node.term.densities
    sign = node.known.sign(diff(line, z))
    if not sign:
        raise NotSupportedError("the sign of a slope isn't known")
    line = expand(sign * line)
    slope = diff(line, z)
    old = (z - line.subs(z, 0)) / slope
    ends = [end if end in (oo, -oo) else expand(line.subs(z, end)) for end in (node.low, node.high)]
    return node.with_(_linear(node.term.smooth(), old) / slope * density(z), *ends)


def _is_power(node: Node) -> bool:
    return isinstance(node.head, Expectation) and not node.term.lines and node.term.wave == 1


def _power_moment(node: Node) -> Expr:
    """E[z²ᵏ] = (2k - 1)!!, and odd moments are 0."""
    n = node.term.power
    return S.Zero if n % 2 else factorial2(n - 1)


def _has_power(node: Node) -> bool:
    return node.term.power > 0


def _by_parts(node: Node) -> Expr:
    """E[z g(z)] = E[g'(z)]; between ends ∫ z g φ dz = -[g φ] + ∫ g' φ dz, as φ' = -z φ."""
    rest = replace(node.term, power=node.term.power - 1).smooth()
    slope = Add(*(_slope(rest, factor) for factor in {z, *rest.atoms(Named)}))
    if isinstance(node.head, Expectation):
        return node.with_(slope)
    area = node.with_(slope * density(z)) if slope != 0 else S.Zero
    return area - node.between(rest * density(z))


def _slope(expr: Expr, factor: Expr) -> Expr:
    """The part of the derivative that comes from a factor: z itself, or Φ(line), whose slope is φ(line) times its own."""
    hidden = Dummy()
    inner = diff(factor.argument, z) * density(factor.argument) if is_distribution(factor) else S.One
    others = {e: Dummy() for e in expr.atoms(Named) if e != factor}
    plain = expr.xreplace(others).subs(factor, hidden) if factor != z else expr.xreplace(others).subs(z, hidden)
    found = diff(plain, hidden) * inner
    return found.subs(hidden, factor).xreplace({v: k for k, v in others.items()})


def _why_parts(node: Node) -> Prose:
    if isinstance(node.head, Expectation):
        g = Function("g", real=True)(z)
        return (Eq(Expectation(z * g, z), Expectation(Derivative(g, z), z)),)
    return (Eq(slope_of(density(z)), -z * density(z)),)


def _is_wave(node: Node) -> bool:
    return isinstance(node.head, Expectation) and not node.term.lines and node.term.wave != 1


def _average_of_wave(node: Node) -> Expr:
    """E[cos(a z + b)] = exp(-a²/2) cos(b), and the same with sin: the parts of E[exp(i (a z + b))]."""
    wave = node.term.wave
    line = wave.args[0]
    return exp(-(diff(line, z) ** 2) / 2) * wave.func(line.subs(z, 0))


def _is_average_of_line(node: Node) -> bool:
    return isinstance(node.head, Expectation) and len(node.term.lines) == 1 and node.term.wave == 1


def _average_of_line(node: Node) -> Expr:
    """E[Φ(a z + b)] = Φ(b/√(1 + a²)): the probability that w <= a z + b for independent normal w and z."""
    (line,) = node.term.lines
    return evaluated(distribution(line.subs(z, 0) / sqrt(1 + diff(line, z) ** 2)))


def _is_uniform(node: Node) -> bool:
    return set(node.term.lines) == {z} and node.term.wave == 1


def _of_uniform(node: Node) -> Expr:
    """∫ Φᵐ φ dz = [Φᵐ⁺¹/(m + 1)]"""
    m = len(node.term.lines)
    if isinstance(node.head, Expectation):
        return Rational(1, m + 1)
    return node.between(distribution(z) ** (m + 1) / (m + 1))


def _is_quadrant(node: Node) -> bool:
    lines = node.term.lines
    smooth = isinstance(node.head, Expectation) and node.term.wave == 1
    return smooth and len(lines) == 2 and all(line.subs(z, 0) == 0 for line in lines)


def _correlation(node: Node) -> Expr:
    p, q = (diff(line, z) for line in node.term.lines)
    return p * q / sqrt((1 + p**2) * (1 + q**2))


def _quadrant(node: Node) -> Expr:
    """E[Φ(p z) Φ(q z)] = 1/4 + arcsin(ρ)/(2π): the probability that two normal variables of correlation ρ are negative."""
    return Rational(1, 4) + asin(_correlation(node)) / (2 * pi)


def _is_area(node: Node) -> bool:
    return isinstance(node.head, Integral) and not node.term.lines and node.term.wave == 1


def _area(node: Node) -> Expr:
    return node.between(distribution(z))


#: Rules in the order in which they are tried.
RULES: tuple[Rule, ...] = (
    Rule("completing the square", _exponential, _square_completed, _why_square),
    Rule("substitution", _shifted, _substituted, lambda node: ()),
    Rule("moments of a normal variable", _is_power, _power_moment, lambda node: ()),
    Rule("by parts", _has_power, _by_parts, _why_parts),
    Rule("the characteristic function of N(0, 1)", _is_wave, _average_of_wave, lambda node: ()),
    Rule("substitution", _is_uniform, _of_uniform, lambda node: (Eq(real("u"), distribution(z)),)),
    Rule(
        "for w ~ N(0, 1) the probability of",
        _is_average_of_line,
        _average_of_line,
        lambda node: (real("w") <= node.term.lines[0],),
    ),
    Rule(
        "the probability that two normal variables are negative",
        _is_quadrant,
        _quadrant,
        lambda node: ("of correlation ", _correlation(node)),
    ),
    Rule("antiderivative", _is_area, _area, lambda node: (Eq(slope_of(distribution(z)), density(z)),)),
)
