"""The derivation of a derivative: rule by rule on every smooth piece, then its textbook form, then in terms of the output."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Derivative, Expr, Symbol, count_ops

from ..errors import NotSupportedError
from ..symbols import f
from .rules import RULES
from .steps import Step

__all__ = ["differentiation_steps", "layers"]

#: Longer lines with f written out help nobody.
LONGEST_SPELLED = 40


def differentiation_steps(expr: Expr, x: Symbol, goal: Expr, short: Expr, related: Expr | None) -> tuple[Step, ...]:
    """Return the chain d/dx expr = … = short = related; each step applies one layer of rules to all that is pending.

    `short` is the textbook form of the derivative, `related` the same in terms of the output, or None.
    """
    line: Expr = Derivative(expr, x)
    steps: list[Step] = []
    for rules, after in layers(line, x):
        steps.append(Step(", ".join(rules), line, after, goal=None if steps else goal))
        line = after
    if line != short:
        steps.append(Step("simplification", line, short))
    if related is not None and related != short:
        spelled = related.subs(f, expr)
        if spelled != short and count_ops(spelled) <= LONGEST_SPELLED:
            steps.append(Step("rewrite so that the function appears", short, spelled))
            short = spelled
        steps.append(Step("in terms of the output", short, related))
    return tuple(steps)


def layers(line: Expr, x: Expr) -> Iterator[tuple[tuple[str, ...], Expr]]:
    """Yield (rules applied, next line) until no derivative is left to be done."""
    while pending := sorted(line.atoms(Derivative), key=str):
        done = {d: _applied(d.expr, x) for d in pending}
        line = line.xreplace({d: after for d, (_, after) in done.items()})
        yield tuple(dict.fromkeys(rule for rule, _ in done.values())), line


def _applied(expr: Expr, x: Expr) -> tuple[str, Expr]:
    for rule in RULES:
        if rule.applies(expr, x):
            return rule.name, rule.differentiate(expr, x)
    raise NotSupportedError(f"no rule of differentiation is known for {type(expr).__name__}")
