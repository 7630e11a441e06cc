"""Certain signs of expressions under relations between their symbols."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

from sympy import (
    Abs,
    Add,
    And,
    Expr,
    Max,
    Min,
    Mul,
    Pow,
    S,
    Symbol,
    asinh,
    atan,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    fraction,
    log,
    oo,
    pi,
    sign,
    sin,
    sinh,
    tanh,
    together,
)
from sympy.core.relational import GreaterThan, Relational, StrictGreaterThan, StrictLessThan, Unequality
from sympy.logic.boolalg import Boolean

from ...errors import ContradictionError
from ..numbers import balls
from .factoring import factors
from .generators import generators
from .linear import feasible, rows_of_relation, rows_of_sign
from .signs import ANY, POSITIVE, SIGNS, Signs, power_signs, product_signs, sum_signs

__all__ = ["NOTHING", "Assumptions", "assuming", "conjuncts"]

#: Answers that are kept.
ANSWERS = 1 << 14
#: Up to how many half turns in each direction an angle is looked for.
HALF_TURNS = 3


@dataclass(frozen=True)
class Assumptions:
    """Relations that hold together, all between real symbols; every answer follows from them."""

    relations: tuple[Relational, ...] = ()

    def __and__(self, more: Iterable[Boolean] | Boolean) -> Assumptions:
        return assuming(self.relations, more)

    def sign(self, expr: Expr) -> int | None:
        """Return the sign of `expr` if it is the same wherever the relations hold, else None."""
        signs = self.signs(expr)
        return next(iter(signs)) if len(signs) == 1 else None

    @lru_cache(maxsize=ANSWERS)  # noqa: B019  asked again and again, of assumptions that are equal
    def signs(self, expr: Expr) -> Signs:
        """Return a set that contains every sign `expr` takes where the relations hold."""
        if not expr.free_symbols:
            return _number_signs(expr)
        signs = self._structural(expr)
        if len(signs) == 1:
            return signs
        numerator, denominator = fraction(together(expr))
        return signs & product_signs(self._factored(numerator), self._factored(denominator))

    def _factored(self, expr: Expr) -> Signs:
        if not expr.free_symbols:
            return _number_signs(expr)
        written = generators(expr)
        constant, parts = factors(written.expressions[0])
        signs = self._structural(constant)
        for factor, power in ((written.back(f), m) for f, m in parts):
            found = self._structural(factor)
            if len(found) > 1:
                found &= self._linear(factor)
            signs = product_signs(signs, power_signs(found, power))
        if len(signs) > 1 and len(parts) > 1 and any(m.is_Mul for row, _ in self._rows for m in row):
            signs &= self._linear(expr)
        return signs

    def _structural(self, expr: Expr) -> Signs:
        """Signs that follow from the signs of the parts."""
        if not expr.free_symbols:
            return _number_signs(expr)
        if expr in self._bounds:
            return self._bounds[expr]
        rule = _RULES.get(expr.func)
        signs = rule(self, expr) if rule else ANY
        if self._stated and len(signs) > 1:
            turn, plain = _normalized(expr)
            signs &= frozenset(turn * s for s in self._stated.get(plain, ANY))
        return signs

    @cached_property
    def _cleared(self) -> tuple[Relational, ...]:
        """The relations, and those with quotients once more, multiplied by denominators whose signs the others tell."""
        quotients = [r for r in self.relations if _is_quotient(r)]
        if not quotients:
            return self.relations
        others = Assumptions(tuple(r for r in self.relations if r not in quotients))
        found = list(self.relations)
        for r in quotients:
            top, bottom = fraction(together(r.lhs - r.rhs))
            sign = others.sign(bottom) if bottom.free_symbols else None
            cleared = r.func(sign * top.expand(), 0) if sign else S.true
            found += [cleared] if isinstance(cleared, Relational) else []
        return tuple(found)

    @cached_property
    def _stated(self) -> dict[Expr, Signs]:
        """Signs of sums, read off relations between their two sides."""
        stated: dict[Expr, Signs] = {}
        for relation in self._cleared:
            difference = relation.lhs - relation.rhs
            if difference.is_Add and difference.free_symbols and not difference.has(oo, -oo):
                turn, plain = _normalized(difference)
                allowed = frozenset(turn * s for s in SIGNS[relation.rel_op])
                stated[plain] = stated.get(plain, ANY) & allowed
        return stated

    @cached_property
    def _bounds(self) -> dict[Expr, Signs]:
        """Signs of single symbols, read off relations with a number of the right sign."""
        bounds: dict[Expr, Signs] = {}
        for relation in self.relations:
            symbol, signs = _bound(relation)
            if symbol is not None:
                bounds[symbol] = bounds.get(symbol, ANY) & signs
        return bounds

    def _linear(self, expr: Expr) -> Signs:
        """Exclude signs by exact linear elimination, each monomial taken as a variable of its own."""
        return frozenset(s for s in ANY if feasible([*self._rows, *rows_of_sign(expr, s)]))

    @cached_property
    def _rows(self) -> list[tuple[dict[Expr, Expr], bool]]:
        return [row for relation in self._cleared for row in rows_of_relation(relation)]


#: The empty list of assumptions: all that is known is that symbols are real.
NOTHING = Assumptions()


def conjuncts(condition: Boolean) -> tuple[Boolean, ...]:
    """Return the parts of a conjunction in an order of their own; those of SymPy's make_args have none."""
    return tuple(condition.args) if isinstance(condition, And) else (condition,)


def assuming(*parts: Assumptions | Boolean | Iterable[Boolean]) -> Assumptions:
    """Return all relations of the parts together; raise ContradictionError where they contradict each other."""
    relations: list[Relational] = []
    for part in parts:
        group = part.relations if isinstance(part, Assumptions) else part
        for item in [group] if isinstance(group, Boolean) else group:
            for relation in conjuncts(item):
                if relation == S.false:
                    raise ContradictionError("the assumptions contradict each other")
                if relation != S.true and relation not in relations:
                    relations.append(relation)
    found = Assumptions(tuple(relations))
    if not feasible(found._rows):
        raise ContradictionError("the assumptions contradict each other: " + ", ".join(map(str, relations)))
    return found


def _is_quotient(relation: Relational) -> bool:
    """Whether a relation has a denominator with a symbol."""
    powers = relation.atoms(Pow)
    return any(p.exp.is_negative and p.base.free_symbols for p in powers) and not relation.has(oo, -oo)


def _normalized(expr: Expr) -> tuple[int, Expr]:
    """A sign and an expression that together are a positive multiple of `expr`, the same for all multiples of it."""
    content, plain = expr.expand().primitive()
    if plain.could_extract_minus_sign():
        content, plain = -content, -plain
    return (1 if content > 0 else -1), plain


def _number_signs(expr: Expr) -> Signs:
    if expr in (oo, -oo):
        return frozenset({1 if expr == oo else -1})
    sign = balls.sign(expr)
    return ANY if sign is None else frozenset({sign})


def _of_power(known: Assumptions, expr: Expr) -> Signs:
    base, power = expr.as_base_exp()
    if power.is_Integer:
        signs = power_signs(known.signs(base), power)
        return signs - {0} if power < 0 else signs
    signs = known.signs(base)
    if signs == POSITIVE or not power.is_number:  # u**v with a variable v is defined for u > 0 only
        return POSITIVE
    return frozenset({0, 1}) - ({0} if power.is_negative else set())


def _of_sum(known: Assumptions, expr: Expr) -> Signs:
    constant, rest = expr.as_coeff_Add()
    factor, kernel = rest.as_coeff_Mul()
    if isinstance(kernel, exp) and constant * factor < 0:  # c*exp(u) + d has the sign of c*(u - log(-d/c))
        return product_signs(_number_signs(factor), known.signs(kernel.args[0] - log(-constant / factor)))
    logs = [term for term in expr.args if term.free_symbols and term.has(log)]
    number, kernel = logs[0].as_coeff_Mul() if len(logs) == 1 else (S.Zero, S.One)
    rest = expr - number * kernel
    if isinstance(kernel, log) and not rest.has(exp):  # c*log(u) + v has the sign of c*(u - exp(-v/c))
        return product_signs(_number_signs(number), known.signs(kernel.args[0] - exp(-rest / number)))
    signs: Signs = frozenset({0})
    for term in expr.args:
        signs = sum_signs(signs, known._structural(term))
    return signs


def _of_product(known: Assumptions, expr: Expr) -> Signs:
    signs = POSITIVE
    for factor in expr.args:
        signs = product_signs(signs, known._structural(factor))
    return signs


def _of_argument(known: Assumptions, expr: Expr) -> Signs:
    return known.signs(expr.args[0])


def _of_sine(known: Assumptions, expr: Expr) -> Signs:
    """(-1)**k for an angle between k*pi and (k + 1)*pi; cos(u) is sin(u + pi/2)."""
    angle = expr.args[0] + (pi / 2 if isinstance(expr, cos) else 0)
    if not any(r.free_symbols & angle.free_symbols for r in known.relations):
        return ANY
    made = {k: after for k, after in _half_turns(known, angle) if -1 not in after}
    if not made:
        return ANY
    k = max(made)
    before = known.signs((k + 1) * pi - angle)
    return ANY if -1 in before else frozenset({-1 if k % 2 else 1}) | ((made[k] | before) & {0})


def _half_turns(known: Assumptions, angle: Expr) -> Iterator[tuple[int, Signs]]:
    """Multiples k of pi and the signs of the angle beyond k*pi: upwards while it certainly is, else downwards until it is."""
    after = known.signs(angle)
    yield 0, after
    certain = -1 not in after
    for k in range(1, HALF_TURNS) if certain else range(-1, -HALF_TURNS - 1, -1):
        after = known.signs(angle - k * pi)
        yield k, after
        if (-1 not in after) != certain:
            return


def _of_absolute(known: Assumptions, expr: Expr) -> Signs:
    return power_signs(known.signs(expr.args[0]), 2)


#: Function class → signs of its values: sums, products, powers; always positive; the sign of the argument.
_RULES: dict[Any, Callable[[Assumptions, Expr], Signs]] = {
    Add: _of_sum,
    Mul: _of_product,
    Pow: _of_power,
    Abs: _of_absolute,
    **dict.fromkeys((exp, cosh, erfc), lambda known, expr: POSITIVE),
    **dict.fromkeys((tanh, sinh, asinh, atan, erf), _of_argument),
    log: lambda known, expr: known.signs(expr.args[0] - 1),
    **dict.fromkeys((sin, cos), _of_sine),
    sign: lambda known, expr: known.signs(expr.args[0]),
    Max: lambda known, expr: frozenset(map(max, product(*map(known.signs, expr.args)))),
    Min: lambda known, expr: frozenset(map(min, product(*map(known.signs, expr.args)))),
}


def _bound(relation: Relational) -> tuple[Symbol | None, Signs]:
    """Read `symbol rel number` as the signs it leaves to the symbol."""
    for left, right, rel in ((relation.lhs, relation.rhs, relation), (relation.rhs, relation.lhs, relation.reversed)):
        if isinstance(left, Symbol) and not right.free_symbols:
            ends = _number_signs(right)
            if isinstance(rel, Unequality):
                return left, ANY - ends if len(ends) == 1 and 0 in ends else ANY
            strict = isinstance(rel, StrictGreaterThan | StrictLessThan)
            up = isinstance(rel, StrictGreaterThan | GreaterThan)
            if (-1 in ends and up) or (1 in ends and not up) or len(ends) > 1:
                return left, ANY
            reach = {s if up else -s for s in (1, *(() if strict or 0 not in ends else (0,)))}
            return left, frozenset(reach)
    return None, ANY
