"""Numbers as the texts of claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Expr, Rational, Symbol, diff, oo

from ..errors import SymactError, UndecidedError
from ..facts.numbers import plain
from ..proof.numbers import balls
from ..proof.numbers.implicit import ImplicitRoot
from ..render.values import number

__all__ = ["bracket", "rounded", "shown", "text"]

#: Half the widths of brackets that are tried around a zero, by the power of ten.
WIDTHS = (1, 2, 4, 8, 16)


def text(value: Expr) -> str:
    """Return a number as the card has it; raises UndecidedError where it has no closed form."""
    if value in (oo, -oo):
        return str(value)
    if value.has(ImplicitRoot):
        raise UndecidedError("a number has no closed form")
    return str(plain(value))


def rounded(value: Expr) -> Expr:
    """Return a place close to one without a closed form, with rationals in it."""
    return value.xreplace({root: Rational(str(root.evalf(15))) for root in value.atoms(ImplicitRoot)})


def shown(value: Expr | None) -> str | None:
    """Return a level as the card has it: infinite, "none", or exact; None where it has no closed form."""
    found = number(value)
    return found if isinstance(found, str) else found["exact"]


def bracket(expr: Expr, x: Expr, at: Expr, sample: Mapping[Symbol, Rational]) -> dict[str, Any]:
    """Return numbers around a zero of a smooth expression between which its slope has one sign, and which.

    `sample` are values of the parameters for which the sign is looked at. Raises UndecidedError where no numbers are found.
    """
    roots = at.atoms(ImplicitRoot) if at.free_symbols else {at}
    if len(roots) != 1 or not at.free_symbols <= set(sample):
        raise UndecidedError("a place that moves with a parameter is no multiple of one number")
    (root,) = roots
    slope = diff(expr, x).subs(sample)
    for power in WIDTHS:
        scale = 10**power
        middle = Rational(round(root.evalf(power + 15) * scale), scale)
        ends = [at.xreplace({root: middle + Rational(sign, scale)}) for sign in (-1, 1)]
        try:
            with balls.precision(256):
                low, high = (balls.enclose(end.subs(sample), bits=256) for end in ends)
                around = low.union(high)
            found = balls.enclose(slope, {x: around}, 256)
        except SymactError:
            continue
        if found > 0 or found < 0:
            low_end, high_end = ends if low < high else ends[::-1]
            return {"low": str(low_end), "high": str(high_end), "rising": bool(found > 0)}
    raise UndecidedError(f"whether {at} is a simple zero was not decided")
