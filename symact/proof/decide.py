"""The verdict on a claim: what kind of statement it is decides which method takes it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from sympy import Derivative, Expr, Indexed, Integral, MatrixSymbol, Pow, Sum, Symbol, exp, oo

from ..claims.model import Claim, Extent, Relation
from ..errors import InputError, NotSupportedError, UndecidedError
from ..symbols import LargestOf
from .algebra.assume import assuming
from .calculus.evaluate import NODES, evaluate
from .functions.pieces import split
from .properties.extent import decide_extent
from .properties.properties import decide_property
from .relations.relation import decide_relation
from .vectors.matrices import decide_matrix, is_about_matrices
from .vectors.vectors import decide_vector, is_about_vectors
from .verdict import Proved, Refuted, Undecided, Verdict

__all__ = ["decide"]

_LINEAR = (Sum, LargestOf, Indexed, MatrixSymbol)


def decide(claim: Claim) -> Verdict:
    """Return the verdict on a claim whose named functions are unfolded.

    Whatever no method decides is Undecided with the reason. Raises InputError where the assumptions contradict each other.
    """
    assuming(*(relation for relation in claim.given.relations if not relation.has(*_LINEAR)))
    try:
        return _decide(claim)
    except (UndecidedError, NotSupportedError, InputError) as reason:
        return Undecided(" ".join(str(reason).split()))


def _decide(claim: Claim) -> Verdict:
    statement = claim.statement
    if is_about_matrices(claim):
        return decide_matrix(claim)
    if is_about_vectors(claim):
        return decide_vector(claim)
    if any(relation.has(*_LINEAR) for relation in claim.relations):
        raise NotSupportedError("assumptions about vectors serve statements about vectors only")
    _check_powers(claim)
    if isinstance(statement, Relation):
        return _decide_relation(claim, statement)
    if statement.expression.has(*_LINEAR):
        raise NotSupportedError("of vectors, only relations are decided")
    expression = evaluate(statement.expression, claim.relations)
    if isinstance(statement, Extent):
        return decide_extent(expression, statement.variable, statement.values, statement.equal, claim.relations)
    return decide_property(statement.name, expression, statement.variable, statement.order, claim.relations)


def _check_powers(claim: Claim) -> None:
    """Refuse x**a where x may be zero or negative: whether it is defined there depends on what a is."""
    statement = claim.statement
    parts = (statement.left, statement.right) if isinstance(statement, Relation) else (statement.expression,)
    known = assuming(claim.relations)
    for power in sorted(set().union(*(part.atoms(Pow) for part in parts)), key=str):
        if not isinstance(power, exp) and not power.exp.is_Rational and known.signs(power.base) != {1}:
            raise UndecidedError(
                f"whether {power} is defined depends on its exponent; assume that {power.base} is positive"
            )


def _decide_relation(claim: Claim, statement: Relation) -> Verdict:
    for side, other in ((statement.left, statement.right), (statement.right, statement.left)):
        if isinstance(side, Integral) and len(side.limits[0]) == 1:
            return _decide_antiderivative(claim, statement.op, side, other)
    left, right = (
        side if side in (oo, -oo) else evaluate(side, claim.relations) for side in (statement.left, statement.right)
    )
    found = decide_relation(left, statement.op, right, claim.relations)
    if isinstance(found, Proved | Refuted) and any(side.has(*NODES) for side in (statement.left, statement.right)):
        return replace(found, method=f"evaluated, {found.method}")
    return found


def _decide_antiderivative(claim: Claim, op: str, integral: Integral, other: Expr) -> Verdict:
    """`integral(e, x) == F` says that F is one of the antiderivatives: continuous, with slope e wherever it has one."""
    if op != "==" or other.has(*NODES):
        raise NotSupportedError(
            "an integral without bounds is only compared, by ==, with an expression without integrals"
        )
    variable = integral.limits[0][0]
    integrand = evaluate(integral.function, claim.relations)
    slope = evaluate(Derivative(other, variable), claim.relations)
    found = decide_relation(slope, "==", integrand, claim.relations)
    if isinstance(found, Refuted):
        return replace(found, method=f"differentiated back, {found.method}")
    if not isinstance(found, Proved):
        return found
    if _has_hole_in(other, integrand, variable, claim):
        return Undecided("the slope is right, but the right side has a hole where the integrand has none")
    if not isinstance(decide_property("continuous", other, variable, None, claim.relations), Proved):
        return Undecided("the slope is right, but it is not proved that the right side has no jumps")
    return replace(found, method=f"differentiated back, {found.method}")


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
