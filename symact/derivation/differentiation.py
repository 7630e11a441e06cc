"""The derivation of a derivative: rule by rule on every smooth piece, then its textbook form, then in terms of the output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sympy import Derivative, Eq, Expr, Symbol, count_ops

from ..errors import NotSupportedError
from ..proof.algebra.assume import Assumptions
from ..symbols import f, real
from .named_form import in_named_functions
from .rules import RULES, Rule
from .simplification import simplification_step
from .steps import Prose, Step

__all__ = ["differentiation_step", "differentiation_steps"]

#: Longer lines with f written out help nobody.
LONGEST_SPELLED = 40


def differentiation_steps(
    expr: Expr, x: Symbol, goal: Expr, short: Expr, related: Expr | None, known: Assumptions
) -> tuple[Step, ...]:
    """Return the chain d/dx expr = … = short = related.

    `short` is the textbook form of the derivative, `related` the same in terms of the output, or None; without it the
    last lines are in named functions where these are shorter.
    """
    first = differentiation_step(expr, x, goal)
    steps = [first]
    if count_ops(first.after) <= count_ops(short):
        short = first.after  # no line for 1/(1 - x)² = 1/(x - 1)²
    if related is None and (lines := in_named_functions(first.after, short, expr, x)):
        if lines[0].before == short != first.after:
            steps.append(simplification_step(first.after, short, known, x))
        return (*steps, *lines)
    if first.after != short:
        steps.append(simplification_step(first.after, short, known, x))
    if related is not None and related != short:
        spelled = related.subs(f, expr)
        if spelled != short and count_ops(spelled) <= LONGEST_SPELLED:
            steps.append(Step("rewrite so that the function appears", short, spelled))
            short = spelled
        steps.append(Step("in terms of the output", short, related))
    return tuple(steps)


def differentiation_step(expr: Expr, x: Expr, goal: Expr | None = None) -> Step:
    """Return the step from d/dx expr to a line without derivatives.

    Its sub-steps apply one layer of rules each to all that is pending; theirs one rule each.
    """
    line: Expr = Derivative(expr, x)
    first, steps = line, []
    used: dict[Rule, None] = {}
    while pending := sorted(line.atoms(Derivative), key=str):
        applied = [_applied(d, x) for d in pending]
        after = line.xreplace({a.node: a.after for a in applied})
        steps.append(Step(_names(a.rule for a in applied), line, after, substeps=_one_by_one(line, after, applied)))
        used.update(dict.fromkeys(a.rule for a in applied))
        line = after
    named = [rule for rule in used if not rule.routine] or list(used)
    return Step(_names(named), first, line, goal=goal, substeps=tuple(steps))


@dataclass(frozen=True)
class _Application:
    """A rule applied to one derivative."""

    node: Expr
    after: Expr
    rule: Rule
    reason: Prose


def _applied(node: Expr, x: Expr) -> _Application:
    expr = node.expr
    for rule in RULES:
        if rule.applies(expr, x):
            return _Application(node, rule.differentiate(expr, x), rule, _with_parts(rule.parts(expr, x)))
    raise NotSupportedError(f"no rule of differentiation is known for {type(expr).__name__}")


def _with_parts(parts: Sequence[Expr]) -> Prose:
    """u = …, v = …"""
    taken = {symbol.name for part in parts for symbol in part.free_symbols}
    found: list[str | Expr] = []
    for name, part in zip((n for n in "uvpqrst" if n not in taken), parts, strict=False):
        found += [", "] * bool(found) + [Eq(real(name), part)]
    return tuple(found)


def _one_by_one(line: Expr, after: Expr, applied: Sequence[_Application]) -> tuple[Step, ...]:
    """The layer rule by rule; nothing where SymPy would order the terms of its last line in another way."""
    steps: list[Step] = []
    for a in applied:
        changed = line.xreplace({a.node: a.after})
        steps.append(Step(a.rule.name, line, changed, a.reason))
        line = changed
    return tuple(steps) if line == after and (len(steps) > 1 or steps[0].reason) else ()


def _names(rules: Iterator[Rule] | Sequence[Rule]) -> str:
    return ", ".join(dict.fromkeys(rule.name for rule in rules))
