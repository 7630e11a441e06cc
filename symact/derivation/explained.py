"""The derivation of a claim: why it holds, or where it fails."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Derivative, Integral, Limit, Symbol
from sympy.tensor.indexed import Indexed

from ..claims.model import Claim, Expectation, Extent, Property, Relation
from ..definition import Definition
from ..errors import InputError, NotSupportedError, UndecidedError
from ..facts.record import Facts
from ..named import unfold
from ..proof.algebra.assume import assuming
from ..proof.verdict import Proved, Refuted, Verdict
from ..symbols import x as standard_x
from .checking import faulty
from .extent import range_steps
from .gradients import gradient_steps
from .identity import equation_steps, limit_claim_steps, slope_steps
from .inequality import inequality
from .matrices import matrix_steps
from .moments import expectation_steps
from .notation import output
from .properties import property_steps
from .refutation import extent_refuted, property_refuted, relation_refuted
from .steps import Derivation, Step

__all__ = ["explained"]

#: Nodes about which an equation is not shown by algebra.
_CALCULUS = (Derivative, Limit, Integral, Expectation)


def explained(claim: Claim, verdict: Verdict) -> Derivation | None:
    """Return how one sees that a claim holds or fails; None where no derivation of it is known.

    All steps are proved. A refuted relation is shown by the values of both sides at the counterexample, a refuted
    property by the values of the function at its points.
    """
    statement = claim.statement
    try:
        if isinstance(statement, Relation) and isinstance(verdict, Proved) and statement.op != "==":
            facts, found = inequality(claim, statement)
            return None if faulty(found, facts) else found
        if isinstance(statement, Relation):
            steps, body = tuple(_of_relation(claim, statement, verdict)), statement.left
        else:
            steps, body = tuple(_of_function(claim, statement, verdict)), unfold(statement.expression)
        if not steps:
            return None
        variable = _variable(claim)
        definition = Definition("claim", body, claim.text, variable=variable)
        what = "identity" if isinstance(statement, Relation) else "claim"
        found = Derivation(what, definition, claim.text, output(variable), output(variable), steps)
        return None if faulty(found, Facts(definition, assume=claim.relations)) else found
    except (UndecidedError, NotSupportedError, InputError):
        return None


def _variable(claim: Claim) -> Symbol:
    if not isinstance(claim.statement, Relation):
        return claim.statement.variable
    return standard_x if standard_x in claim.variables or not claim.variables else claim.variables[0]


def _of_function(claim: Claim, statement: Extent | Property, verdict: Verdict) -> Iterable[Step]:
    body = unfold(statement.expression)
    if body.has(*_CALCULUS) or claim.given.vectors or claim.given.matrices:
        return ()
    facts = Facts(Definition("claim", body, claim.text, variable=statement.variable), assume=claim.relations)
    if isinstance(statement, Extent):
        if isinstance(verdict, Refuted):
            return extent_refuted(facts, statement) if statement.equal else ()
        if not isinstance(verdict, Proved) or not statement.equal:
            return ()
        found = range_steps(facts)
        return found.steps if found.values == statement.values else ()
    if isinstance(verdict, Refuted):
        return property_refuted(facts, statement, verdict)
    return property_steps(facts, statement) if isinstance(verdict, Proved) else ()


def _of_relation(claim: Claim, statement: Relation, verdict: Verdict) -> Iterable[Step]:
    left, right = statement.left, statement.right
    if isinstance(verdict, Refuted):
        plain = not (left.has(*_CALCULUS, Indexed) or right.has(*_CALCULUS, Indexed) or claim.given.matrices)
        sides = (left, right, *(side for r in claim.relations for side in r.args))
        names = {symbol.name: symbol for side in sides for symbol in side.free_symbols}
        return relation_refuted(statement, verdict, names) if plain else ()
    if not isinstance(verdict, Proved):
        return ()
    if claim.given.matrices:
        return matrix_steps(left, right)
    if left.has(Indexed) or right.has(Indexed):
        return gradient_steps(claim, statement)
    known = assuming(claim.relations)
    if isinstance(left, Limit) and not right.has(*_CALCULUS):
        return limit_claim_steps(left, right, known)
    if isinstance(left, Derivative) and left.derivative_count == 1 and not right.has(*_CALCULUS):
        return slope_steps(left, right, known)
    if isinstance(left, Expectation) and not right.has(*_CALCULUS):
        return expectation_steps(left, right, known)
    if left.has(*_CALCULUS) or right.has(*_CALCULUS) or verdict.certificate.get("kind") == "contradiction":
        return ()
    return equation_steps(claim, left, right, known)
