"""Atoms, sums, products and powers as boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sympy import Add, Basic, Expr, MatMul, MatPow, Mul, Pow, S, Symbol, exp, sstr
from sympy import latex as sympy_latex
from sympy.printing.printer import Printer

from ..proof.algebra.assume import NOTHING, Assumptions
from ..symbols import f as output_symbol
from .boxes import (
    Box,
    Cases,
    Fence,
    Fraction,
    Name,
    Number,
    Operator,
    Primed,
    Product,
    Root,
    Row,
    Script,
    Words,
    holds_operator,
    is_sum,
    is_tall,
    row,
)
from .names import COMMA, EULER, FUNCTIONS, INFINITY, MINUS, NEGATIVE, PLUS, TIMES, operator, symbol_name
from .order import Rank, common_denominator, is_negative, ordered_terms, quotient, rank

__all__ = ["PLAIN", "Algebra", "Style", "is_open", "joined"]


@dataclass(frozen=True)
class Style:
    """How to write what an expression alone doesn't tell.

    Derivatives by another symbol than `variable` are partial; without it, those by parameters are. `output` stands for
    the symbol f of symact.symbols where that is f(x). `known` serves to compare bounds with parameters. Of numbers that are
    only enclosed, so many digits are shown.
    """

    variable: Symbol | None = None
    output: Box | None = None
    known: Assumptions = NOTHING
    digits: int = 12


#: What holds where nothing is said.
PLAIN = Style()


#: Digits shown of a number that is only enclosed, where fewer look like a whole number.
MOST_DIGITS = 48


class Algebra(Printer):
    """The table from SymPy class to boxes: SymPy's printers look up `_print_<class>` along the class hierarchy."""

    # not "_latex": classes of the project have one for SymPy's own printer
    printmethod = "_symact_box"

    def __init__(self, expr: Basic, style: Style) -> None:
        super().__init__()
        self.style = style
        self.exponent = 0
        # e may be a parameter; Euler's number is then exp(1)
        self.euler = all(symbol.name != "e" for symbol in expr.atoms(Symbol))

    def box(self, expr: Any) -> Box:
        """Return the boxes of an expression."""
        return cast(Box, self._print(expr))

    def emptyPrinter(self, expr: Any) -> Box:
        """Return what SymPy prints for a class unknown here."""
        return Name(sympy_latex(expr), sstr(expr))

    # Brackets

    def tight(self, expr: Expr) -> Box:
        """Return a factor: with brackets if it is a sum."""
        box = self.box(expr)
        return Fence(box) if is_sum(box) else box

    def base(self, expr: Expr) -> Box:
        """Return the base of a power: with brackets unless it is a single sign."""
        box = self.box(expr)
        indexed = isinstance(box, Script) and box.upper is None and isinstance(box.base, Name)
        called = isinstance(box, Row) and len(box.parts) == 2 and isinstance(box.parts[0], Name | Primed)
        return box if indexed or (called and not is_sum(box)) or isinstance(box, Name | Number | Fence) else Fence(box)

    def call(self, name: Box, *arguments: Any) -> Box:
        """Return a name applied to arguments, in plain brackets where a single argument needs no large ones."""
        inside = joined([self.box(a) for a in arguments])
        return Row((name, Fence(inside, plain=len(arguments) == 1 and not is_tall(inside))))

    # Atoms

    def _print_Symbol(self, expr: Symbol) -> Box:
        if expr == output_symbol and self.style.output is not None:
            return self.style.output
        return symbol_name(expr.name)

    def _print_Integer(self, expr: Any) -> Box:
        number = Number(str(abs(int(expr))))
        return Row((NEGATIVE, number)) if expr < 0 else number

    def _print_Rational(self, expr: Any) -> Box:
        return self._product(expr)

    def _print_Pi(self, expr: Any) -> Box:
        return Name(r"\pi", "π")

    def _print_ImplicitRoot(self, expr: Any) -> Box:
        digits = expr.decimals(self.style.digits)
        if set(digits.partition(".")[2]) <= {"0"}:
            # close to a round number: up to the first digit that tells it from that
            whole, _, rest = expr.decimals(MOST_DIGITS).partition(".")
            digits = f"{whole}.{rest[: len(rest) - len(rest.lstrip('0')) + 1]}"
        number = Name(rf"{digits.lstrip('-')}\ldots", f"{digits.lstrip('-')}…")
        return Row((NEGATIVE, number)) if digits.startswith("-") else number

    def _print_Exp1(self, expr: Any) -> Box:
        return EULER if self.euler else Row((operator(r"\exp"), Fence(Number("1"), plain=True)))

    def _print_EulerGamma(self, expr: Any) -> Box:
        return Name(r"\gamma", "γ")

    def _print_Infinity(self, expr: Any) -> Box:
        return INFINITY

    def _print_NegativeInfinity(self, expr: Any) -> Box:
        return Row((NEGATIVE, INFINITY))

    def _print_ComplexInfinity(self, expr: Any) -> Box:
        return Name(r"\tilde{\infty}", "zoo")

    def _print_NaN(self, expr: Any) -> Box:
        return Words("undefined")

    def _print_Str(self, expr: Any) -> Box:
        return symbol_name(expr.name)

    # Sums, products, powers

    def _print_Add(self, expr: Add) -> Box:
        if common_denominator(expr) > 1:
            return self._product(expr)
        parts: list[Box] = []
        terms = ordered_terms(expr.args)
        for m, term in enumerate(terms):
            negative = is_negative(term)
            if m or negative:
                parts.append((MINUS if negative else PLUS) if m else NEGATIVE)
            box = self.box(-term if negative else term)
            parts.append(Fence(box) if is_sum(box) or (m < len(terms) - 1 and _ends_in_cases(box)) else box)
        return Row(tuple(parts))

    def _print_Mul(self, expr: Mul) -> Box:
        return self._product(expr)

    def _print_Pow(self, expr: Pow) -> Box:
        return self._product(expr)

    # Matrices, whose factors keep their order

    def _print_MatrixSymbol(self, expr: Any) -> Box:
        return symbol_name(expr.name)

    def _print_MatAdd(self, expr: Any) -> Box:
        parts: list[Box] = []
        for m, (negative, _, _, term) in enumerate(sorted(map(_matrix_term, expr.args), key=lambda found: found[:3])):
            if m or negative:
                parts.append((MINUS if negative else PLUS) if m else NEGATIVE)
            parts.append(self.box(term))
        return Row(tuple(parts))

    def _print_MatMul(self, expr: Any) -> Box:
        negative = expr.args[0].could_extract_minus_sign() if expr.args[0].is_commutative else False
        factors = (-expr.args[0], *expr.args[1:]) if negative else expr.args
        body = _times([self.tight(a) for a in factors if a != 1])
        return row(NEGATIVE, body) if negative else body

    def _print_MatPow(self, expr: Any) -> Box:
        return Script(self.base(expr.base), self._upper(expr.exp))

    def _product(self, expr: Expr) -> Box:
        """A product as a fraction where it has a denominator, the rest of its factors beside that."""
        q = quotient(expr)
        beside: list[Expr] = []
        if q.below > 1 or q.under != 1 or q.bottom:
            symbols_below = any(part.free_symbols for part in q.bottom)
            beside = [a for a in q.top if self._stands_beside(a, symbols_below)]
        top = [*self._roots(q.root), *self._powers([a for a in q.top if a not in beside])]
        bottom = [*self._roots(q.under), *self._powers(q.bottom)]
        last = self._powers(beside)
        if q.root != 1 and q.under != 1 and q.below == 1 and not q.bottom:
            # √2/√π is √(2/π)
            top[:1], bottom = [Root(self._fraction(self.box(q.root), self.box(q.under)))], []
        if q.below > 1:
            bottom.insert(0, Number(str(q.below)))
        if q.number > 1 or not (top or (last and not bottom)):
            top.insert(0, Number(str(q.number)))
        body = _times([self._fraction(_times(top), _times(bottom)), *last] if bottom else [*top, *last])
        return row(NEGATIVE, body) if q.negative else body

    def _roots(self, radicand: Expr) -> list[Box]:
        return [] if radicand == 1 else [Root(self.box(radicand))]

    def _stands_beside(self, factor: Expr, symbols_below: bool) -> bool:
        """Whether a factor of the numerator reads better beside the fraction, as in x/2 (1 + erf(x/√2))."""
        found = rank(factor)
        if found == Rank.OPERATOR:
            return True
        return not symbols_below and found in {Rank.OTHER_SUM, Rank.FUNCTION} and is_tall(self.box(factor), Root)

    def _fraction(self, top: Box, bottom: Box) -> Box:
        if not self.exponent:
            return Fraction(_unwrapped(top), _unwrapped(bottom))
        # on one line, x/(2σ)
        over = bottom if isinstance(bottom, Name | Number | Script | Root | Fence) else Fence(bottom)
        return Fraction(Fence(top) if isinstance(top, Fraction) else top, over, slashed=True)

    def _powers(self, factors: Sequence[Expr]) -> list[Box]:
        return [self._power(a) if isinstance(a, Pow) and not isinstance(a, exp) else self.tight(a) for a in factors]

    def _power(self, expr: Pow) -> Box:
        base, power = expr.base, expr.exp
        if power == S.Half or (power.is_Rational and power.p == 1):
            return Root(self.box(base), None if power == S.Half else self.box(S(power.q)))
        name = FUNCTIONS.get(type(base).__name__)
        if power.is_Integer and power > 1 and name is not None and name.operator and len(base.args) == 1:
            return self.call(Script(name, self.box(power)), *base.args)
        return Script(self.base(base), self._upper(power))

    def _upper(self, power: Expr) -> Box:
        """An exponent, in which fractions are slashed."""
        self.exponent += 1
        try:
            return self.box(power)
        finally:
            self.exponent -= 1

    def _print_exp(self, expr: Any) -> Box:
        power = expr.exp
        if self.euler and power == S.Half:
            return Root(EULER)
        upper = self._upper(power)
        if self.euler and not holds_operator(upper):
            return Script(EULER, upper)
        return self.call(operator(r"\exp"), power)


def _matrix_term(term: Any) -> tuple[bool, Any, str, Any]:
    """Whether a term is subtracted, minus the number of its factors, its text, and itself without the sign."""
    number, rest = term.as_coeff_mmul()
    negative = bool(number.could_extract_minus_sign())
    factors = rest.args if isinstance(rest, MatMul) else (rest,)
    degree = sum(factor.exp if isinstance(factor, MatPow) and factor.exp.is_Integer else 1 for factor in factors)
    return negative, -degree, str(rest), -number * rest if negative else term


def joined(boxes: Sequence[Box], mark: Box = COMMA) -> Box:
    """Return boxes with a mark between them."""
    return row(*(part for m, box in enumerate(boxes) for part in ((mark, box) if m else (box,))))


def _unwrapped(box: Box) -> Box:
    return box.body if isinstance(box, Fence) and (box.left, box.right) == ("(", ")") else box


def _ends_in_cases(box: Box) -> bool:
    if isinstance(box, Row | Product):
        parts = box.parts if isinstance(box, Row) else box.factors
        return bool(parts) and _ends_in_cases(parts[-1])
    return isinstance(box, Cases)


def is_open(box: Box) -> bool:
    """Whether what follows the box would seem to belong to it: after a sum, a limit or branches."""
    return _ends_in_cases(box) or (isinstance(box, Row) and any(isinstance(part, Operator) for part in box.parts))


def _times(boxes: Sequence[Box]) -> Box:
    """Factors beside each other, with a dot between figures and brackets around what would swallow the next factor."""
    if len(boxes) == 1:
        return boxes[0]
    factors: list[Box] = []
    for m, box in enumerate(boxes):
        head = box.base if isinstance(box, Script) else box
        if factors and isinstance(factors[-1], Number) and isinstance(head, Number | Fraction):
            factors.append(TIMES)
        factors.append(Fence(box) if m < len(boxes) - 1 and is_open(box) else box)
    return Product(tuple(factors))
