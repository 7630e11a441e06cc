"""How a method ends without a proof: by points at which an inequality seems to fail, or by refusing its input."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, Symbol
from sympy.polys.polyerrors import BasePolynomialError

from ...errors import SymactError
from ..numbers.decimals import decimals

SHORT = 20

__all__ = ["REFUSALS", "Failure"]

#: What symact's methods and SymPy's raise for an input they don't handle.
REFUSALS = (SymactError, NotImplementedError, RecursionError, BasePolynomialError)


class Failure(Exception):  # noqa: N818 - a finding, not an error
    """Points at which the inequality seems to fail, for the refutation to look at."""

    def __init__(self, points: Sequence[Expr], symbol: Symbol) -> None:
        super().__init__(f"it seems to fail near {symbol} = {', '.join(map(_shown, points))}")
        self.points, self.symbol = list(points), symbol


def _shown(point: Expr) -> str:
    """A short number as it is, any other by its first digits."""
    return str(point) if len(str(point)) <= SHORT else f"{decimals(point, {})}…"
