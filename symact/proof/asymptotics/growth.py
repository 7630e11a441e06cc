"""What series tell of growth: whether they vanish, their leading terms, signs and limits, all decided exactly."""

from __future__ import annotations

from typing import Any

from sympy import Dummy, Expr, Mul, S

from ...errors import UndecidedError, UnknownSignError
from ..algebra import field
from ..algebra.assume import Assumptions
from ..algebra.vanishing import vanishes_at_root
from ..numbers.implicit import ImplicitRoot
from .series import Element, Monomial, Series

__all__ = ["LAST_MISS", "Growth"]

#: After this many vanishing terms the whole series is put to the exact zero test, and after LAST_MISS it is given up.
ZERO_TESTS = (6, 30)
LAST_MISS = 60
#: The variable of every scale.
_U = Dummy("u", positive=True)
_BEYOND = _U > 1


class Growth:
    """Decisions on series in `variable`, which is positive and tends to oo.

    Each follows from the assumptions; one that doesn't raises UndecidedError.
    """

    def __init__(self, known: Assumptions) -> None:
        self.known = known
        self.variable = _U
        self.root = Element(self.variable, None)
        # near the end the variable exceeds every bound
        self._relations = (*known.relations, _BEYOND)
        self._signs: dict[Expr, int | None] = {}

    def constant_sign(self, value: Expr) -> int | None:
        """Return the sign of a constant, None where the assumptions leave it open."""
        if value.is_Rational:
            return 1 if value > 0 else -1 if value < 0 else 0
        if value not in self._signs:
            sign = self.known.sign(value)
            if sign is None and field.is_zero(value, self._relations) is True:
                sign = 0
            self._signs[value] = sign
        return self._signs[value]

    def _certain(self, value: Expr) -> int:
        sign = self.constant_sign(value)
        if sign is None:
            raise UnknownSignError(value)
        return sign

    def _compare(self, a: Expr, b: Expr) -> int:
        return 0 if a is b else self._certain(a - b)

    def vanishes(self, f: Series) -> bool:
        """Whether the function is identically zero."""
        if f.element is not None:
            return self.first(f) is None
        sign = self.constant_sign(f.value)
        if sign is None and 0 in self.known.signs(f.value):
            if f.value.has(ImplicitRoot) and vanishes_at_root(f.value):
                return True
            raise UnknownSignError(f.value)
        return sign == 0

    def first(self, f: Series) -> int | None:
        """Return the index of the first term that doesn't vanish, None for the zero function."""
        if f._first is None:
            f._first = self._find_first(f)
        return None if f._first < 0 else f._first

    def _find_first(self, f: Series) -> int:
        index = 0
        while (item := f.item(index)) is not None:
            if not self.vanishes(item[1]):
                return index
            index += 1
            if index in ZERO_TESTS and field.is_zero(f.expr, self._relations) is True:
                return -1
            if index > LAST_MISS:
                raise UndecidedError(f"{index} leading terms cancel, and whether the rest does wasn't decided")
        return -1

    def lead(self, f: Series) -> tuple[Monomial, Expr] | None:
        """Return the leading monomial, largest element first, and its constant coefficient; None for the zero function."""
        monomial: list[tuple[Element, Expr]] = []
        while f.element is not None:
            index = self.first(f)
            if index is None:
                return None
            exponent, coefficient = f._items[index]
            if self._certain(exponent):
                monomial.append((f.element, exponent))
            f = coefficient
        return None if self.vanishes(f) else (tuple(monomial), f.value)

    def sign(self, f: Series) -> int:
        """Return the sign f has from some point on; 0 only if it is identically zero."""
        lead = self.lead(f)
        return 0 if lead is None else self._certain(lead[1])

    def is_large(self, f: Series) -> bool:
        """Whether f tends to oo or -oo with its own element."""
        index = 0
        while f.element is not None and (item := f.item(index)) is not None and self._certain(item[0]) > 0:
            if not self.vanishes(item[1]):
                return True
            index += 1
            if index > LAST_MISS:
                raise UndecidedError(f"{index} leading terms cancel")
        return False

    def compare(self, a: Monomial, b: Monomial) -> int:
        """Return whether a outgrows b (1), is outgrown by it (-1), or is the same (0)."""
        left, right = dict(a), dict(b)
        for element in sorted({*left, *right}, key=lambda e: -e.rank):
            if sign := self._compare(left.get(element, S.Zero), right.get(element, S.Zero)):
                return sign
        return 0

    def limit(self, f: Series) -> tuple[int, Expr]:
        """Return (0, the limit), or (1, 0) for oo and (-1, 0) for -oo."""
        index = 0
        while f.element is not None:
            item = f.item(index)
            if item is None:
                return 0, S.Zero
            size = self._certain(item[0])
            if size < 0:
                return 0, S.Zero
            if size == 0:
                f, index = item[1], 0
            elif self.vanishes(item[1]):
                index += 1
            else:
                return self.sign(item[1]), S.Zero
            if index > LAST_MISS:
                raise UndecidedError(f"{index} leading terms cancel")
        return 0, f.value

    def monomial(self, lead: Monomial) -> Expr:
        """Return a monomial as an expression in the variable of the scale."""
        factors: list[Any] = [element.expr**exponent for element, exponent in lead]
        return Mul(*factors)
