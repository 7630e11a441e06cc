"""Where an expression as written is defined, when what SymPy made of it no longer says so: x/x is 1, but not at 0."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache

from sympy import Add, Dummy, Expr, Ge, Gt, Le, Lt, Mul, Ne, Pow
from sympy.core.relational import Relational

from ..definition import Definition
from ..named import Named
from ..proof.functions.switches import SWITCHES, obstacles

__all__ = ["Condition", "conditions_of_function", "conditions_of_named", "conditions_of_power", "lost"]

#: The expression has one of the signs.
Condition = tuple[Expr, frozenset[int]]

_NONZERO = frozenset({-1, 1})
_POSITIVE = frozenset({1})
_NONNEGATIVE = frozenset({0, 1})

#: Stands for an argument, so that SymPy has nothing to evaluate.
_ARGUMENT = Dummy("u", real=True)


def conditions_of_function(head: Callable[[Expr], Expr], argument: Expr) -> list[Condition]:
    """Return what must hold of the argument for head(argument) to be real and finite."""
    return [(g.xreplace({_ARGUMENT: argument}), signs) for g, signs in _rule(head)]


def conditions_of_power(base: Expr, exponent: Expr) -> list[Condition]:
    """Return what must hold of the base for base**exponent to be real and finite."""
    if not base.free_symbols or (exponent.free_symbols and base.is_nonnegative):
        return []  # the exponent tells whether it is defined where its base is 0; the power keeps both
    return [(g.xreplace({_ARGUMENT: base}), frozenset(signs)) for g, signs in obstacles(Pow(_ARGUMENT, exponent))]


def conditions_of_named(node: Named) -> list[Condition]:
    """Return what must hold for a named function to be real and finite, as far as its formula has no branches."""
    symbols = (node.definition.variable, *(p.symbol for p in node.definition.parameters))
    values = dict(zip(symbols, node.args[2:], strict=True))
    return [(g.xreplace(values), signs) for g, signs in _formula_rule(node.definition)]


def lost(written: Iterable[Condition], kept: Iterable[Expr]) -> tuple[Relational, ...]:
    """Return the conditions that the expressions kept don't imply by themselves, as relations."""
    shown = [condition for expr in kept for condition in _conditions(expr)]
    present = {c for condition in shown for c in _plain(*condition)}
    missing = []
    for condition in written:
        for g, signs in _plain(*condition):
            if not any(g == h and allowed <= signs for h, allowed in present):
                missing.append(_as_relation(g, signs))
    return tuple(relation for relation in dict.fromkeys(missing) if isinstance(relation, Relational))


@cache
def _rule(head: Callable[[Expr], Expr]) -> tuple[Condition, ...]:
    return tuple((g, frozenset(signs)) for g, signs in obstacles(head(_ARGUMENT)))


@cache
def _formula_rule(definition: Definition) -> tuple[Condition, ...]:
    if definition.expr.has(*SWITCHES):
        return ()
    return tuple((g, frozenset(signs)) for g, signs in obstacles(definition.expr))


def _conditions(expr: Expr) -> Iterator[Condition]:
    """The conditions that an expression shows."""
    for g, signs in obstacles(expr):
        yield g, frozenset(signs)
    for node in expr.atoms(Named):
        yield from conditions_of_named(node)


def _plain(g: Expr, signs: frozenset[int]) -> Iterator[Condition]:
    """Reduce a condition to its essence: -2*x**3*exp(x) != 0 is x != 0."""
    coefficient, rest = g.primitive() if isinstance(g, Add) else g.as_coeff_Mul()
    if coefficient.is_zero or not rest.free_symbols:
        return
    if coefficient.is_negative:
        signs = frozenset(-s for s in signs)
    if rest.could_extract_minus_sign():
        rest, signs = -rest, frozenset(-s for s in signs)
    factors = [f for f in Mul.make_args(rest) if not f.is_positive]
    if signs == _NONZERO:
        for factor in factors:
            base, exponent = factor.as_base_exp()
            if isinstance(factor, Pow) and exponent.is_Rational and base.free_symbols:
                yield from _plain(base, signs)
            elif isinstance(factor, Pow) and exponent.free_symbols and not base.is_nonnegative:
                continue  # the power is real for a positive base only, and then positive
            elif not factor.is_nonzero:
                yield factor, signs
        return
    if signs == _NONNEGATIVE:
        # an even power only adds points where the whole is zero
        factors = [f for f in factors if not f.is_nonnegative]
    if factors:
        yield Mul(*factors), signs


def _as_relation(g: Expr, signs: frozenset[int]) -> Relational:
    if signs == _NONZERO:
        return Ne(g, 0)
    head = {_POSITIVE: Gt, _NONNEGATIVE: Ge, frozenset({-1}): Lt, frozenset({-1, 0}): Le}[signs]
    return head(g, 0)
