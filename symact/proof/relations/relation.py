"""Relations between real expressions: proved, refuted at an exact point, or undecided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sympy as sp
from sympy import Expr, Symbol, nan, oo, zoo
from sympy.core.relational import Relational

from ...errors import InputError, NotSupportedError, UndecidedError
from ..algebra.assume import assuming
from ..algebra.constancy import connected
from ..algebra.field import is_zero
from ..functions.switches import SWITCHES
from ..steps.cases import domain_of, real_twins
from ..steps.comparison import OPERATORS, Sides, fits, relevant
from ..text import text_of
from ..verdict import Proved, Refuted, Undecided, Verdict
from .cells import prove_equal
from .certified import certified
from .climbs import climb
from .contrapositive import by_contradiction
from .crossings import crossing
from .examples import solutions
from .failure import REFUSALS, Failure
from .grid import grid
from .inequality import JUMPS, prove_inequality
from .integers import by_integers
from .refute import QUICK_BITS, refutation, search

__all__ = ["decide_relation"]

#: Roots of a higher order are not reasoned about.
MAX_ROOT = 1000

Tree = dict[str, Any]


def decide_relation(left: Expr, op: str, right: Expr, relations: tuple[Relational, ...] = ()) -> Verdict:
    """Decide left op right for all real values at which both sides are defined and the relations hold.

    The sides may hold Max, Min, Abs, sign, Heaviside and Piecewise, and be infinite; `op` is one of == != < <= > >=.
    Raises InputError for another operator.
    """
    if op not in OPERATORS:
        raise InputError(f"{op!r} is no relation: write one of {', '.join(OPERATORS)}")
    left, right = sp.sympify(left), sp.sympify(right)
    try:
        found = _directly(left, op, right, relations)
        if isinstance(found, Undecided) and relations:
            try:
                turned = by_contradiction(left, op, right, [r for r in relations if r != sp.true], _directly)
            except UndecidedError:
                return found
            return certified(Proved("by contradiction", turned), left, op, right, relations, decide_relation)
    except REFUSALS as reason:
        cause = "the expression is nested too deeply" if isinstance(reason, RecursionError) else str(reason)
        return Undecided(cause)
    return found


def _directly(left: Expr, op: str, right: Expr, relations: tuple[Relational, ...]) -> Verdict:
    """The verdict, and its certificate, without a proof by contradiction."""
    assuming(*relations)
    verdict = _decide(left, op, right, tuple(r for r in relations if r != sp.true))
    return certified(verdict, left, op, right, relations, decide_relation)


def _decide(left: Expr, op: str, right: Expr, relations: tuple[Relational, ...]) -> Verdict:
    if left in (oo, -oo) or right in (oo, -oo):
        return _infinite(left, op, right, relations)
    if any(side.has(nan, zoo, oo, -oo) for side in (left, right)):
        raise UndecidedError("a side has no value")
    symbols = frozenset().union(left.free_symbols, right.free_symbols, *(r.free_symbols for r in relations))
    odd = sorted(s.name for s in symbols if not isinstance(s, Symbol) or not s.is_extended_real)
    if odd:
        raise NotSupportedError(f"{', '.join(odd)} must be real")
    sides = Sides(left, op, right, tuple(sorted(symbols, key=str)))
    # what is to be strict may fail where both sides are equal, which no ball tells
    found = search(sides, relations, exactly=op in ("<", ">", "!="))
    if found is None:
        found = climb(sides, relations)
    if found is None and op == "!=":
        found = _meeting(sides, relations)
    if found is not None:
        return found
    reason = "no method applies"
    try:
        _check_roots(left, right)
        a, b, known = real_twins(left, right, relations)
        method, tree = _PROOFS[op](a, b, relevant(known, a, b))
        return Proved(method, tree)
    except Failure as failure:
        refuted = _at_failure(sides, relations, failure)
        if refuted is not None:
            return refuted
        reason = str(failure)
    except REFUSALS as error:
        reason = str(error)
    if any(s.is_integer for s in symbols):
        try:
            return Proved("each integer", {"integers": by_integers(left, op, right, relations, decide_relation)})
        except REFUSALS:
            pass
    refuted = _meeting(sides, relations) if op in ("<", ">") else crossing(sides, relations) if op == "!=" else None
    if refuted is None:
        refuted = search(sides, relations, deep=True, exactly=True)
    return refuted if refuted is not None else Undecided(reason)


def _meeting(sides: Sides, relations: tuple[Relational, ...]) -> Refuted | None:
    """A refutation of a strict relation where both sides are equal, one symbol being solved for."""
    equation = sp.Eq(sides.left - sides.right, 0)
    if not isinstance(equation, Relational):
        return None
    try:
        for point in solutions(sides.symbols, (equation, *relations)):
            values = tuple(point[s] for s in sides.symbols)
            if fits(point, relations) and sides.holds(values, QUICK_BITS, exactly=True)[0] is False:
                return refutation(sides, relations, values, 0)
    except REFUSALS:
        pass  # no place is found
    return None


def _check_roots(*sides: Expr) -> None:
    """Refuse roots of a huge order, of which exact methods would make polynomials of that degree."""
    for side in sides:
        for power in side.atoms(sp.Pow):
            if power.exp.is_Rational and power.exp.q > MAX_ROOT:
                raise NotSupportedError(f"{power} is a root of too high an order for a proof")


def _infinite(left: Expr, op: str, right: Expr, relations: Sequence[Relational]) -> Verdict:
    """An infinite side is another one's equal only if that is the same infinity; every number lies between both."""
    if left in (oo, -oo) and right in (oo, -oo):
        order = (left == oo) - (right == oo)
    elif any(side.has(nan, zoo, oo, -oo) for side in (left, right) if side not in (oo, -oo)):
        raise UndecidedError("a side has no value")
    else:
        order = 1 if left == oo or right == -oo else -1
    holds = {"==": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[op]
    if holds:
        return Proved("infinite values", {"infinite": True})
    finite = [side for side in (left, right) if side not in (oo, -oo)]
    symbols = frozenset().union(*(side.free_symbols for side in finite), *(r.free_symbols for r in relations))
    if not finite:
        return Refuted("infinite values", {}, str(left), str(right))
    # a point at which the finite side certainly has a value
    sides = Sides(finite[0], "!=", finite[0], tuple(sorted(symbols, key=str)))
    found = search(sides, relations, exactly=True)
    if found is None:
        raise UndecidedError(f"{finite[0]} is not known to have a value")
    shown = [found.left if side is finite[0] else str(side) for side in (left, right)]
    return Refuted("infinite values", found.counterexample, shown[0], shown[1])


def _smooth(relations: Sequence[Any]) -> list[Any]:
    return [r for r in relations if not r.has(*SWITCHES)]


def _equality(left: Expr, right: Expr, relations: list[Any]) -> tuple[str, Tree]:
    try:
        tree = prove_equal(left, right, _smooth(relations))
        return "exact zero test" if tree == {"zero": True} else "exact zero test on cells", tree
    except REFUSALS as reason:
        domain = [r for r in domain_of(left, right) if r not in relations]
        if domain:
            try:
                tree = prove_equal(left, right, [*_smooth(relations), *domain])
                return "exact zero test where both sides are defined", {"domain": True, "then": tree}
            except REFUSALS:
                pass
        symbols = left.free_symbols | right.free_symbols
        if len(symbols) != 1 or any(r.free_symbols != symbols for r in relations):
            raise
        (x,) = symbols
        try:
            return "exact zero test on cells", _equality_on_line(left, right, x, relations)
        except REFUSALS:
            raise reason from None


def _equality_on_line(left: Expr, right: Expr, x: Symbol, relations: list[Any]) -> Tree:
    found = grid([left, right], x, relations)
    for at, (a, b) in found.points:
        if is_zero(a - b) is not True:
            raise Failure([at], x)
    for cell in found.cells:
        a, b = cell.exprs
        near = [r for r in (x > cell.low, x < cell.high) if r != sp.true]
        if is_zero(a - b, near) is not True:
            raise UndecidedError(f"{a} == {b} was not proved between {cell.low} and {cell.high}")
    return {"line": x.name, "ends": [text_of(e) for e in found.ends], "cells": []}


def _less(strict: bool, mirrored: bool) -> Callable[[Expr, Expr, list[Any]], tuple[str, Tree]]:
    def proof(left: Expr, right: Expr, relations: list[Any]) -> tuple[str, Tree]:
        difference = right - left if mirrored else left - right
        try:
            tree = prove_inequality(difference, strict, relations)
        except REFUSALS:
            domain = [r for r in domain_of(left, right) if r not in relations]
            if not domain or len(difference.free_symbols) < 2:
                raise
            tree = {"domain": True, "then": prove_inequality(difference, strict, [*relations, *domain])}
        return method_of(tree), tree

    return proof


def _unequal(left: Expr, right: Expr, relations: list[Any]) -> tuple[str, Tree]:
    difference, reason = left - right, None
    for sign in (1, -1):
        try:
            tree = prove_inequality(sign * difference, True, relations)
            return method_of(tree), {"sign": -sign, "then": tree}
        except (Failure, *REFUSALS) as error:
            reason = error
    symbols = sorted(difference.free_symbols, key=str)
    if not difference.has(*JUMPS) and connected(symbols, relations) and not domain_of(left, right):
        raise reason or UndecidedError("no method applies")  # without a zero it had one sign
    try:
        tree = prove_inequality(-(difference**2), True, relations)
        return method_of(tree), {"sign": 0, "then": tree}
    except REFUSALS:
        raise reason or UndecidedError("no method applies") from None


_PROOFS: Mapping[str, Callable[[Expr, Expr, list[Any]], tuple[str, Tree]]] = {
    "==": _equality,
    "!=": _unequal,
    "<": _less(strict=True, mirrored=False),
    "<=": _less(strict=False, mirrored=False),
    ">": _less(strict=True, mirrored=True),
    ">=": _less(strict=False, mirrored=True),
}


def method_of(tree: Tree) -> str:
    """Return in a few words how an inequality was proved."""
    names = {
        "chart": "sign chart",
        "slopes": "slopes between turning points",
        "boxes": "ball subdivision and tails",
        "separable": "ranges of the parts",
    }
    used = {label for key, label in names.items() if _has(tree, key)}
    return ", ".join(sorted(used)) or "exact signs"


def _has(tree: Any, key: str) -> bool:
    if isinstance(tree, dict):
        return tree.get(key) is not None or any(_has(value, key) for value in tree.values())
    return isinstance(tree, list) and any(_has(value, key) for value in tree)


def _at_failure(sides: Sides, relations: Sequence[Relational], failure: Failure) -> Refuted | None:
    if [s for s in sides.symbols if s != failure.symbol]:
        return None
    for point in failure.points:
        if not fits({failure.symbol: point}, relations):
            continue
        verdict, bits = sides.holds((point,), 2048, exactly=True)
        if verdict is False:
            return refutation(sides, relations, (point,), bits)
    return None
