"""Lazily unfolded series in functions of strictly different growth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sympy import Expr, S

__all__ = ["Element", "Head", "Item", "Monomial", "Series"]

Item = tuple[Expr, "Series"]
Monomial = tuple[tuple["Element", Expr], ...]


class Element:
    """A positive function that tends to oo; all powers of those that rank below it are negligible against its own."""

    def __init__(self, expr: Expr, log: Series | None) -> None:
        self.expr, self.log, self.rank = expr, log, 0


class Series:
    """A constant, or the sum of coefficient * element**exponent with falling exponents and coefficients that rank lower.

    Coefficients may turn out to be zero. `expr` is the function the series stands for.
    """

    __slots__ = ("_expr", "_first", "_items", "_meaning", "_rest", "element", "value")

    def __init__(
        self, element: Element | None, items: Iterable[Item], meaning: Callable[[], Expr], value: Expr = S.Zero
    ) -> None:
        self.element, self.value, self._meaning = element, value, meaning
        self._items: list[Item] = []
        self._rest: Iterator[Item] | None = iter(items)
        self._expr: Expr | None = None
        self._first: int | None = None

    @property
    def expr(self) -> Expr:
        """The function itself, in the variable of the scale."""
        if self._expr is None:
            self._expr = self._meaning()
        return self._expr

    @property
    def is_null(self) -> bool:
        """Whether it is the constant 0 as written; others may be zero too."""
        return self.element is None and self.value == 0

    def item(self, index: int) -> Item | None:
        """Return a term, None past the end."""
        while self._rest is not None and len(self._items) <= index:
            try:
                self._items.append(next(self._rest))
            except StopIteration:
                self._rest = None
        return self._items[index] if index < len(self._items) else None

    def since(self, index: int) -> Iterator[Item]:
        """Yield the terms from an index on."""
        while (item := self.item(index)) is not None:
            yield item
            index += 1


class Head:
    """A position in a series."""

    __slots__ = ("index", "item", "series")

    def __init__(self, series: Series) -> None:
        self.series, self.index, self.item = series, 0, series.item(0)

    def advance(self) -> None:
        self.index += 1
        self.item = self.series.item(self.index)
