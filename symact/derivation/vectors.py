"""Derivations of partial derivatives of vector functions, for symbolic n: the Jacobian of softmax and its like."""

from __future__ import annotations

from sympy import Derivative, Eq, Expr, Function, IndexedBase, Piecewise, S

from ..definition import Definition
from ..facts.outputs import in_outputs
from ..symbols import LargestOf, i, k, n, v
from .differentiation import differentiation_step
from .steps import CASE, Derivation, Step

__all__ = ["vector_derivative"]


def vector_derivative(definition: Definition) -> Derivation:
    """Return the derivation of ∂f_i/∂v_k, or ∂f/∂v_k for a function with one value, and its form in terms of the output."""
    expr, variable = definition.expr, v[k]
    output = IndexedBase("f", shape=(n,))
    # a function with one value is f(v), one with n values f_i
    name = output[i] if expr.has(i) else Function("f", real=True)(v)
    goal = Derivative(name, variable)
    if isinstance(expr, LargestOf):
        return _of_largest(definition, expr, name, variable, goal)
    steps = [differentiation_step(expr, variable, goal)]
    line = steps[0].after
    related = in_outputs(line, {name: expr, name.subs(i, k): expr.subs(i, k)})
    if related is not None:
        steps.append(Step("in terms of the output", line, related))
    case = Step(CASE, steps[0].before, steps[-1].after, goal=goal, substeps=tuple(steps))
    return Derivation("derivative", definition, f"{definition.title}: derivative", goal, case.after, (case,))


def _of_largest(definition: Definition, expr: Expr, name: Expr, variable: Expr, goal: Expr) -> Derivation:
    """∂/∂v_k max v_j = 1 where v_k alone is the largest, and 0 where it isn't the largest."""
    line = Derivative(expr, variable)
    alone = Step("near v no other component is larger", line, Derivative(variable, variable), goal=goal)
    is_one = Step("derivative of a component", alone.after, S.One)
    no_change = Step("near v the maximum doesn't depend on this component", line, S.Zero, goal=goal)
    largest, smaller = Eq(variable, name), variable < name
    cases = (
        Step(CASE, line, S.One, "", (largest,), goal, (alone, is_one)),
        Step(CASE, line, S.Zero, "", (smaller,), goal, (no_change,)),
    )
    result = Piecewise((S.One, largest), (S.Zero, smaller))
    several = (
        "Where several components are the largest, the slopes from the two sides are 0 and 1 for each of them, and there is "
        "no partial derivative.",
    )
    title = f"{definition.title}: derivative"
    return Derivation("derivative", definition, title, goal, result, cases, (several,))
