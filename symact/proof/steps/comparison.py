"""Both sides of a relation at one exact point: which way it goes there, by balls, or by the exact zero test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq
from sympy import Eq, Expr, Ge, Gt, Le, Lt, Rational, Symbol, nan, oo, zoo
from sympy.core.relational import Relational

from ...errors import SymactError, UndecidedError
from ..algebra.field import is_zero
from ..algebra.vanishing import vanishes_at_root
from ..functions.switches import choose, next_switch, obstacles, surfaces
from ..numbers import balls
from ..numbers.ball_rules import rational
from ..numbers.implicit import ImplicitRoot
from ..numbers.program import compile_expression

__all__ = [
    "NEGATED",
    "OPERATORS",
    "Sides",
    "certain_sign",
    "compare",
    "exact_value",
    "failures",
    "fits",
    "has_value",
    "number_sign",
    "relevant",
]

OPERATORS = ("==", "!=", "<", "<=", ">", ">=")
NEGATED = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
MAX_BITS = 2048


def compare(left: Any, op: str, right: Any) -> bool | None:
    """Return whether left op right for two exact rationals or balls, None where they leave it open."""
    below, above, same = bool(left < right), bool(left > right), bool(left == right)
    holds = {
        "==": (same, below or above),
        "!=": (below or above, same),
        "<": (below, above or same),
        "<=": (below or same, above),
        ">": (above, below or same),
        ">=": (above or same, below),
    }[op]
    if op in ("<=", ">=") and not any(holds):
        weak = left <= right if op == "<=" else left >= right
        return True if weak else None
    if op in ("<", ">") and not any(holds):
        failed = left >= right if op == "<" else left <= right
        return False if failed else None
    return True if holds[0] else False if holds[1] else None


def failures(left: Expr, op: str, right: Expr) -> list[Any]:
    """Return relations of which one holds wherever left op right fails and both sides have values.

    Raises UndecidedError where SymPy makes a truth value of one, which is left to proofs.
    """
    heads = {"==": (Lt, Gt), "!=": (Eq,), "<": (Ge,), "<=": (Gt,), ">": (Le,), ">=": (Lt,)}
    found = [head(left, right) for head in heads[op]]
    if not all(isinstance(relation, Relational) for relation in found):
        raise UndecidedError(f"{left} and {right} are not compared")
    return found


def _finite(value: Any) -> bool:
    return isinstance(value, fmpq) or bool(value.is_finite())


@dataclass(frozen=True)
class Sides:
    """The two sides, ready to be compared at many points."""

    left: Expr
    op: str
    right: Expr
    symbols: tuple[Symbol, ...]

    def at(self, values: Sequence[Rational], bits: int) -> tuple[bool | None, bool]:
        """Return whether the relation holds at the point (None: open), and whether both sides are certainly defined."""
        try:
            point = [rational(v) if v.is_Rational else balls.enclose(v, bits=bits + 16) for v in values]
            with balls.precision(bits):
                left, right = (compile_expression(side, self.symbols).run(point) for side in (self.left, self.right))
                if not (_finite(left) and _finite(right)):
                    return None, False
                return compare(left, self.op, right), True
        except SymactError:
            return None, False

    def holds(self, values: Sequence[Rational], max_bits: int, exactly: bool = False) -> tuple[bool | None, int]:
        """Return whether the relation holds at the point with the bits that told; exactly: with the zero test as the last resort."""
        bits = balls.FIRST_BITS
        while bits <= max_bits:
            verdict, defined = self.at(values, bits)
            if verdict is not None:
                return verdict, bits
            if not defined and bits >= 256:
                break  # at the end of a domain balls reach beyond it
            bits *= 2
        if exactly:
            sign = _order(self.left, self.right, dict(zip(self.symbols, values, strict=True)))
            if sign is not None:
                return compare(sign, self.op, 0), 0
        return None, bits


def fits(point: Mapping[Symbol, Expr], relations: Sequence[Any]) -> bool:
    """Whether a point certainly satisfies the relations and what SymPy was told about its symbols."""
    for symbol, value in point.items():
        sign = number_sign(value)
        told = (
            (symbol.is_positive, sign == 1),
            (symbol.is_negative, sign == -1),
            (symbol.is_zero, sign == 0),
            (symbol.is_integer, bool(value.is_Integer)),
        )
        if sign is None or symbol.is_rational is False or any(fact is not None and fact != true for fact, true in told):
            return False
    for r in relations:
        names = tuple(sorted(r.free_symbols, key=str))
        values = [point[name] for name in names]
        if Sides(r.lhs, r.rel_op, r.rhs, names).holds(values, 512, exactly=True)[0] is not True:
            return False
    return True


def exact_value(expr: Expr, point: dict[Symbol, Expr]) -> Expr | None:
    """Return the value at a point of exact numbers, all switches resolved by certain signs; None where it is undefined.

    Raises UndecidedError where a sign that decides it isn't known.
    """
    while (node := next_switch(expr)) is not None:
        signs = {}
        for surface in surfaces(node):
            value = exact_value(surface, point)
            if value is None:
                return None
            signs[surface] = certain_sign(value)
        expr = expr.xreplace({node: choose(node, signs)})
        if expr.has(nan, zoo):
            return None
    for g, allowed in obstacles(expr):
        value = g.subs(point)
        if value.has(nan, zoo, oo, -oo) or certain_sign(value) not in allowed:
            return None
    value = expr.subs(point)
    if value.free_symbols:
        raise UndecidedError(f"{value} is not a number")
    return None if value.has(nan, zoo, oo, -oo) else value


def has_value(expr: Expr, point: Mapping[Symbol, Expr]) -> bool:
    """Whether an expression certainly has a finite value at a point of exact numbers."""
    names = tuple(sorted(expr.free_symbols, key=str))
    sides = Sides(expr, "==", expr, names)
    values = [point[name] for name in names]
    if any(sides.at(values, bits)[1] for bits in (balls.FIRST_BITS, 512)):
        return True
    try:
        value = exact_value(expr, dict(point))
        return value is not None and bool(balls.enclose(value, bits=256).is_finite())
    except SymactError:
        return False


def certain_sign(value: Expr) -> int:
    """Return the sign of an exact number; raise UndecidedError where it isn't known."""
    sign = number_sign(value)
    if sign is None:
        raise UndecidedError(f"the sign of {value} was not decided")
    return sign


def number_sign(value: Expr) -> int | None:
    """Return the certain sign of an exact number, 0 only where it is proved."""
    try:
        sign = balls.sign(value, max_bits=1024)
        if sign is None and (is_zero(value) is True or (value.has(ImplicitRoot) and vanishes_at_root(value))):
            return 0
    except SymactError:
        return None
    return sign


def _order(left: Expr, right: Expr, point: dict[Symbol, Expr]) -> int | None:
    """The certain sign of left - right at a point of exact numbers, None where it isn't known or a side has no value."""
    try:
        values = [exact_value(side, point) for side in (left, right)]
        found = [v for v in values if v is not None and balls.enclose(v, bits=256).is_finite()]
        return number_sign(found[0] - found[1]) if len(found) == 2 else None
    except SymactError:
        return None


def relevant(relations: Sequence[Any], *sides: Expr) -> list[Any]:
    """Return the relations that share variables with the sides, if only by way of others: no proof needs the rest."""
    reached = frozenset().union(*(side.free_symbols for side in sides))
    while more := {s for r in relations if r.free_symbols & reached for s in r.free_symbols} - reached:
        reached |= more
    return [r for r in relations if not r.free_symbols or r.free_symbols & reached]
