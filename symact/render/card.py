"""The card of one function: the facts that are known, as data for JSON and as a table for the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from sympy import Expr, Interval, Union, oo
from sympy.sets.sets import FiniteSet, Set

from ..deadline import deadline
from ..errors import NotSupportedError, UndecidedError
from ..facts.fact import Fact
from ..facts.record import Facts
from ..proof import balls
from ..proof.pieces import Join
from .latex import latex

__all__ = ["record", "show"]

#: Digits of a certified enclosure.
DIGITS = 30


def number(value: Expr | None) -> Any:
    """Return a real number as JSON: "oo", "-oo", "none", or its exact form with a certified enclosure."""
    if value is None:
        return "none"
    if value in (oo, -oo):
        return str(value)
    low, high = balls.digits(value, n=DIGITS) if value.is_number else (None, None)
    return {"exact": str(value), "lower": low, "upper": high}


def set_text(domain: Set) -> str:
    """Return a set in interval notation: (-oo, 0) U (0, oo)."""
    return " U ".join(_part(part) for part in (domain.args if isinstance(domain, Union) else (domain,)))


def _part(part: Set) -> str:
    if isinstance(part, Interval):
        return f"{'(' if part.left_open else '['}{part.start}, {part.end}{')' if part.right_open else ']'}"
    return "{" + ", ".join(map(str, part.args)) + "}" if isinstance(part, FiniteSet) else str(part)


def _join(join: Join, slopes: dict[Expr, Join]) -> dict[str, Any]:
    slope = slopes.get(join.at)
    return {
        "x": number(join.at),
        "left": number(join.left),
        "value": None if join.value is None else number(join.value),
        "right": number(join.right),
        "slope_left": number(slope.left if slope else None),
        "slope_right": number(slope.right if slope else None),
    }


def _joins(facts: Facts) -> Any:
    slopes = {join.at: join for join in facts.derivative.joins}
    return [_join(join, slopes) for join in facts.joins]


def _expression(expr: Expr) -> dict[str, str]:
    return {"expression": str(expr), "latex": latex(expr)}


#: Fact → (how it is computed, by which method).
FACTS: dict[str, tuple[Callable[[Facts], Any], str]] = {
    "domain": (lambda facts: set_text(facts.pieces.domain), "sign cells of every argument"),
    "joins": (_joins, "exact zeros of what switches"),
    "limit_minus_inf": (lambda facts: number(facts.limit(-1)), "leading term of the last piece"),
    "limit_plus_inf": (lambda facts: number(facts.limit(1)), "leading term of the last piece"),
    "asymptotes": (
        lambda facts: {str(side * oo): _line(facts.asymptote(side)) for side in (-1, 1)},
        "limits of f(x)/x and of f(x) - a*x",
    ),
    "derivative": (lambda facts: _expression(facts.derivative.expression()), "rules of differentiation, piece by piece"),
    "output_relation": (
        lambda facts: None if facts.output_relation is None else str(facts.output_relation),
        "elimination, proved by substitution",
    ),
}


def _line(line: Expr | None) -> str | None:
    return None if line is None else str(line)


def facts_of(facts: Facts, timeout: float) -> Iterator[tuple[str, Fact]]:
    """Yield every fact, each bounded by `timeout` seconds; what isn't established is undecided, with the reason."""
    for name, (compute, method) in FACTS.items():
        try:
            with deadline(timeout):
                yield name, Fact(compute(facts), method)
        except (UndecidedError, NotSupportedError) as reason:
            yield name, Fact(None, method, proved=False, reason=str(reason))


def record(facts: Facts, name: str | None, timeout: float) -> dict[str, Any]:
    """Return the card as data: name, expression, parameters and facts, each with status, value and method."""
    definition = facts.definition
    return {
        "name": name,
        "expression": str(facts.expression),
        "latex": latex(facts.expression),
        "parameters": {
            p.symbol.name: {
                "default": None if p.default is None else str(p.default),
                "assume": None if p.assume == True else str(p.assume),  # noqa: E712 - SymPy's true is not Python's
            }
            for p in definition.parameters
        },
        "facts": {
            name: {"status": f.status, "value": f.value, "when": f.when, "method": f.method, "reason": f.reason}
            for name, f in facts_of(facts, timeout)
        },
    }


def show(facts: Facts, timeout: float) -> None:
    """Print the card to the terminal."""
    console = Console()
    definition = facts.definition
    table = Table(title=f"{definition.title}: f(x) = {facts.expression}", show_header=False, title_justify="left")
    table.add_column("fact", style="bold", no_wrap=True)
    table.add_column("value", overflow="fold")
    table.add_column("how", style="dim", overflow="fold")
    for parameter in definition.parameters:
        domain = "any real number" if parameter.assume == True else parameter.assume  # noqa: E712
        value = facts.values.get(parameter.symbol)
        set_to = f"set to {value}" if value is not None else f"default {parameter.default}"
        table.add_row(f"parameter {parameter.symbol}", f"{domain}, {set_to}", parameter.meaning)
    for name, fact in facts_of(facts, timeout):
        shown = _readable(fact.value) if fact.proved else f"undecided: {fact.reason}"
        table.add_row(name.replace("_", " "), shown, fact.method)
    console.print(table, markup=False)


def _readable(value: Any) -> str:
    match value:
        case None:
            return "none"
        case {"exact": exact}:
            return str(exact)
        case {"expression": expression}:
            return str(expression)
        case dict():
            return ", ".join(f"{key}: {_readable(part)}" for key, part in value.items())
        case list():
            return "\n".join(map(_readable, value)) or "none"
        case _:
            return str(value)
