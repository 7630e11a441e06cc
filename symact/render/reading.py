"""Values of facts in words, with numbers and formulas written by whoever prints them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sympy import Expr, oo

from ..facts.domain import Repeated, Stretch
from ..facts.extent import Extent
from ..facts.gaussian import Enclosed
from ..facts.inverse import Inverse
from ..facts.numbers import plain
from ..facts.roots import Stationary
from ..facts.smoothness import Bend
from ..proof.numbers import balls
from ..proof.numbers.implicit import ImplicitRoot
from ..symbols import n

__all__ = ["Write", "in_words"]

#: Writes an expression, or text that is a number already.
Write = Callable[[Expr | str], str]

#: Digits of a number without a closed form.
SHOWN = 16


def in_words(name: str, value: Any, write: Write) -> list[str]:
    """Return the value of a fact as a few lines of text."""
    if isinstance(value, str):
        return [value]
    found = _READERS[name](value, write)
    return [found] if isinstance(found, str) else list(found) or ["none"]


def _number(value: Expr | Enclosed | None, write: Write) -> str:
    """A number: exact, with a decimal where that isn't plain to see, or by decimals alone."""
    if value is None:
        return "none"
    if isinstance(value, Enclosed):
        digits = f"{write(value.lower[:SHOWN])}…"
        return digits if value.factor == 1 else f"{digits} · {write(value.factor)}"
    exact = plain(value)
    if exact.is_Rational or exact in (oo, -oo):
        return write(exact)
    if exact.free_symbols:
        return _scaled(exact, write) if exact.has(ImplicitRoot) else write(exact)
    low, _ = balls.digits(exact, n=SHOWN)
    return f"{write(low[:SHOWN])}…" if exact.has(ImplicitRoot) else f"{write(exact)} ≈ {write(low[:8])}"


def _scaled(value: Expr, write: Write) -> str:
    """A number without a closed form times what parameters contribute."""
    factor, rest = value.as_independent(*value.free_symbols, as_Add=False)
    return (
        f"{write(balls.digits(factor, n=SHOWN)[0][:SHOWN])}… · {write(rest)}"
        if factor.has(ImplicitRoot)
        else write(value)
    )


def _range(value: Extent, write: Write) -> str:
    if len(value.parts) > 1:
        return " ∪ ".join(map(write, value.parts))
    if value.inf == value.sup:
        return f"{{{_number(value.inf, write)}}}"
    low, high = "[" if value.inf_attained else "(", "]" if value.sup_attained else ")"
    return f"{low}{_number(value.inf, write)}, {_number(value.sup, write)}{high}"


def _domain(value: Sequence[Stretch] | Repeated, write: Write) -> str:
    if isinstance(value, Repeated):
        moved = [replace(s, low=s.low + n * value.period, high=s.high + n * value.period) for s in value.once]
        return f"{_domain(moved, write)} for all integers {write(n)}"
    ends = (f"{'[' if s.has_low else '('}{write(s.low)}, {write(s.high)}{']' if s.has_high else ')'}" for s in value)
    return " ∪ ".join(ends)


def _joins(value: Sequence[Bend] | None, write: Write) -> list[str]:
    return (
        ["infinitely many"]
        if value is None
        else [f"x = {_number(bend.x, write)}: {_bend(bend, write)}" for bend in value]
    )


def _bend(bend: Bend, write: Write) -> str:
    left, right = _number(bend.left, write), _number(bend.right, write)
    if bend.left in (oo, -oo) or bend.right in (oo, -oo):
        return f"pole, from {left} to {right}"
    if bend.left != bend.right:
        return f"jump from {left} to {right}"
    if bend.value is None:
        return f"hole, limit {left}"
    if bend.value != bend.left:
        return f"value {_number(bend.value, write)}, limit {left}"
    return f"kink, slopes {_number(bend.slope_left, write)} and {_number(bend.slope_right, write)}"


def _asymptotes(value: dict[str, Expr | None], write: Write) -> list[str]:
    return [f"{write(line)} at {end}" for end, line in value.items() if line is not None]


def _place(place: Any, write: Write) -> str:
    if isinstance(place, tuple):
        return f"from {_number(place[0], write)} to {_number(place[1], write)}"
    if isinstance(place, Stationary):
        return f"x = {_number(place.x, write)}: {_KINDS[place.kind]} {_number(place.value, write)}"
    return f"x = {_number(place, write)}"


_KINDS = {"minimum": "minimum", "maximum": "maximum", "neither": "level point"}


def _places(value: Sequence[Any] | None, write: Write) -> list[str]:
    return ["infinitely many"] if value is None else [_place(place, write) for place in value]


def _continuity(value: Expr, _: Write) -> str:
    return "discontinuous" if value < 0 else "all derivatives are continuous" if value == oo else f"C{value}"


def _formula(value: Expr | None, write: Write) -> str:
    return "none" if value is None else write(value)


def _centre(value: tuple[Expr, Expr] | None, write: Write) -> str:
    return "none" if value is None else f"about ({_number(value[0], write)}, {_number(value[1], write)})"


def _inverse(value: Inverse | None, write: Write) -> str:
    return "none" if value is None else write(value.expr)


def _intervals(value: Sequence[tuple[Any, Any]] | None, write: Write) -> list[str]:
    return (
        ["infinitely many"]
        if value is None
        else [f"from {_number(low, write)} to {_number(high, write)}" for low, high in value]
    )


def _chain(value: Expr, write: Write) -> str:
    base, power = value.args if value.is_Pow else (value, "n")
    return f"({_number(base, write)})**{power}" if base.has(ImplicitRoot) else write(value)


def _standardisation(value: tuple[Expr, Expr] | None, write: Write) -> str:
    return "none" if value is None else f"a = {_number(value[0], write)}, b = {_number(value[1], write)}"


_READERS: dict[str, Callable[[Any, Write], str | Sequence[str]]] = {
    "domain": _domain,
    "range": _range,
    "joins": _joins,
    "limit_minus_inf": _number,
    "limit_plus_inf": _number,
    "asymptotes": _asymptotes,
    "point_symmetry": _centre,
    "continuity": _continuity,
    "lipschitz": _number,
    "zeros": _places,
    "stationary_points": _places,
    "inflection_points": _places,
    "derivative": _formula,
    "output_relation": _formula,
    "inverse": _inverse,
    "antiderivative": _formula,
    "gaussian_mean": _number,
    "gaussian_second_moment": _number,
    "gain": _number,
    "parameter_derivatives": lambda value, write: [f"in {name}: {write(slope)}" for name, slope in value.items()],
    "dead_zones": _places,
    "saturation": _intervals,
    "chain_bound": _chain,
    "standardisation": _standardisation,
    "torch_gain": _number,
}
