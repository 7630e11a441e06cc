"""The single steps of a proof by cases: what a switch is where, which cases are empty, when two smooth sides are equal.

Max, Min and Abs are continuous where their arguments are, so that their cases are taken closed; a case whose interior is
empty is covered by the closures of its neighbours as long as the conditions so far are linear and have interior points.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy import Expr, Symbol, nan, oo, zoo
from sympy.core.relational import Relational

from ...errors import InputError, NotSupportedError, SymactError
from ...symbols import real
from ..algebra.assume import Assumptions, assuming
from ..algebra.conversion import Conversion, Layout, Restart
from ..algebra.kernels import RULES
from ..algebra.quotients import TooManyKernels
from ..algebra.signs import SIGNS
from ..functions.switches import SWITCHES, obstacles
from ..numbers import balls

__all__ = [
    "Case",
    "Pair",
    "cases_of",
    "domain_of",
    "first_switch",
    "impossible",
    "is_fine",
    "is_linear",
    "is_linear_by_parts",
    "is_linear_form",
    "is_thin",
    "is_undefined",
    "nowhere",
    "plain",
    "real_twins",
    "resolved",
    "signs_of",
    "strict",
]

Pair = tuple[Expr, Expr]
#: A condition and what a switch or a relation is where it holds; continuous: whether the case may be taken closed.
Case = tuple[Any, Any]

#: Larger numerators and denominators in exponents are left alone by factoring.
MAX_EXPONENT = 40


def first_switch(pair: Pair) -> Any:
    """Return the first relation of the outermost Piecewise, else an innermost switch, else None."""
    for side in pair:
        for node in sp.preorder_traversal(side):
            if isinstance(node, sp.Piecewise):
                found = sorted(node.args[0].cond.atoms(Relational), key=str)
                return found[0] if found else node
    for side in pair:
        for node in sp.postorder_traversal(side):
            if isinstance(node, tuple(SWITCHES)):
                return node
    return None


def cases_of(node: Any) -> list[Case]:
    """Return conditions that together hold everywhere the node is defined, each with the node's value under it."""
    if isinstance(node, Relational):
        return [(node, sp.true), (node.negated, sp.false)]
    u = node.args[0]
    if isinstance(node, sp.Abs):
        return [(plain(u >= 0), u), (plain(u <= 0), -u)]
    if isinstance(node, sp.sign | sp.Heaviside):
        middle = sp.S.Zero if isinstance(node, sp.sign) else node.args[1]
        low = sp.S.NegativeOne if isinstance(node, sp.sign) else sp.S.Zero
        return [(plain(u > 0), sp.S.One), (plain(u < 0), low), (sp.Eq(u, 0), middle)]
    if isinstance(node, sp.Max | sp.Min):
        first, second, *rest = node.args
        up = isinstance(node, sp.Max)
        return [
            (plain(first - second >= 0), node.func(first if up else second, *rest)),
            (plain(first - second <= 0), node.func(second if up else first, *rest)),
        ]
    raise NotSupportedError(f"the branches of {node} can't be told apart")


def plain(relation: Any) -> Any:
    """Return a relation of a negated gap, such as -x <= 0, as one of the gap itself."""
    if relation in (sp.true, sp.false) or relation.rhs != 0 or not relation.lhs.could_extract_minus_sign():
        return relation
    return relation.reversedsign


def resolved(pair: Pair, node: Any, value: Any) -> Pair:
    """Return both sides with a switch, or a relation, replaced by its value."""
    return pair[0].xreplace({node: value}), pair[1].xreplace({node: value})


def is_undefined(pair: Pair) -> bool:
    """Whether a side has no value at all."""
    return any(side.has(nan, zoo, oo, -oo) for side in pair)


def impossible(condition: Any, known: Assumptions) -> bool:
    """Whether a condition certainly contradicts what is known; one with switches does so in each of their cases."""
    if condition in (sp.true, sp.false):
        return bool(condition == sp.false)
    try:
        switch = first_switch((condition.lhs, condition.rhs))
        if switch is not None and not isinstance(switch, sp.Piecewise | Relational):
            return all(_impossible_in(case, switch, condition, known) for case in cases_of(switch))
        if _excluded(condition, known):
            return True
        together = assuming(known, condition)
        others = (r for r in known.relations if r.free_symbols & condition.free_symbols and not is_linear([r]))
        return any(_excluded(r, assuming(*(o for o in together.relations if o != r))) for r in others)
    except InputError:
        return True
    except SymactError:
        return False


def _impossible_in(case: Case, switch: Any, condition: Any, known: Assumptions) -> bool:
    """Whether a condition contradicts what is known in one of the cases of a switch in it."""
    where, value = case
    there = condition.func(*resolved((condition.lhs, condition.rhs), switch, value))
    return impossible(where, known) or impossible(there, known if where == sp.true else assuming(known, where))


def _excluded(condition: Any, known: Assumptions) -> bool:
    """Whether what is known leaves the two sides no order that a condition allows."""
    gap = condition.lhs - condition.rhs
    signs = frozenset({-1, 0, 1}) if is_fine(gap) else known.signs(gap)
    return not signs & SIGNS[condition.rel_op]


def is_linear(relations: Sequence[Any]) -> bool:
    """Whether the relations describe a convex set with interior points if any strict version of it has points."""
    return all(r.rel_op not in ("==", "!=") and is_linear_form(r.lhs - r.rhs) for r in relations)


def is_linear_form(gap: Expr) -> bool:
    """Whether an expression is a polynomial of degree 1 at most with rational coefficients."""
    if not gap.is_polynomial(*gap.free_symbols):
        return False
    poly = sp.Poly(gap, *sorted(gap.free_symbols, key=str))
    return bool(poly.total_degree() <= 1 and all(c.is_Rational for c in poly.coeffs()))


def is_linear_by_parts(d: Expr) -> bool:
    """Whether an expression is made of symbols and numbers by Abs, Max, Min, sums and multiples."""
    return all(
        isinstance(node, sp.Add | sp.Abs | sp.Max | sp.Min | sp.Symbol | sp.Number)
        or (node.is_Mul and sum(bool(factor.free_symbols) for factor in node.args) == 1)
        for node in sp.preorder_traversal(d)
    )


def strict(condition: Any) -> Any:
    """Return a condition without its equality."""
    heads = {">=": sp.StrictGreaterThan, "<=": sp.StrictLessThan}
    return heads[condition.rel_op](condition.lhs, condition.rhs) if condition.rel_op in heads else condition


def is_thin(condition: Any, hard: Sequence[Any], soft: Sequence[Any]) -> bool:
    """Whether a closed case of a continuous switch may be left out, being covered by the closures of the others.

    That holds where the conditions are linear and the interior of the case is empty while that of the rest is not.
    """
    everything = [*hard, *soft, condition]
    if not is_linear(everything):
        return False
    try:
        assuming(*map(strict, hard))
    except InputError:
        return False
    try:
        assuming(*map(strict, everything))
    except InputError:
        return True
    return False


def domain_of(*sides: Expr) -> list[Any]:
    """Return relations that hold wherever all sides have values: arguments of logarithms are positive, denominators not 0."""
    found: dict[Any, None] = {}
    for side in sides:
        for g, allowed in obstacles(side):
            make = _BY_SIGNS.get(frozenset(allowed))
            # SymPy refuses to order what it knows not to be real
            if make is not None and g.free_symbols and not g.has(*SWITCHES) and g.is_extended_real is not False:
                found[make(g)] = None
    return [r for r in found if r not in (sp.true, sp.false)]


_BY_SIGNS: dict[frozenset[int], Any] = {
    frozenset({1}): lambda g: g > 0,
    frozenset({0, 1}): lambda g: g >= 0,
    frozenset({-1, 1}): lambda g: sp.Ne(g, 0),
}


def nowhere(pair: Pair, relations: Sequence[Any]) -> bool:
    """Return whether a side certainly has no value wherever the relations hold."""
    return is_undefined(pair) or any(
        not _signs_without(g, relations) & set(allowed) for side in pair for g, allowed in obstacles(side)
    )


def _signs_without(g: Expr, relations: Sequence[Any]) -> frozenset[int]:
    """The signs of g by the relations that say nothing of g itself."""
    return signs_of(g, [r for r in relations if r.lhs - r.rhs not in (g, -g)])


def signs_of(expr: Expr, relations: Sequence[Any]) -> frozenset[int]:
    """Return signs among which are all that a smooth expression takes where the relations hold."""
    return _signs_of(expr, tuple(relations))


@lru_cache(maxsize=1024)
def _signs_of(expr: Expr, relations: tuple[Any, ...]) -> frozenset[int]:
    if expr in (oo, -oo):
        return frozenset({1 if expr == oo else -1})
    if not expr.free_symbols:
        with suppress(SymactError):
            if sign := balls.sign(expr, max_bits=512):
                return frozenset({sign})
    known = frozenset({-1, 0, 1}) if is_fine(expr) else assuming(*relations).signs(expr)
    if len(known) > 1:
        try:
            conversion = Conversion(Layout(), RULES, list(relations))
            more = conversion.signs.of(conversion.convert(expr))
        except (SymactError, Restart, TooManyKernels):
            return known
        known &= known if more is None else more
    return known


def is_fine(expr: Expr) -> bool:
    """Return whether exponents such as 851*x/500 make it a polynomial of a degree too high to be factored in good time."""
    return any(
        c.is_Rational and max(abs(c.p), c.q) > MAX_EXPONENT
        for node in sp.preorder_traversal(expr)
        if isinstance(node, sp.exp | sp.tanh)
        for term in sp.Add.make_args(node.args[0])
        for c in (term.as_coeff_Mul()[0],)
    )


def real_twins(left: Expr, right: Expr, relations: Sequence[Any]) -> tuple[Expr, Expr, list[Any]]:
    """Replace symbols of which SymPy knows more than that they are real by real ones under relations.

    Integers become any reals, which is more than has to be proved.
    """
    symbols = frozenset().union(left.free_symbols, right.free_symbols, *(r.free_symbols for r in relations))
    twins: dict[Symbol, Symbol] = {}
    more: list[Any] = []
    for s in sorted(symbols, key=str):
        twin = real(s.name)
        if s == twin:
            continue
        if twin in symbols:
            raise NotSupportedError(f"two symbols are called {s.name}")
        twins[s] = twin
        told = [(s.is_integer and s.is_positive, twin >= 1), (s.is_positive, twin > 0)]
        told += [(s.is_negative, twin < 0), (s.is_nonnegative, twin >= 0)]
        more += [relation for fact, relation in [*told, (s.is_nonpositive, twin <= 0)] if fact][:1]
    if not twins:
        return left, right, list(relations)
    moved = [r.xreplace(twins) for r in relations]
    kept = [r for r in [*moved, *more] if r not in (sp.true, sp.false)]
    return left.xreplace(twins), right.xreplace(twins), kept
