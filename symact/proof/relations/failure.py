"""A finding on the way to a proof: points at which an inequality seems to fail."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, Symbol

__all__ = ["Failure"]


class Failure(Exception):  # noqa: N818 - a finding, not an error
    """Points at which the inequality seems to fail, for the refutation to look at."""

    def __init__(self, points: Sequence[Expr], symbol: Symbol) -> None:
        super().__init__(f"it fails near {symbol} = {', '.join(map(str, points))}")
        self.points, self.symbol = list(points), symbol
