"""Values of facts as JSON: numbers with certified enclosures, sets, points, lists of these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sympy import Expr, S, oo

from ..errors import UndecidedError
from ..facts.domain import Repeated, Stretch
from ..facts.extent import Extent
from ..facts.gaussian import Enclosed
from ..facts.numbers import plain
from ..facts.roots import Stationary
from ..facts.smoothness import Bend
from ..proof.numbers import balls
from ..proof.numbers.implicit import ImplicitRoot
from ..symbols import n
from .latex import latex

__all__ = ["WRITERS", "number"]

#: Digits of a certified enclosure.
DIGITS = 30


def number(value: Expr | None) -> Any:
    """Return a real number as JSON: "oo", "-oo", "none", or its exact form, if it has one, with a certified enclosure."""
    if value is None:
        return "none"
    if value in (oo, -oo):
        return str(value)
    value = plain(value)
    exact = None if value.has(ImplicitRoot) else str(value)
    return {"exact": exact, **dict(zip(("lower", "upper"), _enclosure(value), strict=True))}


def _enclosure(value: Expr) -> tuple[str | None, str | None]:
    """Decimals below and above a number; times what the parameters contribute, where that is positive, or plus that."""
    if value == 0:
        return "0", "0"
    symbols = value.free_symbols
    constant, moved = value.as_independent(*symbols, as_Add=True)
    if symbols and constant.has(ImplicitRoot) and not moved.has(ImplicitRoot):
        low, high = _enclosure(constant)
        return f"{low} + {moved}", f"{high} + {moved}"
    factor, rest = value.as_independent(*symbols, as_Add=False) if symbols else (value, S.One)
    if symbols and not factor.has(ImplicitRoot):
        return None, None
    try:
        low, high = balls.digits(factor, n=DIGITS)
    except UndecidedError:  # too small a number for digits of its own
        low, high = balls.decimals(factor, places=2 * DIGITS)
    return (low, high) if rest == 1 else (f"{low}*({rest})", f"{high}*({rest})")


def _extent(value: Extent) -> dict[str, Any]:
    return {
        "inf": number(value.inf),
        "sup": number(value.sup),
        "inf_attained": value.inf_attained,
        "sup_attained": value.sup_attained,
        "set": None if value.set is None else str(value.set),
    }


def _domain(value: tuple[Stretch, ...] | Repeated) -> str:
    if isinstance(value, Repeated):
        moved = [replace(s, low=s.low + n * value.period, high=s.high + n * value.period) for s in value.once]
        return f"{_domain(tuple(moved))} for all integers {n}"
    ends = ((f"{'[' if s.has_low else '('}{s.low}", f"{s.high}{']' if s.has_high else ')'}") for s in value)
    return " U ".join(f"{low}, {high}" for low, high in ends)


def _bend(value: Bend) -> dict[str, Any]:
    return {
        "x": number(value.x),
        "left": number(value.left),
        "value": None if value.value is None else number(value.value),
        "right": number(value.right),
        "slope_left": number(value.slope_left),
        "slope_right": number(value.slope_right),
    }


def _end(value: Expr) -> str:
    """An end of an interval of zeros as text."""
    if value in (oo, -oo) or not value.has(ImplicitRoot):
        return str(plain(value))
    return balls.digits(value, n=DIGITS)[0]


def _place(value: Any) -> Any:
    """A point, a stationary point, or an interval."""
    if isinstance(value, tuple):
        return [_end(end) for end in value]
    if isinstance(value, Stationary):
        return {"x": number(value.x), "f": number(value.value), "kind": value.kind}
    return number(value)


def _places(value: list[Any] | None) -> Any:
    return "infinite" if value is None else [_place(part) for part in value]


def _continuity(value: Expr) -> str:
    return "discontinuous" if value < 0 else f"C{value}"


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _expression(value: Expr) -> dict[str, str]:
    return {"expression": str(value), "latex": latex(value)}


def _moment(value: Expr | Enclosed | None) -> Any:
    if isinstance(value, Enclosed):
        times = "" if value.factor == 1 else f"*({value.factor})"
        return {"exact": None, "lower": value.lower + times, "upper": value.upper + times}
    return number(value)


def _chain(value: Expr) -> Any:
    """The bound on one slope, which is taken to the power n."""
    return {"base": number(value.subs(n, 1)), "power": "n"}


def _interval(value: tuple[Any, Any]) -> list[Any]:
    return [_moment(end) for end in value]


#: Fact → how its value is written as JSON.
WRITERS: dict[str, Callable[[Any], Any]] = {
    "domain": _domain,
    "range": _extent,
    "joins": lambda value: "infinite" if value is None else [_bend(bend) for bend in value],
    "limit_minus_inf": number,
    "limit_plus_inf": number,
    "asymptotes": lambda value: {end: _text(line) for end, line in value.items()},
    "parity": str,
    "point_symmetry": lambda value: None if value is None else {"x": number(value[0]), "y": number(value[1])},
    "monotonicity": str,
    "convexity": str,
    "continuity": _continuity,
    "lipschitz": number,
    "zeros": _places,
    "stationary_points": _places,
    "inflection_points": _places,
    "derivative": _expression,
    "output_relation": _text,
    "inverse": lambda value: None if value is None else str(value.expr),
    "antiderivative": _text,
    "gaussian_mean": _moment,
    "gaussian_second_moment": _moment,
    "gain": _moment,
    "parameter_derivatives": lambda value: {name: _expression(slope) for name, slope in value.items()},
    "dead_zones": _places,
    "saturation": lambda value: "infinite" if value is None else [_interval(part) for part in value],
    "chain_bound": _chain,
    "standardisation": lambda value: None if value is None else {"a": number(value[0]), "b": number(value[1])},
    "torch_gain": lambda value: None if value is None else number(value),
}
