"""From a SymPy expression to boxes: here and in algebra.py it is decided how mathematics is written in all formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sympy import Add, And, Basic, Derivative, Expr, Float, Integral, Limit, Mul, Piecewise, Rational, Sum, Symbol, oo
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational

from ..errors import InputError
from ..proof.algebra.assume import conjuncts
from ..proof.numbers import balls
from ..proof.numbers.implicit import ImplicitRoot
from ..symbols import x
from .algebra import PLAIN, Algebra, Style, is_open, joined
from .boxes import (
    EMPTY,
    Box,
    Cases,
    Fence,
    Fraction,
    Mark,
    Name,
    Number,
    Operator,
    Primed,
    Row,
    Script,
    Words,
    is_sum,
    is_tall,
    row,
)
from .conditions import Chain, Condition, effective, merged
from .names import (
    DIFFERENTIAL,
    EQUALS,
    FUNCTIONS,
    MINUS,
    PARTIAL,
    PLUS,
    PRODUCT,
    SIGNS,
    SUM,
    TO,
    UNION,
    operator,
    symbol_name,
)
from .order import is_variable, ordered_terms

__all__ = ["Layout", "Style", "enclosed", "layout"]

OR = Words(" or ")
#: What has no value in ball arithmetic.
UNEVALUATED = (AppliedUndef, Derivative, Integral, Limit, Sum)


def layout(expr: Basic, style: Style = PLAIN) -> Box:
    """Return the boxes of an expression; raise InputError for what is no SymPy expression."""
    if not isinstance(expr, Basic):
        raise InputError(f"only SymPy expressions can be printed, not {type(expr).__name__}")
    exact = {number: Rational(str(number)) for number in expr.atoms(Float)}
    plain = expr.xreplace(exact) if exact else expr
    return Layout(expr, style).box(enclosed(plain) if plain.has(ImplicitRoot) else plain)


def enclosed(expr: Any) -> Any:
    """Return an expression with every number that is computed from an enclosed one as an enclosed one itself, its sign in front."""
    if not expr.has(ImplicitRoot):
        return expr
    if isinstance(expr, Expr) and not expr.free_symbols and not expr.has(*UNEVALUATED):
        low, high = map(Rational, balls.digits(expr, n=30))
        if high < 0:
            return -_root(-expr, -high, -low)
        return _root(expr, low, high)
    if isinstance(expr, Add | Mul):
        numbers = [a for a in expr.args if not a.free_symbols and not a.has(*UNEVALUATED)]
        others = [enclosed(a) for a in expr.args if a not in numbers]
        return expr.func(enclosed(expr.func(*numbers)), *others)
    return expr.func(*map(enclosed, expr.args))


def _root(number: Expr, low: Rational, high: Rational) -> Expr:
    return ImplicitRoot(x - number, x, low, high, lambda bits: balls.enclose(number, bits=bits))


class Layout(Algebra):
    """Functions, operators, relations and sets as boxes."""

    # Functions

    def _print_Function(self, expr: Any) -> Box:
        name: Box | None = FUNCTIONS.get(type(expr).__name__)
        if name is None and isinstance(expr, AppliedUndef):
            name = symbol_name(type(expr).__name__)
        return self.call(name or operator(type(expr).__name__), *expr.args)

    def _print_Abs(self, expr: Any) -> Box:
        inside = self.box(expr.args[0])
        return Fence(inside, "|", "|", plain=isinstance(inside, Name))

    def _print_Heaviside(self, expr: Any) -> Box:
        return self.call(Name("H", "H"), expr.args[0])

    def _print_LambertW(self, expr: Any) -> Box:
        name = Name("W", "W")
        return self.call(Script(name, lower=self.box(expr.args[1])) if len(expr.args) > 1 else name, expr.args[0])

    def _print_Max(self, expr: Any) -> Box:
        numbers = [a for a in expr.args if not a.free_symbols]
        return self.call(FUNCTIONS[type(expr).__name__], *numbers, *ordered_terms(set(expr.args) - set(numbers)))

    def _print_Min(self, expr: Any) -> Box:
        return self._print_Max(expr)

    def _print_Named(self, expr: Any) -> Box:
        known = expr.definition
        name = Name(known.latex, known.name) if known.latex else operator(known.name.replace("_", r"\_"), known.name)
        return self.call(Primed(name, expr.order) if expr.order else name, *expr.shown())

    def _print_Indexed(self, expr: Any) -> Box:
        return Script(self.box(expr.base.label), lower=_run([self.box(a) for a in expr.indices]))

    def _print_KroneckerDelta(self, expr: Any) -> Box:
        return Script(Name(r"\delta", "δ"), lower=_run([self.box(a) for a in expr.args[:2]]))

    def _print_Piecewise(self, expr: Any) -> Box:
        found = zip(expr.args, effective(expr.args, self.style.known), strict=True)
        return Cases(tuple((self._within(e, when), self.branch(c)) for (e, when), c in found if c is not None))

    def _within(self, value: Any, when: Any) -> Box:
        """A branch; what is known there tells the branches inside it apart."""
        parts = conjuncts(when)
        if not value.has(Piecewise) or not all(isinstance(part, Relational) for part in parts):
            return self.box(value)
        return Layout(value, replace(self.style, known=self.style.known & parts)).box(value)

    # Operators

    def _print_Derivative(self, expr: Any) -> Box:
        body = expr.expr
        counts = expr.variable_count
        symbol, order = counts[0]
        if isinstance(body, AppliedUndef) and len(counts) == 1 and body.args == (symbol,) and order.is_Integer:
            return self.call(Primed(self.box_of_name(body), int(order)), *body.args)
        sign = DIFFERENTIAL if all(self._is_total(body, symbol) for symbol, _ in counts) else PARTIAL
        order = Add(*(n for _, n in counts))
        top = sign if order == 1 else Script(sign, self._upper(order))
        below: list[Box] = []
        for symbol, n in counts:
            one = self.box(symbol)
            below += [sign, one if n == 1 else Script(one, self._upper(n))]
        inside = self.box(body)
        if isinstance(body, AppliedUndef):
            return Fraction(row(top, inside), Row(tuple(below)))
        return Row((Fraction(top, Row(tuple(below))), Fence(inside, "[", "]")))

    def box_of_name(self, expr: AppliedUndef) -> Box:
        """Return the name of an undefined function."""
        return symbol_name(type(expr).__name__)

    def _is_total(self, body: Expr, symbol: Expr) -> bool:
        if self.style.variable is not None:
            bound = self.style.variable not in body.free_symbols and isinstance(symbol, Symbol) and is_variable(symbol)
            return bool(symbol == self.style.variable) or bound
        return (isinstance(symbol, Symbol) and is_variable(symbol)) or body.free_symbols <= {symbol}

    def _print_Subs(self, expr: Any) -> Box:
        body, (symbol,), (point,) = expr.args if len(expr.args[1]) == 1 else (None, (None,), (None,))
        if isinstance(body, Derivative) and isinstance(body.expr, AppliedUndef) and body.expr.args == (symbol,):
            return self.call(Primed(self.box_of_name(body.expr), int(body.derivative_count)), point)
        return self.emptyPrinter(expr)

    def _print_Limit(self, expr: Any) -> Box:
        body, symbol, point, side = expr.args
        end = self.box(point)
        if str(side) in {"+", "-"} and point not in (oo, -oo):
            end = Script(end if isinstance(end, Name | Number) else Fence(end), MINUS if str(side) == "-" else PLUS)
        return self._operated(Operator(operator(r"\lim"), row(self.box(symbol), TO, end)), body)

    def _print_Sum(self, expr: Any, name: Name = SUM) -> Box:
        parts: list[Box] = []
        for index, *ends in reversed(expr.limits):
            below = row(self.box(index), EQUALS, self.box(ends[0])) if ends else self.box(index)
            parts.append(Operator(name, below, self.box(ends[1]) if ends else None))
        return self._operated(row(*parts), expr.function)

    def _print_Product(self, expr: Any) -> Box:
        return self._print_Sum(expr, PRODUCT)

    def _print_LargestOf(self, expr: Any) -> Box:
        index, low, high = (self.box(part) for part in expr.limits[0])
        below = row(low, SIGNS["<="], index, SIGNS["<="], high)
        return self._operated(Operator(operator(r"\max"), below), expr.function)

    def _print_Integral(self, expr: Any) -> Box:
        signs: list[Box] = []
        ends: list[Box] = []
        for symbol, *limits in expr.limits:
            # with one end it is an antiderivative at that place
            low, high = [self.box(a) for a in limits] if len(limits) == 2 else (None, None)
            signs.insert(0, Operator(Name(r"\int", "∫", operator=True), low, high))
            ends += [Mark(r"\,", " ", "space"), DIFFERENTIAL, self.box(symbol)]
        body = self.box(expr.function)
        return row(*signs, Fence(body) if is_sum(body) or is_open(body) else body, *ends)

    def _print_Expectation(self, expr: Any) -> Box:
        inside = Fence(self.box(expr.function), "[", "]", plain=not is_tall(self.box(expr.function)))
        return Row((Name(r"\mathbf{E}", "E"), inside))

    def _operated(self, operator: Box, body: Expr) -> Box:
        inside = self.box(body)
        return row(operator, Fence(inside, "[", "]") if is_sum(inside) else inside)

    # Relations and sets

    def _print_Relational(self, expr: Any) -> Box:
        return self.condition(merged([expr], self.style.known))

    def _print_And(self, expr: Any) -> Box:
        return self.condition(merged([expr], self.style.known))

    def _print_Or(self, expr: Any) -> Box:
        return joined([Fence(self.box(part)) if isinstance(part, And) else self.box(part) for part in expr.args], OR)

    def _print_Not(self, expr: Any) -> Box:
        return row(Words("not "), Fence(self.box(expr.args[0])))

    def _print_Equality(self, expr: Any) -> Box:
        # an equation keeps its sides; in a condition the variable comes first
        return row(self.box(expr.lhs), EQUALS, self.box(expr.rhs))

    def _print_BooleanTrue(self, expr: Any) -> Box:
        return Words("true")

    def _print_BooleanFalse(self, expr: Any) -> Box:
        return Words("false")

    def _print_Interval(self, expr: Any) -> Box:
        inside = joined([self.box(expr.start), self.box(expr.end)])
        return Fence(inside, "(" if expr.left_open else "[", ")" if expr.right_open else "]", plain=not is_tall(inside))

    def _print_FiniteSet(self, expr: Any) -> Box:
        return Fence(joined([self.box(a) for a in ordered_terms(expr.args)]), "{", "}")

    def _print_Union(self, expr: Any) -> Box:
        return joined([self.box(part) for part in expr.args], UNION)

    def _print_EmptySet(self, expr: Any) -> Box:
        return Name(r"\emptyset", "∅")

    def _print_Reals(self, expr: Any) -> Box:
        return Name(r"\mathbf{R}", "ℝ")

    def _print_Tuple(self, expr: Any) -> Box:
        return Fence(joined([self.box(a) for a in expr]))

    def _print_AccumulationBounds(self, expr: Any) -> Box:
        return Fence(joined([self.box(expr.min), self.box(expr.max)]), "[", "]")

    # Conditions

    def condition(self, condition: Condition) -> Box:
        """Return a condition without the word that leads it."""
        parts = [self._chain(chain) for chain in condition.chains]
        parts += [Fence(self.box(other)) for other in condition.others]
        return joined(parts, Words(f" {condition.joint} ")) if parts else EMPTY

    def branch(self, condition: Condition) -> Box:
        """Return the condition beside a branch, led by "for" or "otherwise"."""
        inside = self.condition(condition)
        return row(Words(condition.word + " "), inside) if inside != EMPTY else Words(condition.word)

    def _chain(self, chain: Chain) -> Box:
        parts = [self.box(chain.terms[0])]
        for sign, term in zip(chain.signs, chain.terms[1:], strict=True):
            parts += [SIGNS[sign], self.box(term)]
        return row(*parts)


def _run(boxes: Sequence[Box]) -> Box:
    """Indices: ij, or i, 2 where one is more than a letter."""
    return row(*boxes) if all(isinstance(box, Name) and len(box.text) == 1 for box in boxes) else joined(boxes)
