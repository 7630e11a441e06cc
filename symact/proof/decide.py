"""The verdict on a claim: what kind of statement it is decides which method takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from sympy import Derivative, Expr, Indexed, Integral, Limit, MatrixSymbol, Pow, Sum, Symbol, exp, oo, true
from sympy.core.relational import Relational

from ..claims.model import Claim, Extent, Relation
from ..errors import InputError, NotSupportedError, UndecidedError
from ..symbols import LargestOf
from .algebra.assume import assuming
from .calculus.enclosures import decide_by_enclosure
from .calculus.evaluate import NODES, NoValueError, evaluate
from .calculus.moments import check_exists
from .emptiness import check_consistent, check_opposites, instantiated, one_sided, without_value
from .functions.pieces import split
from .functions.sign_cases import split_relations
from .numbers.parameters import instances
from .properties.extent import decide_extent
from .properties.properties import decide_property
from .relations.relation import decide_relation
from .steps.merging import merged
from .vectors.matrices import coefficients, decide_matrix, is_about_matrices
from .vectors.vectors import decide_vector, is_about_vectors
from .verdict import Proved, Refuted, Undecided, Verdict

__all__ = ["decide"]

_LINEAR = (Sum, LargestOf, Indexed, MatrixSymbol)


def decide(claim: Claim) -> Verdict:
    """Return the verdict on a claim whose named functions are unfolded.

    Whatever no method decides is Undecided with the reason; so is what holds only because nothing was found to satisfy the
    assumptions. Raises InputError where the assumptions are proved to contradict each other.
    """
    plain = [relation for relation in claim.given.relations if not relation.has(*_LINEAR)]
    assuming(*plain)
    check_opposites(plain)
    try:
        found, exprs = _decide(claim)
    except InputError as reason:
        check_consistent([r for r in claim.relations if not r.has(*_LINEAR)])
        return Undecided(" ".join(str(reason).split()))
    except (UndecidedError, NotSupportedError) as reason:
        return Undecided(" ".join(str(reason).split()))
    if exprs is None:
        return found
    return _unless_one_sided(claim, instantiated(found, exprs, claim.relations), exprs)


def _unless_one_sided(claim: Claim, found: Verdict, sides: Sequence[Expr]) -> Verdict:
    """An equation that is claimed where one side has values and the other has none may be meant to be false."""
    asked = isinstance(claim.statement, Relation) and claim.statement.op == "==" and claim.given.relations
    point = one_sided(sides, claim.relations) if asked and isinstance(found, Proved) else None
    if point is None:
        return found
    at = ", ".join(f"{name} = {value}" for name, value in point.items())
    return Undecided(f"it holds wherever both sides have values, but at {at} only one of them has", found.method)


def _decide(claim: Claim) -> tuple[Verdict, list[Expr] | None]:
    """The verdict, and the expressions that must have values somewhere for it to say something; None where it was seen to."""
    statement = claim.statement
    if is_about_matrices(claim):
        found = decide_matrix(claim)
        return found, list(coefficients(claim)) if isinstance(found, Proved) else None
    if is_about_vectors(claim):
        return decide_vector(claim), None
    if any(relation.has(*_LINEAR) for relation in claim.relations):
        raise NotSupportedError("assumptions about vectors serve statements about vectors only")
    _check_powers(claim)
    if isinstance(statement, Relation):
        return _decide_relation(claim, statement)
    if statement.expression.has(*_LINEAR):
        raise NotSupportedError("of vectors, only relations are decided")
    steps: list[dict[str, Any]] = []
    expression = evaluate(statement.expression, claim.relations, steps)
    if isinstance(statement, Extent):
        found = decide_extent(expression, statement.variable, statement.values, statement.equal, claim.relations)
    else:
        found = decide_property(statement.name, expression, statement.variable, statement.order, claim.relations)
    return _with_steps(found, steps), [expression]


def _check_powers(claim: Claim) -> None:
    """Refuse x**a where x may be zero or negative: whether it is defined there depends on what a is."""
    statement = claim.statement
    parts = (statement.left, statement.right) if isinstance(statement, Relation) else (statement.expression,)
    for part in parts:
        _check_powers_in(part, claim.relations)


def _check_powers_in(expr: Any, relations: tuple[Relational, ...]) -> None:
    if isinstance(expr, Limit):
        return  # it is taken where its function is defined, close to the end
    if isinstance(expr, Integral) and len(expr.limits[0]) == 3:
        v, low, high = expr.limits[0]
        others, _ = split_relations(relations, v)
        for bound in (low, high):
            _check_powers_in(bound, relations)
        forward = low == -oo or high == oo or assuming(*others).signs(high - low) <= {0, 1}
        inside = [r for r in (v > low, v < high) if r != true] if forward else []
        _check_powers_in(expr.function, (*others, *inside))
        return
    power = isinstance(expr, Pow) and not isinstance(expr, exp) and not expr.exp.is_Rational
    if power and assuming(*relations).signs(expr.base) != {1}:
        raise UndecidedError(f"whether {expr} is defined depends on its exponent; assume that {expr.base} is positive")
    for part in expr.args:
        _check_powers_in(part, relations)


def _decide_relation(claim: Claim, statement: Relation) -> tuple[Verdict, list[Expr] | None]:
    for side, other in ((statement.left, statement.right), (statement.right, statement.left)):
        if isinstance(side, Integral) and len(side.limits[0]) == 1:
            return _decide_antiderivative(claim, statement.op, side, other)
    steps: list[dict[str, Any]] = []
    sides: list[Expr] = []
    try:
        sides.extend(
            side if side in (oo, -oo) else evaluate(side, claim.relations, steps)
            for side in (statement.left, statement.right)
        )
    except NoValueError as reason:
        missing = without_value(claim, statement, steps, reason)
        if missing is None:
            missing = _at_points(claim)
        if missing is None:
            raise
        return missing, None
    except UndecidedError:
        one = _decide_merged(claim, statement)
        if one is not None:
            return one
        found = decide_by_enclosure(statement.left, statement.op, statement.right)
        if isinstance(found, Undecided) or (claim.relations and not isinstance(found, Refuted)):
            special = _at_points(claim)
            if special is None:
                raise
            return special, None
        base = {"statement": {"claim": claim.text, "assume": list(claim.assume)}}
        return replace(found, certificate={**found.certificate, **base}), []
    found = decide_relation(sides[0], statement.op, sides[1], claim.relations)
    if isinstance(found, Proved | Refuted) and any(side.has(*NODES) for side in (statement.left, statement.right)):
        found = replace(found, method=f"evaluated, {found.method}")
    return _with_steps(found, steps), sides


def _at_points(claim: Claim) -> Refuted | None:
    """A refutation at a point of the variables, for a statement whose integrals or limits have no value in general."""
    statement = claim.statement
    if not isinstance(statement, Relation) or not claim.variables or claim.indices:
        return None
    if statement.left.has(Derivative) or statement.right.has(Derivative):
        return None
    for point in instances(claim.symbols, claim.relations):
        try:
            found, _ = _decide(claim.at(point))
        except (UndecidedError, NotSupportedError, InputError):
            continue
        if isinstance(found, Refuted) and found.certificate:
            shown = {s.name: str(value) for s, value in point.items()}
            return replace(found, counterexample=shown, certificate={**found.certificate, "at": shown})
    return None


def _decide_merged(claim: Claim, statement: Relation) -> tuple[Verdict, list[Expr]] | None:
    """The expectations of both sides as one, which may have a closed form where they have none."""
    found = merged(statement.left, statement.right)
    if found is None:
        return None
    steps: list[dict[str, Any]] = []
    others, _ = split_relations(claim.relations, found.z)
    try:
        functions = [evaluate(f, others, steps) for f in found.functions]
        for function in functions:
            check_exists(function, found.z, assuming(*others))
        value = evaluate(found.together(functions), claim.relations, steps)
    except (UndecidedError, NotSupportedError):
        return None
    verdict = decide_relation(value, statement.op, found.rest, claim.relations)
    if isinstance(verdict, Proved | Refuted):
        verdict = replace(verdict, method=f"as one expectation, {verdict.method}")
    return _with_steps(verdict, steps, merged=True), [value, found.rest]


def _with_steps(verdict: Verdict, steps: Sequence[Mapping[str, Any]], **more: Any) -> Verdict:
    """Add to a certificate what derivatives, limits, integrals and expectations come to."""
    if isinstance(verdict, Undecided) or not verdict.certificate or not (steps or more):
        return verdict
    return replace(verdict, certificate={**verdict.certificate, "evaluated": list(steps), **more})


def _decide_antiderivative(claim: Claim, op: str, integral: Integral, other: Expr) -> tuple[Verdict, list[Expr]]:
    """`integral(e, x) == F` says that F is one of the antiderivatives: continuous, with slope e wherever it has one."""
    if op != "==" or other.has(*NODES):
        raise NotSupportedError(
            "an integral without bounds is only compared, by ==, with an expression without integrals"
        )
    variable = integral.limits[0][0]
    steps: list[dict[str, Any]] = []
    integrand = evaluate(integral.function, claim.relations, steps)
    slope = evaluate(Derivative(other, variable), claim.relations, steps)
    sides = [slope, integrand]
    found = decide_relation(slope, "==", integrand, claim.relations)
    if isinstance(found, Undecided):
        return found, sides
    found = replace(found, method=f"differentiated back, {found.method}")
    if isinstance(found, Refuted):
        return _with_steps(found, steps), sides
    if _has_hole_in(other, integrand, variable, claim):
        return Undecided("the slope is right, but the right side has a hole where the integrand has none"), sides
    joined = decide_property("continuous", other, variable, None, claim.relations)
    if not isinstance(joined, Proved):
        return Undecided("the slope is right, but it is not proved that the right side has no jumps"), sides
    return _with_steps(found, steps, continuous=dict(joined.certificate)), sides


def _has_hole_in(primitive: Expr, integrand: Expr, variable: Symbol, claim: Claim) -> bool:
    """Whether a primitive is undefined between two of its pieces at a point where the integrand is defined."""
    known = assuming(claim.relations)
    outer, inner = split(primitive, variable, known), split(integrand, variable, known)
    for a, b in pairwise(outer.pieces):
        if a.right != b.left:
            return True
        if outer.value_at[a.right] is None and inner.value_at.get(a.right, integrand) is not None:
            return True
    return False
