"""A real number given as the only zero of an expression in an interval, where it has no closed form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flint import arb
from flint import ctx as flint_context
from mpmath.libmp import from_man_exp
from sympy import Expr, NumberSymbol, Rational, Symbol

__all__ = ["ImplicitRoot"]


class ImplicitRoot(NumberSymbol):
    """The only zero of `expr` in the variable between the rationals low and high, as an exact number in expressions.

    `enclose(bits)` returns a ball around it that is about 2**-bits wide.
    """

    is_real = True
    __slots__ = ("enclose", "expr", "high", "low", "variable")

    def __new__(
        cls, expr: Expr, variable: Symbol, low: Rational, high: Rational, enclose: Callable[[int], arb]
    ) -> ImplicitRoot:
        root: ImplicitRoot = super().__new__(cls)
        root.expr, root.variable, root.low, root.high, root.enclose = expr, variable, low, high, enclose
        return root

    # NumberSymbol compares by identity: it expects one object a number
    __eq__ = Expr.__eq__
    __hash__ = Expr.__hash__

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (self.expr, self.variable, self.low, self.high, self.enclose)

    def _hashable_content(self) -> tuple[Any, ...]:
        return (self.expr, self.variable, self.low, self.high)

    def _as_mpf_val(self, prec: int) -> Any:
        mantissa, exponent = self.enclose(prec + 8).mid().man_exp()
        return from_man_exp(int(mantissa), int(exponent), prec)

    def _eval_is_positive(self) -> bool | None:
        return True if self.low > 0 else False if self.high < 0 else None

    def __int__(self) -> int:
        return int(self.enclose(64).mid().floor())

    def _sympystr(self, printer: Any) -> str:
        return f"root({printer._print(self.expr)}, {self.decimals()}...)"

    def _latex(self, printer: Any) -> str:
        return self.decimals() + r"\ldots"

    def decimals(self, places: int = 12) -> str:
        """Return the number with that many digits after the point, the others cut off."""
        scaled = self.enclose(4 * places + 64).mid().fmpq() * 10**places
        digits = str(int(abs(scaled).floor())).rjust(places + 1, "0")
        return f"{'-' if scaled < 0 else ''}{digits[:-places]}.{digits[-places:]}"

    def ball(self) -> arb:
        """Return a ball around the number of the precision in force."""
        ball: arb = self.enclose(flint_context.prec)
        return ball
