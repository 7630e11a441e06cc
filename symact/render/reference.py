"""What the usual reference tables print about activation functions, beside what is proved."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from sympy import Expr, S, oo

from ..errors import UndecidedError
from ..facts.card import Card
from ..facts.landscape import compared
from ..facts.record import Facts
from ..parse import parse_expression, parse_function
from ..proof.numbers import balls

__all__ = ["Difference", "differences", "printed_rows"]

#: Decimals in print are right if they are this near.
NEAR = S(1) / 10**5


@dataclass(frozen=True)
class Difference:
    """A property of a function that is printed otherwise than it is proved to be."""

    function: str
    property: str
    printed: str
    proved: str

    def __str__(self) -> str:
        return f"{self.function}: {self.property} printed as {self.printed}, proved to be {self.proved}"


def printed_rows() -> list[dict[str, Any]]:
    """Return the rows of the tables as they are printed."""
    text = (files("symact.claims") / "reference.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["row"])


def differences(timeout: float) -> Iterator[Difference]:
    """Yield what the tables print wrongly; a fact may take `timeout` seconds, one that isn't found is left out."""
    for row in printed_rows():
        function = parse_function(row["function"])
        defaults = {p.symbol: p.default for p in function.definition.parameters if p.default is not None}
        card = Card(Facts(function.definition, defaults | dict(function.values)), timeout)
        for name, proved in _PROPERTIES.items():
            try:
                found = proved(card, row[name])
            except UndecidedError:
                continue
            if found is not None:
                yield Difference(row.get("title", row["function"]), name.replace("_", " "), str(row[name]), found)


def _value(card: Card, name: str) -> Any:
    fact = getattr(card, name)
    if isinstance(fact, list) or not fact.proved:
        raise UndecidedError(f"{name} is not decided")
    return fact.value


def _end(side: str) -> Callable[[Card, str], str | None]:
    def proved(card: Card, printed: str) -> str | None:
        extent = _value(card, "range")
        value, taken = getattr(extent, side), getattr(extent, f"{side}_attained")
        text = printed.strip("[]")
        same = _near(value, _INFINITE.get(text) or parse_expression(text)) and taken == printed.startswith("[")
        return None if same else f"{_short(value)}, which is {'' if taken else 'not '}a value"

    return proved


_INFINITE = {"oo": oo, "-oo": -oo}


def _near(value: Expr, printed: Expr) -> bool:
    if value in (oo, -oo) or printed in (oo, -oo):
        return bool(value == printed)
    return balls.sign(NEAR - (value - printed)) == 1 and balls.sign(NEAR + (value - printed)) == 1


def _short(value: Expr) -> str:
    return str(value) if value.is_Rational or value in (oo, -oo) else f"{balls.digits(value, n=8)[0]}…"


def _continuity(card: Card, printed: str) -> str | None:
    value = _value(card, "continuity")
    proved = "discontinuous" if value < 0 else f"C{value}"
    return None if proved == printed else proved


def _yes(holds: Callable[[Card], bool]) -> Callable[[Card, bool], str | None]:
    def proved(card: Card, printed: bool) -> str | None:
        return None if holds(card) == printed else ("yes" if holds(card) else "no")

    return proved


def _identity(card: Card) -> bool:
    """Whether f(0) = 0, and f' is 1 at 0 and continuous there."""
    land = card.facts.landscape(card.facts.known)
    x = land.variable
    corner = next((c for c in land.corners if c.at == 0), None)
    if corner is not None:
        slope = land.limits(corner, 1)[0] if land.differentiable_at(corner) else None
        value = corner.value
    else:
        piece = next(
            p for p in land.pieces if compared(p.left, S.Zero, land.known) < 0 < compared(p.right, S.Zero, land.known)
        )
        value, slope = piece.expr.subs(x, 0), piece.expr.diff(x).subs(x, 0)
    return (
        value is not None
        and slope is not None
        and compared(value, S.Zero, land.known) == compared(slope, S.One, land.known) == 0
    )


#: Property → what is proved where that is not what is printed.
_PROPERTIES: dict[str, Callable[[Card, Any], str | None]] = {
    "inf": _end("inf"),
    "sup": _end("sup"),
    "continuity": _continuity,
    "monotonic": _yes(lambda card: _value(card, "monotonicity") != "none"),
    "monotonic_derivative": _yes(lambda card: _value(card, "convexity") != "none"),
    "identity": _yes(_identity),
}
