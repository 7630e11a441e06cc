"""Integrals against the normal density forwards: by parts, by completing the square, by substitution, one rule a line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sympy import (
    Add,
    Derivative,
    Dummy,
    Eq,
    Expr,
    Function,
    Integral,
    Mul,
    Rational,
    S,
    Symbol,
    asin,
    count_ops,
    default_sort_key,
    diff,
    exp,
    expand,
    factorial2,
    oo,
    pi,
    sqrt,
)

from ..claims.model import Expectation
from ..errors import NotSupportedError
from ..facts.forms import textbook
from ..named import Named, unfold
from ..proof.algebra.assume import Assumptions
from ..symbols import real, z
from .blocks import density, distribution, in_normal_blocks, is_density, is_distribution, slope_of
from .steps import Prose, Step

__all__ = ["average", "gaussian_steps", "over_piece"]

#: Highest power that is multiplied out, and lines after which a chain is given up.
HIGHEST, LONGEST = 12, 24
#: A last line is replaced by a form of at most so many times its operations.
WORTHWHILE = 0.8


@dataclass(frozen=True)
class _Term:
    """z**power · exp(a z² + b z + c) · Π φ(line) · Π Φ(line), with the factors φ and Φ as often as they stand there."""

    power: int
    exponent: Expr
    densities: tuple[Expr, ...]
    lines: tuple[Expr, ...]

    def expr(self) -> Expr:
        named = [density(u) for u in self.densities] + [distribution(u) for u in self.lines]
        return z**self.power * exp(self.exponent) * Mul(*named)

    def quadratic(self) -> tuple[Expr, Expr, Expr]:
        """a, b, c of all that is exponential, without the factors 1/√(2π)."""
        poly = expand(self.exponent - Add(*(u**2 for u in self.densities)) / 2).as_poly(z)
        if poly is None or poly.degree() > 2:
            raise NotSupportedError("an exponent that isn't quadratic")
        return poly.nth(2), poly.nth(1), poly.nth(0)

    def smooth(self) -> Expr:
        """The factors that aren't exponential."""
        return replace(self, exponent=S.Zero, densities=()).expr()


@dataclass(frozen=True)
class _Node:
    """E[e(z)], or the integral of e(z) from low to high."""

    head: Expr
    term: _Term
    known: Assumptions

    def with_(self, expr: Expr, low: Expr | None = None, high: Expr | None = None) -> Expr:
        """The same operator applied to another expression, term by term, perhaps between other bounds."""
        if isinstance(self.head, Expectation):
            return _term_by_term(expr, lambda e: S.One if e == 1 else Expectation(e, z))
        bounds = (self.low if low is None else low, self.high if high is None else high)
        return _term_by_term(expr, lambda e: Integral(e, (z, *bounds)))

    @property
    def low(self) -> Expr:
        return self.head.limits[0][1]

    @property
    def high(self) -> Expr:
        return self.head.limits[0][2]

    def between(self, whole: Expr) -> Expr:
        """[whole]: its value at the upper end minus that at the lower."""
        return _at(whole, self.high) - _at(whole, self.low)


def average(expr: Expr) -> Expr:
    """Return E[e(z)], constant factors before it, error functions written with Φ."""
    constant, rest = in_normal_blocks(expr).as_independent(z, as_Add=False)
    return constant * Expectation(rest, z)


def over_piece(expr: Expr, low: Expr, high: Expr) -> Expr:
    """Return the integral of e(z) φ(z) between two ends, constant factors before it, error functions written with Φ."""
    constant, rest = in_normal_blocks(expr).as_independent(z, as_Add=False)
    return constant * Integral(rest * density(z), (z, low, high))


def gaussian_steps(line: Expr, known: Assumptions) -> Iterator[Step]:
    """Yield steps from a line with expectations and integrals against φ to one without; one rule at a time.

    Raises NotSupportedError where a term is no product of powers, exponentials of quadratics and error functions.
    """
    for _ in range(LONGEST):
        # not by their text: SymPy would compute integrals without symbols to order a sum of them
        pending = sorted(line.atoms(Expectation, Integral), key=default_sort_key)
        if not pending:
            return
        rule, reason, changes = _first_rule(pending, known)
        after = line.xreplace(changes)
        if not after.atoms(Expectation, Integral):
            after = _short(after, known)
        if after != line:
            yield Step(rule, line, after, reason)
        line = after
    raise NotSupportedError("the integrals don't come to an end")


def _first_rule(pending: list[Expr], known: Assumptions) -> tuple[str, Prose, dict[Expr, Expr]]:
    """The first rule that applies to any node, the reason for the first of these, and what it makes of all of them."""
    if (mirrored := _mirrored(pending)) is not None:
        return mirrored
    found = [(head, _node(head, known)) for head in pending]
    if any(node is None for _, node in found):
        return "multiply out", (), {head: _multiplied_out(head) for head, node in found if node is None}
    nodes = [node for _, node in found if node is not None]
    for rule in RULES:
        if suited := [node for node in nodes if rule.applies(node)]:
            return rule.name, rule.reason(suited[0]), {node.head: rule.rewrite(node) for node in suited}
    raise NotSupportedError("no rule for such an expectation")


def _mirrored(pending: list[Expr]) -> tuple[str, Prose, dict[Expr, Expr]] | None:
    """E[e(z)] = c/2 where e(z) + e(-z) = c, for z and -z have the same distribution."""
    for head in pending:
        if isinstance(head, Expectation):
            body = unfold(head.function)
            pair = body + body.subs(z, -z)
            both = textbook(pair)
            if not both.has(z):
                reason = () if both == pair else (Eq(pair, both),)
                return "z and −z have the same distribution", reason, {head: both / 2}
    return None


def _node(head: Expr, known: Assumptions) -> _Node | None:
    """A node as a single term, None where it has to be multiplied out first."""
    constant, rest = head.function.as_independent(z, as_Add=False)
    if constant != 1 or rest.is_Add:
        return None
    term = _term(rest)
    return None if term is None else _Node(head, term, known)


def _term(expr: Expr) -> _Term | None:
    power, exponent = 0, S.Zero
    densities: list[Expr] = []
    lines: list[Expr] = []
    for factor in Mul.make_args(expr):
        base, times = factor.as_base_exp()
        if isinstance(factor, exp):
            exponent += factor.exp
            continue
        if not (times.is_Integer and 0 < times <= HIGHEST):
            raise NotSupportedError(f"{factor} has no rule")
        if base.is_Add:
            return None
        if base == z:
            power += int(times)
        elif factor != 1:
            kind = densities if is_density(base) else lines if is_distribution(base) else None
            if kind is None or diff(base.argument, z).has(z):
                raise NotSupportedError(f"{factor} has no rule")
            kind += [base.argument] * int(times)
    return _Term(power, exponent, tuple(densities), tuple(lines))


def _multiplied_out(head: Expr) -> Expr:
    found = expand(in_normal_blocks(head.function))
    limits = head.limits[0]
    if isinstance(head, Expectation):
        return _term_by_term(found, lambda e: S.One if e == 1 else Expectation(e, z))
    return _term_by_term(found, lambda e: Integral(e, limits))


def _term_by_term(expr: Expr, node: Callable[[Expr], Expr]) -> Expr:
    """Σ c·node(t) for an expression Σ c·t with constants c."""
    outer, inner = expr.as_independent(z, as_Add=False)
    found: list[Expr] = []
    for term in Add.make_args(expand(inner, power_exp=False, log=False)):
        constant, rest = term.as_independent(z, as_Add=False)
        found.append(constant * node(rest))
    return outer * Add(*found)


def _at(expr: Expr, end: Expr) -> Expr:
    """The value at an end: anything times φ(z) vanishes at infinity, where Φ is 0 or 1."""
    if end in (oo, -oo):
        limit = S.One if end == oo else S.Zero
        body = expr.replace(is_density, lambda e: S.Zero)
        return body.replace(is_distribution, lambda e: limit if diff(e.argument, z).is_positive else 1 - limit)
    return _evaluated(expr.subs(z, end))


def _evaluated(expr: Expr) -> Expr:
    """φ(-u) = φ(u), φ(0) = 1/√(2π) and Φ(0) = 1/2."""
    mirrored = expr.replace(is_density, lambda e: density(e.argument))
    return mirrored.replace(
        lambda e: (is_density(e) or is_distribution(e)) and e.argument == 0, lambda e: e.doit(deep=False)
    )


@dataclass(frozen=True)
class _Rule:
    """Its name, to which nodes it applies, what it makes of them, and why."""

    name: str
    applies: Callable[[_Node], bool]
    rewrite: Callable[[_Node], Expr]
    reason: Callable[[_Node], Prose]


def _exponential(node: _Node) -> bool:
    a, b, _ = node.term.quadratic()
    if isinstance(node.head, Expectation):
        return bool(a != 0 or b != 0)
    return node.term.exponent != 0 or len(node.term.densities) != 1


def _square(node: _Node) -> tuple[Expr, Expr, Expr]:
    """exp(a z² + b z + c) φ(z) = C φ((z - m)/s) with s² = 1/(1 - 2a), m = b s²: s, m and C."""
    a, b, c = node.term.quadratic()
    weights = len(node.term.densities)
    if isinstance(node.head, Expectation):
        a, weights = a - S.Half, weights + 1
    if node.known.sign(-a) != 1:
        raise NotSupportedError("the exponential isn't known to grow less than the weight falls")
    s = 1 / sqrt(-2 * a)
    return s, b * s**2, exp(expand(c + b**2 * s**2 / 2)) / sqrt(2 * pi) ** (weights - 1)


def _square_completed(node: _Node) -> Expr:
    s, m, factor = _square(node)
    smooth = node.term.smooth()
    if isinstance(node.head, Expectation):
        return s * factor * node.with_(_linear(smooth, s * z + m))
    return factor * node.with_(smooth * density(expand((z - m) / s)))


def _why_square(node: _Node) -> Prose:
    s, m, factor = _square(node)
    weight = density(z) if isinstance(node.head, Expectation) else S.One
    return (Eq(replace(node.term, power=0, lines=()).expr() * weight, factor * density(expand((z - m) / s))),)


def _linear(expr: Expr, inside: Expr) -> Expr:
    """The expression at a linear argument, with the arguments inside it multiplied out."""
    put = expr.subs(z, inside)
    return put.replace(is_distribution, lambda e: distribution(expand(e.argument)))


def _shifted(node: _Node) -> bool:
    return isinstance(node.head, Integral) and node.term.densities != (z,)


def _substituted(node: _Node) -> Expr:
    """∫ g(z) φ(k z + d) dz = ∫ g((w - d)/k) φ(w) dw/k"""
    (line,) = node.term.densities
    slope = diff(line, z)
    old = (z - line.subs(z, 0)) / slope
    ends = [end if end in (oo, -oo) else expand(line.subs(z, end)) for end in (node.low, node.high)]
    return node.with_(_linear(node.term.smooth(), old) / slope * density(z), *ends)


def _is_power(node: _Node) -> bool:
    return isinstance(node.head, Expectation) and not node.term.lines


def _power_moment(node: _Node) -> Expr:
    """E[z²ᵏ] = (2k - 1)!!, and odd moments are 0."""
    n = node.term.power
    return S.Zero if n % 2 else factorial2(n - 1)


def _has_power(node: _Node) -> bool:
    return node.term.power > 0


def _by_parts(node: _Node) -> Expr:
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


def _why_parts(node: _Node) -> Prose:
    if isinstance(node.head, Expectation):
        g = Function("g", real=True)(z)
        return (Eq(Expectation(z * g, z), Expectation(Derivative(g, z), z)),)
    return (Eq(slope_of(density(z)), -z * density(z)),)


def _is_average_of_line(node: _Node) -> bool:
    return isinstance(node.head, Expectation) and len(node.term.lines) == 1


def _average_of_line(node: _Node) -> Expr:
    """E[Φ(a z + b)] = Φ(b/√(1 + a²)): the probability that w <= a z + b for independent normal w and z."""
    (line,) = node.term.lines
    return _evaluated(distribution(line.subs(z, 0) / sqrt(1 + diff(line, z) ** 2)))


def _is_uniform(node: _Node) -> bool:
    return set(node.term.lines) == {z}


def _of_uniform(node: _Node) -> Expr:
    """∫ Φᵐ φ dz = [Φᵐ⁺¹/(m + 1)]"""
    m = len(node.term.lines)
    if isinstance(node.head, Expectation):
        return Rational(1, m + 1)
    return node.between(distribution(z) ** (m + 1) / (m + 1))


def _is_quadrant(node: _Node) -> bool:
    lines = node.term.lines
    return isinstance(node.head, Expectation) and len(lines) == 2 and all(line.subs(z, 0) == 0 for line in lines)


def _correlation(node: _Node) -> Expr:
    p, q = (diff(line, z) for line in node.term.lines)
    return p * q / sqrt((1 + p**2) * (1 + q**2))


def _quadrant(node: _Node) -> Expr:
    """E[Φ(p z) Φ(q z)] = 1/4 + arcsin(ρ)/(2π): the probability that two normal variables of correlation ρ are negative."""
    return Rational(1, 4) + asin(_correlation(node)) / (2 * pi)


def _is_area(node: _Node) -> bool:
    return isinstance(node.head, Integral) and not node.term.lines


def _area(node: _Node) -> Expr:
    return node.between(distribution(z))


#: Rules in the order in which they are tried.
RULES: tuple[_Rule, ...] = (
    _Rule("completing the square", _exponential, _square_completed, _why_square),
    _Rule("substitution", _shifted, _substituted, lambda node: ()),
    _Rule("moments of a normal variable", _is_power, _power_moment, lambda node: ()),
    _Rule("by parts", _has_power, _by_parts, _why_parts),
    _Rule("substitution", _is_uniform, _of_uniform, lambda node: (Eq(real("u"), distribution(z)),)),
    _Rule(
        "for w ~ N(0, 1) the probability of",
        _is_average_of_line,
        _average_of_line,
        lambda node: (real("w") <= node.term.lines[0],),
    ),
    _Rule(
        "the probability that two normal variables are negative",
        _is_quadrant,
        _quadrant,
        lambda node: ("of correlation ", _correlation(node)),
    ),
    _Rule("antiderivative", _is_area, _area, lambda node: (Eq(slope_of(distribution(z)), density(z)),)),
)


def _short(line: Expr, known: Assumptions) -> Expr:
    """A last line in its shortest form if that is much shorter, with Φ(u) = 1 - Φ(-u) where both occur."""
    lines = sorted((e for e in line.atoms(Named) if is_distribution(e)), key=default_sort_key)
    for one in lines:
        other = distribution(-one.argument)
        if one.argument.could_extract_minus_sign() and other in lines:
            line = expand(line.xreplace({one: 1 - other}))
    hidden: dict[Any, Symbol] = {e: Dummy(real=True) for e in sorted(line.atoms(Named), key=default_sort_key)}
    short = textbook(line.xreplace(hidden), known).xreplace({v: k for k, v in hidden.items()})
    return short if count_ops(short) < WORTHWHILE * count_ops(line) else line
