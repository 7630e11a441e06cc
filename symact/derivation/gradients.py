"""The derivation of a claim about a partial derivative of a vector function: softmax's Jacobian, the gradient of cross-entropy."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Add, Derivative, Eq, Expr, Indexed, Mul, Pow, S, Sum, exp, expand, log

from ..claims.model import Claim, Relation
from ..named import unfold
from .differentiation import differentiation_step
from .steps import CASE, Step

__all__ = ["gradient_steps"]


def gradient_steps(claim: Claim, statement: Relation) -> tuple[Step, ...]:
    """Return the chain ∂/∂v_k e = … = right: logarithms of quotients split, sums split, then rule by rule; () for other claims."""
    left, right = statement.left, statement.right
    if not (isinstance(left, Derivative) and left.derivative_count == 1 and isinstance(left.variables[0], Indexed)):
        return ()
    variable = left.variables[0]
    body = unfold(left.expr)
    steps = [Step("definitions", left, Derivative(body, variable), goal=left)] if body != left.expr else []
    for rule, rewrite in _REWRITES:
        plain = rewrite(body, claim)
        if plain != body:
            steps.append(Step(rule, Derivative(body, variable), Derivative(plain, variable)))
            body = plain
    steps.append(differentiation_step(body, variable))
    wanted = unfold(right)
    if steps[-1].after != wanted:
        steps.append(Step("simplification", steps[-1].after, wanted))
    if wanted != right:
        steps.append(Step("definitions", wanted, right))
    return (Step(CASE, left, right, "", (), left, tuple(steps)),)


def _split_logarithms(expr: Expr, claim: Claim) -> Expr:
    """log(exp(u)/w) = u - log(w)"""

    def split(node: Expr) -> Expr:
        found = S.Zero
        for factor in Mul.make_args(node.args[0]):
            base, power = factor.as_base_exp() if isinstance(factor, Pow) else (factor, S.One)
            if isinstance(factor, exp):
                found += factor.exp
            elif isinstance(base, exp | Sum):
                found += power * log(base)
            else:
                return node
        return found

    return expr.replace(lambda e: isinstance(e, log), split)


def _split_sums(expr: Expr, claim: Claim) -> Expr:
    """Σ (a + c b) = Σ a + c Σ b, where c doesn't hold the index"""

    def split(node: Sum) -> Expr:
        index = node.limits[0][0]
        found = S.Zero
        for term in Add.make_args(expand(node.function)):
            outside, inside = term.as_independent(index, as_Add=False)
            found += outside * Sum(inside, node.limits[0])
        return found

    return expr.replace(lambda e: isinstance(e, Sum) and isinstance(expand(e.function), Add), split)


def _use_sums(expr: Expr, claim: Claim) -> Expr:
    """Σ y_i has the value that is assumed, whatever its index is called."""
    values = {}
    for relation in claim.relations:
        if isinstance(relation, Eq) and isinstance(relation.lhs, Sum):
            values[relation.lhs.function.xreplace({relation.lhs.limits[0][0]: S.One})] = relation.rhs

    def value(node: Sum) -> Expr:
        return values.get(node.function.xreplace({node.limits[0][0]: S.One}), node)

    return expr.replace(lambda e: isinstance(e, Sum), value)


_REWRITES: tuple[tuple[str, Callable[[Expr, Claim], Expr]], ...] = (
    ("the logarithm of a quotient", _split_logarithms),
    ("the sum of each term", _split_sums),
    ("the sum that is assumed", _use_sums),
)
