"""Expressions with values put in for parameters, or without them in exponents, that are defined where what was written is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sympy import And, Dummy, Expr, Interval, Piecewise, Pow, S, Symbol, exp, log, oo, ordered, preorder_traversal
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ..errors import NotSupportedError, UndecidedError, UnknownSignError
from ..proof.algebra.assume import NOTHING, Assumptions, conjuncts
from ..proof.algebra.signs import SIGNS
from ..proof.functions.pieces import split
from ..proof.functions.shape import as_condition
from ..proof.functions.switches import NEGATIVE, POSITIVE, ZERO, obstacles

__all__ = ["needed", "restriction", "with_plain_exponents", "with_values"]


def needed(expr: Expr, x: Symbol) -> Iterator[tuple[Expr, set[int]]]:
    """Yield (g, signs) with g free of x: f isn't defined for all of its x unless g has one of the signs, as a in exp(x/a).

    The branches of a Piecewise count where x alone decides between them.
    """
    for g, allowed in obstacles(expr):
        if g.free_symbols and not g.has(x):
            yield g, allowed
    nodes = preorder_traversal(expr)
    for node in nodes:
        if isinstance(node, Piecewise):
            nodes.skip()
            for value in _chosen(node, x):
                yield from needed(value, x)


def _chosen(node: Piecewise, x: Symbol) -> list[Expr]:
    """The branches taken on some interval; none where that depends on more than x."""
    if any(condition.free_symbols - {x} for _, condition in node.args):
        return []
    marks = {Dummy(real=True): value for value, _ in node.args}
    marked = Piecewise(*((mark, condition) for mark, (_, condition) in zip(marks, node.args, strict=True)))
    try:
        taken = {piece.expr for piece in split(marked, x, NOTHING).pieces}
    except (NotSupportedError, UndecidedError):
        return []
    return [value for mark, value in marks.items() if mark in taken]


def with_values(expr: Expr, values: Mapping[Symbol, Expr]) -> Expr:
    """Return `expr` with values for parameters; where that cancels a denominator, as in a/x at a = 0, its hole is kept."""
    if not values:
        return expr
    if isinstance(expr, Piecewise):
        return Piecewise(*((with_values(value, values), condition.subs(values)) for value, condition in expr.args))
    found = expr.subs(values)
    kept = {g for g, _ in obstacles(found)}
    bases = {
        node.base for node in expr.atoms(Pow) if node.exp.free_symbols & set(values)
    }  # may have any sign for some values
    lost = [(g.subs(values), allowed) for g, allowed in obstacles(expr) if not (allowed == {POSITIVE} and g in bases)]
    conditions = [as_condition(g, allowed) for g, allowed in lost if g not in kept]
    condition = And(*conditions)
    return found if condition == S.true else Piecewise((found, condition))


def with_plain_exponents(expr: Expr, x: Symbol, known: Assumptions, inside: Iterable[Boolean] = ()) -> Expr:
    """Return `expr` with parameters in exponents written out: u**p as exp(p*log(u)) where u > 0, as 0 where u = 0 < p.

    `inside` says where x is. Raises NotSupportedError where u may be negative, since the domain depends on p then,
    UnknownSignError where it depends on the sign of p.
    """
    if not any(node.exp.free_symbols - {x} for node in expr.atoms(Pow)):
        return expr
    stated = known & inside
    found: list[tuple[Expr, Boolean]] = []
    for value, condition in expr.args if isinstance(expr, Piecewise) else [(expr, S.true)]:
        relations = [c for c in conjuncts(condition) if isinstance(c, Relational)]
        sure = {c: S.true for c in relations if stated.signs(c.lhs - c.rhs) <= SIGNS[c.rel_op]}
        found += _plain_branches(value, condition.xreplace(sure), x, stated & relations)
    return found[0][0] if len(found) == 1 and found[0][1] == S.true else Piecewise(*found)


def _plain_branches(value: Expr, condition: Boolean, x: Symbol, where: Assumptions) -> Iterator[tuple[Expr, Boolean]]:
    """A branch of a Piecewise as branches without parameters in exponents."""
    nodes = value.atoms(Pow) | condition.atoms(Pow)
    powers = [n for n in ordered(nodes) if n.exp.free_symbols - {x} and where.signs(n.base) != {1}]
    node = next((n for n in powers if not any(n.base.has(other) for other in powers)), None)
    if node is None:
        yield value, condition
        return
    base, power = node.args
    signs = where.signs(base) & ({ZERO, POSITIVE} if base.is_nonnegative else {NEGATIVE, ZERO, POSITIVE})
    sign = where.sign(power)
    if sign is None and signs <= {ZERO, POSITIVE} and ZERO in signs:
        raise UnknownSignError(power)
    if NEGATIVE in signs or (ZERO in signs and sign == -1 and condition != S.true):
        raise NotSupportedError(f"where {node} is defined depends on its exponent; give it a value")
    positive = {node: exp(power * log(base))}
    more = (base > 0,) if ZERO in signs else ()
    yield from _plain_branches(value.xreplace(positive), And(condition.xreplace(positive), *more), x, where & more)
    if ZERO in signs and sign != -1:
        at_zero = {node: S.One if sign == 0 else S.Zero}
        yield from _plain_branches(value.xreplace(at_zero), condition.xreplace(at_zero), x, where)


def restriction(x: Symbol, on: Interval | None) -> Iterable[Boolean]:
    """Return the relations that say that x is in an interval."""
    if on is None:
        return ()
    low = () if on.start == -oo else (x > on.start,) if on.left_open else (x >= on.start,)
    high = () if on.end == oo else (x < on.end,) if on.right_open else (x <= on.end,)
    return (*low, *high)
