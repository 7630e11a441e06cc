"""Which known activation an expression is, up to scale and shift of input and output and values of parameters, proved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sympy import Expr, IndexedBase, Mul, preorder_traversal
from sympy.core.relational import Relational

from ..catalogue import definitions
from ..errors import InputError, NotSupportedError
from ..parse import parse_function
from ..parse.objects import evaluable, exact, relations, standard_symbols
from ..proof.functions.switches import obstacles
from ..symbols import x
from .forms import size
from .match import Match
from .target import Target

__all__ = ["Match", "duplicates", "find"]


def find(expression: Expr | str, assume: Iterable[Relational | str] = ()) -> list[Match]:
    """Return every known activation that an expression, or a text, is, simple answers first; an empty list if none.

    Its variable is x, or the only symbol. Each match a*f(b*x + c; parameters) + d is proved equal on the same domain; where
    there is none, x times such a match is looked for. `assume` says what is known of parameters, such as "a > 0".
    Raises InputError for what is no real expression of one variable.

    >>> import symact
    >>> [str(match) for match in symact.find("2/(1 + exp(-2*x)) - 1")][:2]
    ['tanh(x)', '2*sigmoid(2*x) - 1']
    """
    known = relations(assume)
    if isinstance(expression, str):
        parsed = parse_function(expression)
        expression, known = parsed.expression, (*known, *parsed.domain)
    elif not isinstance(expression, Expr):
        raise InputError(f"an expression in x, or a text, was expected, not {expression!r}")
    if expression.has(IndexedBase):
        raise NotSupportedError("functions of one number are looked for, and this one maps a vector")
    meaning = standard_symbols(expression, expression.free_symbols) if expression.free_symbols else {}
    standard = evaluable(exact(expression).subs(meaning, simultaneous=True))
    return _recognised(standard.doit(), tuple(r.subs(meaning, simultaneous=True) for r in known))


def _recognised(expression: Expr, assume: tuple[Relational, ...]) -> list[Match]:
    found = _of_line(expression, assume) or _simplest_first(Target(expression, assume).matches())
    quotient = _without_x(expression)
    if not found and quotient is not None:
        found = _simplest_first(Target(quotient, assume, gate=True).matches())
    return found


def _simplest_first(matches: Iterable[Match]) -> list[Match]:
    # in order of how they were found: 4*sigmoid(2*x - 3) + 1 goes before 2*tanh(x - 3/2) + 3
    return [m.upright for m in sorted(matches, key=lambda m: m.key)]


def _of_line(expression: Expr, assume: tuple[Relational, ...]) -> list[Match]:
    """What g is where the expression is p*g(u) + q with u = a*x + b, parameters in a, b, p and q only; u may be constant too."""
    symbols = expression.free_symbols - {x}
    if not symbols or any(relation.has(x) for relation in assume):
        return []
    lines = {node for node in preorder_traversal(expression) if isinstance(node, Expr) and node.free_symbols & symbols}
    for line in sorted((u for u in lines if u.has(x)), key=size):
        poly = line.as_poly(x)
        if poly is None or poly.degree() != 1:
            continue
        slope, offset = poly.all_coeffs()
        if slope.could_extract_minus_sign():
            slope, offset = -slope, -offset
        shift, rest = expression.subs(x, (x - offset) / slope).as_independent(x, as_Add=True)
        scale, inner = rest.as_independent(x, as_Add=False)
        if inner.free_symbols != {x} or any(g.free_symbols for part in (scale, shift) for g, _ in obstacles(part)):
            continue
        found = [m for m in _recognised(inner, ()) if not m.gate]
        if found:
            whole = (
                replace(
                    m,
                    input_scale=m.input_scale * slope,
                    input_shift=m.input_scale * offset + m.input_shift,
                    output_scale=scale * m.output_scale,
                    output_shift=shift + scale * m.output_shift,
                )
                for m in found
            )
            return _simplest_first(whole)
    return []


def duplicates() -> list[tuple[str, Match]]:
    """Return names of the catalogue with another entry that is the same function, up to scales, shifts and parameters."""
    found = []
    for definition in definitions():
        if definition.vector:
            continue
        expr = definition.expr.subs({p.symbol: p.default for p in definition.parameters})
        found += [(definition.name, m) for m in _recognised(expr, ()) if m.name != definition.name and not m.gate]
    return found


def _without_x(expression: Expr) -> Expr | None:
    factors = Mul.make_args(expression)
    return expression / x if x in factors and len(factors) > 1 else None
