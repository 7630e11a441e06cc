"""Integration forwards: standard integrals, term by term, by substitution, by parts, by partial fractions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sympy import (
    Add,
    Eq,
    Expr,
    Function,
    Integral,
    Mul,
    PolynomialError,
    Pow,
    Symbol,
    acos,
    apart,
    asin,
    asinh,
    atan,
    cancel,
    cosh,
    count_ops,
    default_sort_key,
    diff,
    erf,
    erfc,
    exp,
    expand,
    log,
    sinh,
    tanh,
    together,
)

from ..facts.forms import textbook
from ..proof.algebra.assume import Assumptions
from ..proof.algebra.field import is_zero
from ..proof.algebra.generators import generators
from ..symbols import real
from .standard_integrals import standard_integral
from .steps import Prose, Step

__all__ = ["integration_steps"]

#: How deep one rule may stand in another, how many integrands are looked at, and how long they may be.
DEEPEST, MOST, LARGEST = 7, 80, 40
#: A last line is replaced by a form of at most so many times its operations.
WORTHWHILE = 0.8


def integration_steps(expr: Expr, x: Symbol, known: Assumptions) -> tuple[Step, ...]:
    """Return the chain ∫ expr dx = … = F(x) on a part of the line where `known` holds; empty where the rules don't lead there."""
    search = _Search(x, known)
    line: Expr = Integral(expr, x)
    if not search.solve(line, 0):
        return ()
    steps: list[Step] = []
    while nodes := sorted(line.atoms(Integral), key=default_sort_key):
        ways = [search.ways[node] for node in nodes]
        after = line.xreplace({node: way.after for node, way in zip(nodes, ways, strict=True)})
        if not after.has(Integral):
            after = _spread(after, x)
        reason = next((way.reason for way in ways if way.reason), ())
        steps.append(Step(", ".join(dict.fromkeys(way.rule for way in ways)), line, after, reason))
        line = after
    if is_zero(diff(line, x) - expr, known.relations) is not True:
        return ()
    short = line if line.is_polynomial(x) else min(textbook(line, known, x), expand(line, log=False), key=count_ops)
    if count_ops(short) < WORTHWHILE * count_ops(line):
        steps.append(Step("simplification", line, short))
    return tuple(steps)


def _spread(expr: Expr, x: Symbol) -> Expr:
    """c (u + v) + w as c u + c v + w"""
    if not expr.is_Add:
        return expr
    parts = [term.as_independent(x, as_Add=False) for term in expr.args]
    return Add(*(c * part for c, rest in parts for part in Add.make_args(rest)))


@dataclass(frozen=True)
class _Way:
    """A rule that applies to an integral, and what it makes of it."""

    rule: str
    after: Expr
    reason: Prose = ()


@dataclass
class _Search:
    """Ways found for integrals: ∫ g(u) du at u = h(x) is Integral(g(u), (u, h(x)))."""

    x: Symbol
    known: Assumptions
    ways: dict[Expr, _Way] = field(default_factory=dict)
    failed: set[Expr] = field(default_factory=set)

    def solve(self, node: Expr, depth: int) -> bool:
        """Find a way for an integral and for all that is left after it."""
        if node in self.ways:
            return True
        if node in self.failed or depth > DEEPEST or len(self.failed) > MOST or count_ops(node.function) > LARGEST:
            return False
        self.failed.add(node)  # until a way is found, it is none to come back to it
        u, at = (*node.limits[0], node.limits[0][0])[:2]
        for way in _ways(node.function, u, lambda e: self.known.signs(e.subs(u, at))):
            placed = _Way(way.rule, _placed(way.after, u, at), way.reason)
            if all(self.solve(inner, depth + 1) for inner in placed.after.atoms(Integral)):
                self.ways[node] = placed
                self.failed.discard(node)
                return True
        return False


def _placed(expr: Expr, u: Symbol, at: Expr) -> Expr:
    """The expression at u = h(x), where antiderivatives in it are taken at their own places."""
    inner = {node: real(f"_{m}") for m, node in enumerate(sorted(expr.atoms(Integral), key=default_sort_key))}
    back = {}
    for node, name in inner.items():
        symbol, place = (*node.limits[0], node.limits[0][0])[:2]
        place = place.subs(u, at)
        back[name] = Integral(node.function, symbol if place == symbol else (symbol, place))
    return expr.xreplace(inner).subs(u, at).xreplace(back)


def _term_by_term(expr: Expr, u: Symbol) -> Expr:
    """Σ c ∫ t du for Σ c t."""
    found = []
    for term in Add.make_args(expr):
        constant, rest = term.as_independent(u, as_Add=False)
        found.append(constant * Integral(rest, u))
    return Add(*found)


#: The signs an expression can have.
_Signs = Callable[[Expr], Any]


def _ways(g: Expr, u: Symbol, signs: _Signs) -> Iterator[_Way]:
    constant, rest = g.as_independent(u, as_Add=False)
    found = standard_integral(rest, u, signs)
    if found is not None:
        yield _Way("standard integral", constant * found)
        return
    if constant != 1:
        yield _Way("term by term" if rest.is_Add else "constant multiple", constant * _term_by_term(rest, u))
        return
    if g.is_Add:
        yield _Way("term by term", _term_by_term(g, u))
    yield from _by_substitution(g, u)
    if g.has(tanh):
        yield _Way("tanh = sinh/cosh", _term_by_term(g.replace(tanh, lambda w: sinh(w) / cosh(w)), u))
    if g.is_rational_function(u) and not g.is_polynomial(u):
        yield from _as_sum(g, u, "partial fractions", lambda: apart(together(g), u))
    yield from _by_parts(g, u, signs)
    yield from _as_sum(g, u, "multiply out", lambda: expand(g))


def _as_sum(g: Expr, u: Symbol, name: str, rewrite: Callable[[], Expr]) -> Iterator[_Way]:
    try:
        other = rewrite()
    except (PolynomialError, NotImplementedError):
        return
    if other != g and other.is_Add:
        yield _Way(name, _term_by_term(other, u))


# Substitution


def _by_substitution(g: Expr, u: Symbol) -> Iterator[_Way]:
    """∫ g(u) du = ∫ r(w) dw with w = h(u) and g = r(h) h′; the shortest r first."""
    w = next(real(name) for name in "uwstpqr" if real(name) not in g.free_symbols | {u})
    found: dict[Expr, Expr] = {}
    for inner in _inner(g, u):
        rest = _in_terms_of(g / diff(inner, u), inner, u, w)
        if rest is not None and rest.has(w):
            found.setdefault(inner, rest)
    for inner, rest in sorted(found.items(), key=lambda item: (count_ops(item[1]), default_sort_key(item[0]))):
        constant, body = rest.as_independent(w, as_Add=False)
        yield _Way("substitution", constant * Integral(body, (w, inner)), (Eq(w, inner),))


def _inner(g: Expr, u: Symbol) -> list[Expr]:
    """What stands inside functions and powers, and the functions themselves; for e^(-u) also e^u."""
    found: dict[Expr, None] = {}
    for e in sorted(g.atoms(Function, Pow, exp), key=default_sort_key):
        if not e.has(u):
            continue
        if isinstance(e, exp):
            # what grows with u reads better
            found[exp(-e.exp) if e.exp.could_extract_minus_sign() else e] = None
            found[e.exp] = None
        else:
            found[e.base if e.is_Pow else e] = None
            if isinstance(e, Function):
                found[e.args[0]] = None
    return [h for h in found if h.has(u) and diff(h, u, 2) != 0]


def _in_terms_of(expr: Expr, inner: Expr, u: Symbol, w: Symbol) -> Expr | None:
    """The expression in w = inner alone, None where u is left."""
    if isinstance(inner, exp):
        written = generators(expr, x=u)
        kernels = {t: k for t, k in written.kernels.items() if k.has(u)}
        if len(kernels) == 1 and not written.equations:
            ((t, kernel),) = kernels.items()
            ratio = kernel.exp / inner.exp if isinstance(kernel, exp) else None
            if ratio in (1, -1):
                found = cancel(together(written.expressions[0].subs(t, w**ratio)))
                return None if found.has(u) else found
    written = expr.subs(inner, w)
    for found in (written, cancel(written) if written.has(u) else written):
        squares = inner.as_poly(u)
        if found.has(u) and squares is not None and squares.degree() == 2 and squares.nth(1) == 0:
            found = found.subs(u**2, (w - squares.nth(0)) / squares.nth(2))
        if not found.has(u):
            return found
    return None


# Parts


#: Functions whose derivative is simpler than they are.
_DIFFERENTIATED = (log, atan, asin, acos, asinh, erf, erfc)


def _by_parts(g: Expr, u: Symbol, signs: _Signs) -> Iterator[_Way]:
    """∫ p q′ du = p q - ∫ p′ q du"""
    for first, second in _splittings(g, u):
        constant, rest = second.as_independent(u, as_Add=False)
        whole = standard_integral(rest, u, signs)
        if rest == 1 and not diff(first.args[0], u, 2):
            # of the antiderivatives of 1 the one that cancels later
            whole = first.args[0] / diff(first.args[0], u)
        if whole is not None:
            whole *= constant
            raw = diff(first, u) * whole
            # a sum of squares may be seen to be positive only as it stands
            for remaining in (cancel(raw), raw) if raw.is_rational_function(u) else (raw,):
                yield _Way("by parts", first * whole - _term_by_term(remaining, u))


def _splittings(g: Expr, u: Symbol) -> Iterator[tuple[Expr, Expr]]:
    """What is differentiated and what is integrated."""
    factors = Mul.make_args(g)
    for factor in factors:
        rest = g / factor
        if isinstance(factor, _DIFFERENTIATED) and (rest == 1 or rest.is_polynomial(u)):
            yield factor, rest
    powers = Mul(*(f for f in factors if f.is_polynomial(u)))
    if powers != 1 and powers != g:
        yield powers, g / powers
        if powers.has(u) and (powers / u).is_polynomial(u):
            # ∫ u exp(-u²) du is known where ∫ exp(-u²) du leads nowhere
            yield powers / u, u * g / powers
