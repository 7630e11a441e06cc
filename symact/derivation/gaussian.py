"""Integrals against the normal density forwards: by parts, by completing the square, by substitution, one rule a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy import (
    Dummy,
    Eq,
    Expr,
    Integral,
    S,
    Symbol,
    count_ops,
    default_sort_key,
    exp,
    expand,
    oo,
)

from ..claims.model import Expectation
from ..errors import NotSupportedError, UndecidedError
from ..facts.forms import textbook
from ..named import Named, unfold
from ..proof.algebra.assume import Assumptions
from ..proof.algebra.field import is_zero
from ..proof.asymptotics.ends import limit_at
from ..proof.functions.switches import obstacles
from ..symbols import z
from .blocks import density, distribution, in_normal_blocks, is_distribution
from .gaussian_rules import RULES
from .gaussian_terms import multiplied_out, node_of, rewritten
from .steps import Prose, Step

__all__ = ["average", "gaussian_steps", "over_piece"]

#: Lines after which a chain is given up.
LONGEST = 24
#: A last line is replaced by a form of at most so many times its operations.
WORTHWHILE = 0.8


def average(expr: Expr) -> Expr:
    """Return E[e(z)], constant factors before it, error functions written with Φ."""
    constant, rest = in_normal_blocks(expr).as_independent(z, as_Add=False)
    return constant * Expectation(rest, z)


def over_piece(expr: Expr, low: Expr, high: Expr) -> Expr:
    """Return the integral of e(z) φ(z) between two ends, constant factors before it, error functions written with Φ."""
    constant, rest = in_normal_blocks(expr).as_independent(z, as_Add=False)
    return constant * Integral(rest * density(z), (z, low, high))


def gaussian_steps(line: Expr, known: Assumptions) -> Iterator[Step]:
    """Yield steps from a line with expectations and integrals against φ to one without; one rule at a time.

    Raises NotSupportedError where a term is no product of powers, exponentials of quadratics and error functions.
    """
    for _ in range(LONGEST):
        # not by their text: SymPy would compute integrals without symbols to order a sum of them
        pending = sorted(line.atoms(Expectation, Integral), key=default_sort_key)
        if not pending:
            return
        rule, reason, changes = _first_rule(pending, known)
        after = line.xreplace(changes)
        if not after.atoms(Expectation, Integral):
            after = _short(after, known)
        if after != line:
            yield Step(rule, line, after, reason)
        line = after
    raise NotSupportedError("the integrals don't come to an end")


def _first_rule(pending: list[Expr], known: Assumptions) -> tuple[str, Prose, dict[Expr, Expr]]:
    """The first rule that applies to any node, the reason for the first of these, and what it makes of all of them."""
    constants = {e: e.function for e in pending if isinstance(e, Expectation) and not e.function.has(z)}
    if constants:
        return "the mean of a constant", (), constants
    if (mirrored := _mirrored(pending, known)) is not None:
        return mirrored
    changes = [(head, change) for head in pending if isinstance(head, Expectation) and (change := rewritten(head))]
    if changes:
        return changes[0][1][0], (), {head: after for head, (_, after) in changes}
    found = [(head, node_of(head, known)) for head in pending]
    if any(node is None for _, node in found):
        return "multiply out", (), {head: multiplied_out(head) for head, node in found if node is None}
    nodes = [node for _, node in found if node is not None]
    for rule in RULES:
        if suited := [node for node in nodes if rule.applies(node)]:
            return rule.name, rule.reason(suited[0]), {node.head: rule.rewrite(node) for node in suited}
    raise NotSupportedError("no rule for such an expectation")


def _mirrored(pending: list[Expr], known: Assumptions) -> tuple[str, Prose, dict[Expr, Expr]] | None:
    """E[e(z)] = c/2 where e(z) + e(-z) = c, for z and -z have the same distribution; e must not grow too fast."""
    for head in pending:
        if not isinstance(head, Expectation):
            continue
        body = unfold(head.function)
        pair = body + body.subs(z, -z)
        both = pair.subs(z, 0)
        if not all(known.signs(g) <= allowed - {0} for g, allowed in obstacles(body)):
            continue  # 1/z has no mean
        try:
            tails = [limit_at(body * exp(-(z**2) / 4), z, end, side, known) for end, side in ((oo, -1), (-oo, 1))]
            holds = tails == [0, 0] and is_zero(pair - both, known.relations) is True
        except (NotSupportedError, UndecidedError):
            continue
        if holds:
            said = Eq(pair, both)
            return "z and −z have the same distribution", () if said == S.true else (said,), {head: both / 2}
    return None


def _short(line: Expr, known: Assumptions) -> Expr:
    """A last line in its shortest form if that is much shorter, with Φ(u) = 1 - Φ(-u) where both occur."""
    lines = sorted((e for e in line.atoms(Named) if is_distribution(e)), key=default_sort_key)
    for one in lines:
        other = distribution(-one.argument)
        if one.argument.could_extract_minus_sign() and other in lines:
            line = expand(line.xreplace({one: 1 - other}))
    hidden: dict[Any, Symbol] = {e: Dummy(real=True) for e in sorted(line.atoms(Named), key=default_sort_key)}
    short = textbook(line.xreplace(hidden), known).xreplace({v: k for k, v in hidden.items()})
    return short if count_ops(short) < WORTHWHILE * count_ops(line) else line
