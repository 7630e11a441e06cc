"""Slopes of functions of a vector in terms of their outputs: dy_i/dv_j = y_i*(delta_ij - y_j) for softmax."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sympy import (
    Dummy,
    Expr,
    Indexed,
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

from .forms import size

__all__ = ["in_outputs"]


def in_outputs(slope: Expr, values: Mapping[Expr, Expr]) -> Expr | None:
    """Return the slope in terms of the outputs, None where no way is found.

    `values` are the outputs, such as f_i and f_k, with their formulas, which are solved for their kernels; the result is
    proved by putting the formulas back.
    """
    candidates = {c for c in _eliminations(slope, list(values.items())) if c.has(*values) and not c.has(Sum)}
    simplest_first = sorted(candidates, key=lambda c: (len(c.atoms(Indexed)), size(c), str(c)))
    return next((c for c in simplest_first if _vanishes(c.subs(values, simultaneous=True) - slope)), None)


def _eliminations(slope: Expr, outputs: list[tuple[Expr, Expr]]) -> Iterator[Expr]:
    if not outputs:
        quotient = cancel(together(slope))
        for form in (slope, quotient, expand(quotient)):
            yield from (form, form.factor(), powsimp(form))
        return
    (name, expr), rest = outputs[0], outputs[1:]
    yield from _eliminations(slope, rest)
    kernels = [e for e in (*expr.atoms(exp), *expr.atoms(Indexed), *expr.atoms(Sum)) if slope.has(e)]
    for kernel in sorted(kernels, key=str):
        for solution in _solutions(expr, name, kernel):
            yield from _eliminations(expand(slope.xreplace({kernel: solution}), power_exp=True), rest)


def _solutions(expr: Expr, name: Expr, kernel: Expr) -> list[Expr]:
    """The kernel from expr = name, where this is linear in it, or else as SymPy solves it."""
    symbol = Dummy("t", real=True)
    equation = expand(fraction(together(expr.xreplace({kernel: symbol}) - name))[0])
    factor = equation.coeff(symbol)
    others = equation - factor * symbol
    if not others.has(symbol):
        return [-others / factor] if factor != 0 else []
    # an entry inside an exponential is eliminated with it
    return [] if isinstance(kernel, Indexed) else solve(equation, symbol)[:1]


def _vanishes(expr: Expr) -> bool:
    """Exact zero test with sums, deltas and components taken as independent symbols."""
    atoms = [*expr.atoms(Sum), *expr.atoms(KroneckerDelta)]
    flat = expr.xreplace({a: Dummy(f"s{m}", positive=True) for m, a in enumerate(sorted(atoms, key=str))})
    flat = flat.xreplace({a: Dummy(f"v{m}", real=True) for m, a in enumerate(sorted(flat.atoms(Indexed), key=str))})
    return bool(cancel(together(expand(flat, power_exp=True))) == 0)
