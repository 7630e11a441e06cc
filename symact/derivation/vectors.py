"""Derivations of partial derivatives of vector functions, for symbolic n: the Jacobian of softmax and its like."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import (
    Derivative,
    Dummy,
    Expr,
    Function,
    Indexed,
    IndexedBase,
    KroneckerDelta,
    Sum,
    cancel,
    exp,
    expand,
    fraction,
    powsimp,
    solve,
    together,
)

from ..definition import Definition
from ..facts.forms import size
from ..symbols import i, k, n, v
from .differentiation import layers
from .steps import Derivation, Step

__all__ = ["vector_derivative"]


def vector_derivative(definition: Definition) -> Derivation:
    """Return the derivation of ∂f_i/∂v_k, or ∂f/∂v_k for a function with one value, and its form in terms of the output."""
    expr, variable = definition.expr, v[k]
    output = IndexedBase("f", shape=(n,))
    # a function with one value is f(v), one with n values f_i
    name = output[i] if expr.has(i) else Function("f", real=True)(v)
    goal = Derivative(name, variable)
    line: Expr = Derivative(expr, variable)
    steps: list[Step] = []
    for rules, after in layers(line, variable):
        steps.append(Step(", ".join(rules), line, after, goal=None if steps else goal))
        line = after
    related = _related(line, {name: expr, name.subs(i, k): expr.subs(i, k)})
    if related is not None:
        steps.append(Step("in terms of the output", line, related))
    case = Step("case", steps[0].before, steps[-1].after, goal=goal, substeps=tuple(steps))
    return Derivation("derivative", definition, f"{definition.title}: derivative", goal, case.after, (case,))


def _related(slope: Expr, values: dict[Expr, Expr]) -> Expr | None:
    """Write the slope in the outputs by solving f_i = expr_i for what is linear in it, and prove it by putting them back."""
    candidates = [c for c in _eliminations(slope, list(values.items())) if not c.has(Sum)]
    related = [c for c in candidates if c.has(*values) and _vanishes(c.subs(values, simultaneous=True) - slope)]
    return min(related, key=lambda c: (len(c.atoms(Indexed)), size(c)), default=None)


def _eliminations(slope: Expr, outputs: list[tuple[Expr, Expr]]) -> Iterator[Expr]:
    if not outputs:
        for form in (slope, cancel(together(slope)), expand(cancel(together(slope)))):
            yield from (form, form.factor(), powsimp(form))
        return
    (name, expr), rest = outputs[0], outputs[1:]
    yield from _eliminations(slope, rest)
    kernels = [e for e in (*expr.atoms(exp), *expr.atoms(Indexed), *expr.atoms(Sum)) if slope.has(e)]
    for kernel in sorted(kernels, key=str):
        symbol = Dummy("t", real=True)
        equation = fraction(together(expr.xreplace({kernel: symbol}) - name))[0]
        for solution in solve(equation, symbol)[:1] if equation.has(symbol) else ():
            yield from _eliminations(expand(slope.xreplace({kernel: solution}), power_exp=True), rest)


def _vanishes(expr: Expr) -> bool:
    """Exact zero test with sums, deltas and components taken as independent symbols."""
    atoms = [*expr.atoms(Sum), *expr.atoms(KroneckerDelta)]
    flat = expr.xreplace({a: Dummy(f"s{m}", positive=True) for m, a in enumerate(sorted(atoms, key=str))})
    flat = flat.xreplace({a: Dummy(f"v{m}", real=True) for m, a in enumerate(sorted(flat.atoms(Indexed), key=str))})
    return bool(cancel(together(expand(flat, power_exp=True))) == 0)
