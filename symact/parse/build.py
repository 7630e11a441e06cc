"""SymPy expressions of bounded size: each operation is judged by its operands before it is made, and by its result."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from math import ceil
from typing import Any

from flint import arb
from sympy import (
    Abs,
    Add,
    And,
    Derivative,
    Dummy,
    E,
    Expr,
    Heaviside,
    Indexed,
    IndexedBase,
    Integral,
    KroneckerDelta,
    LambertW,
    Limit,
    Max,
    Min,
    Mul,
    Not,
    Or,
    Piecewise,
    Pow,
    Rational,
    S,
    Sum,
    Symbol,
    Tuple,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    erf,
    erfc,
    erfinv,
    exp,
    log,
    oo,
    sign,
    sin,
    sinh,
    tan,
    tanh,
)
from sympy.core.basic import Atom
from sympy.core.relational import Relational
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import BooleanAtom

from ..claims.model import Expectation
from ..definition import Definition
from ..errors import InputError, NotSupportedError, UndecidedError
from ..named import Named, named
from ..proof.numbers.balls import enclose
from ..symbols import LargestOf
from .domain import Condition, conditions_of_function, conditions_of_named, conditions_of_power
from .limits import shown

__all__ = ["Builder"]

#: Bits of a number, and of a number under a root (factors are split off it).
MAX_BITS = 2048
MAX_ROOT_BITS = 1400
#: Absolute value of a number in an exponent, and the bits of its numerator and denominator.
MAX_POWER = 1000
MAX_POWER_BITS = 64
#: Parts of an expression, after the evaluation.
MAX_SIZE = 3000
#: No constant is larger than this power of ten.
MAX_TENS = 4000

#: Bits with which the value of a constant is looked for.
_BITS = (64, 512, 4096)

#: What an expression may consist of; anything else (re, arg, polar_lift) means that it left the reals.
_HEADS: frozenset[Any] = frozenset(
    (
        *(Add, Mul, Pow, exp, log, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh),
        *(erf, erfc, erfinv, LambertW, Abs, sign, Heaviside, Max, Min, Piecewise, ExprCondPair, And, Or, Not),
        *(Named, Derivative, Limit, Integral, Expectation, Sum, LargestOf, Indexed, IndexedBase, KroneckerDelta, Tuple),
    )
)
#: Where an infinity may stand: as a parameter or as a bound.
_BOUNDED: frozenset[Any] = frozenset((Named, Limit, Tuple))

#: What SymPy may raise for operands it can't evaluate.
_FAILURES = (ArithmeticError, AttributeError, NotImplementedError, RecursionError, TypeError, ValueError)


class Builder:
    """Makes the expressions of one text, and notes the conditions under which its parts are defined, in `written`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.written: list[Condition] = []
        self._known: dict[Any, tuple[int, bool]] = {}
        self._values: dict[tuple[Expr, int], arb] = {}

    def refuse(self, at: ast.expr, reason: str) -> InputError:
        """Return the error that quotes the text of a node."""
        return InputError(f"{shown(self.text[at.col_offset : at.end_col_offset])} {reason}")

    def add(self, terms: Sequence[Expr], at: ast.expr) -> Expr:
        """Return the sum."""
        return self.call(Add, terms, at)

    def multiply(self, factors: Sequence[Expr], at: ast.expr) -> Expr:
        """Return the product."""
        return self.call(Mul, factors, at)

    def power(self, base: Expr, exponent: Expr, at: ast.expr) -> Expr:
        """Return base**exponent."""
        if base == E:
            return self.apply(exp, exponent, at)
        if base.is_zero and exponent.is_negative:
            raise self.refuse(at, "divides by zero")
        if not exponent.is_Integer and (base.is_negative or (base.is_zero and not exponent.is_positive)):
            raise self.refuse(at, "is not real: only a positive base has such powers")
        if exponent.is_Rational:
            self._check_power(_content(base), exponent, at)
        self.written += conditions_of_power(base, exponent)
        return self.call(Pow, (base, exponent), at)

    def apply(self, head: Callable[[Expr], Expr], argument: Expr, at: ast.expr) -> Expr:
        """Return head(argument) for a function of one argument."""
        if head is exp:
            # exp(c*log(b)) becomes b**c
            for term in Add.make_args(argument):
                factor, rest = term.as_coeff_Mul()
                for part in Mul.make_args(rest):
                    if isinstance(part, log):
                        self._check_power(_content(part.args[0]), factor, at)
        self.written += conditions_of_function(head, argument)
        return self.call(head, (argument,), at)

    def named(self, found: Definition, argument: Expr, values: Sequence[Expr], at: ast.expr) -> Expr:
        """Return f(argument; values), named."""
        made = self.call(lambda *parts: named(found, *parts), (argument, *values), at)
        self.written += conditions_of_named(made)
        return made

    def call(self, head: Callable[..., Any], arguments: Sequence[Any], at: ast.expr) -> Any:
        """Return head(*arguments) for a head that needs no other check than that of its result."""
        try:
            made = head(*arguments)
        except _FAILURES:
            raise self.refuse(at, "cannot be evaluated over the reals") from None
        return self.check(made, at)

    def check(self, expr: Any, at: ast.expr) -> Any:
        """Return the expression if it is real, finite and of bounded size; raise InputError otherwise."""
        size, constant = self._weigh(expr, at)
        if size > MAX_SIZE:
            raise self.refuse(at, f"is too large: it becomes an expression of more than {MAX_SIZE} parts")
        if constant and isinstance(expr, Expr) and not expr.is_Atom:
            self._check_value(expr, at)
        return expr

    def _check_power(self, bits: int, exponent: Rational, at: ast.expr) -> None:
        if abs(exponent) > MAX_POWER or _bits(exponent) > MAX_POWER_BITS:
            raise self.refuse(at, f"is too large: exponents up to {MAX_POWER} are read")
        if bits * abs(exponent) > MAX_BITS or (not exponent.is_Integer and bits > MAX_ROOT_BITS):
            raise self.refuse(at, f"is too large: numbers of up to {MAX_BITS} bits are read")

    def _weigh(self, node: Any, at: ast.expr) -> tuple[int, bool]:
        """Return the number of parts and whether it is a constant; raise for a part that mustn't occur."""
        if node in self._known:
            return self._known[node]
        if isinstance(node, Atom | BooleanAtom):
            self._check_atom(node, at)
            weight = 1, not isinstance(node, Symbol)
        elif node.func not in _HEADS and not isinstance(node, Relational):
            raise self.refuse(at, "is not real")
        else:
            parts = [a for a in node.args if not (node.func in _BOUNDED and a in (oo, -oo))]
            weights = [self._weigh(part, at) for part in parts]
            weight = 1 + sum(size for size, _ in weights), all(constant for _, constant in weights)
            if isinstance(node, Pow) and node.base != E:
                if node.base.is_negative and not node.exp.is_Integer:
                    raise self.refuse(at, "is not real: only a positive base has such powers")
                for number in node.exp.atoms(Rational):
                    self._check_power(0, number, at)
        self._known[node] = weight
        return weight

    def _check_atom(self, node: Any, at: ast.expr) -> None:
        if node is S.ImaginaryUnit:
            raise self.refuse(at, "is not real")
        if node in (S.NaN, S.ComplexInfinity, oo, -oo):
            raise self.refuse(at, "is not a finite real number")
        if isinstance(node, Rational) and _bits(node) > MAX_BITS:
            raise self.refuse(at, f"is too large: numbers of up to {MAX_BITS} bits are read")

    def _check_value(self, expr: Expr, at: ast.expr) -> None:
        """Refuse a constant without a certain, finite, moderate value: SymPy may try to evaluate it in what follows."""
        for bits in _BITS:
            try:
                value = self._value(expr, bits)
            except (NotSupportedError, UndecidedError, *_FAILURES):
                break
            if value.is_finite():
                if value.abs_upper() < 10**MAX_TENS:
                    return
                break
        raise self.refuse(at, f"has no real value below 10**{MAX_TENS} that could be found")

    def _value(self, expr: Expr, bits: int) -> arb:
        """Enclose a constant, named functions one by one: unfolded inside each other they would multiply."""
        if (expr, bits) not in self._values:
            if isinstance(expr, Named):
                symbols = (expr.definition.variable, *(p.symbol for p in expr.definition.parameters))
                given = dict(zip(symbols, expr.args[2:], strict=True))
                infinite = {symbol: value for symbol, value in given.items() if value in (oo, -oo)}
                formula = expr.definition.expr.subs(infinite)
                parts = {symbol: value for symbol, value in given.items() if symbol not in infinite}
            else:
                stand_ins = {part: Dummy(real=True) for part in expr.atoms(Named)}
                formula = expr.xreplace(stand_ins)
                parts = {stand_in: part for part, stand_in in stand_ins.items()}
            point = {symbol: self._value(part, bits) for symbol, part in parts.items()}
            self._values[expr, bits] = enclose(formula, point, bits)
        return self._values[expr, bits]


def _bits(number: Rational) -> int:
    return abs(int(number.p)).bit_length() + (0 if number.q == 1 else int(number.q).bit_length())


def _content(base: Expr) -> int:
    """Return the bits of the numbers that SymPy would take out of a power of `base`."""
    bits = 0
    for factor in Mul.make_args(base):
        inner, exponent = factor.as_base_exp()
        if inner.is_Rational and exponent.is_Rational:
            bits += _bits(inner) * ceil(abs(exponent))
    return bits
