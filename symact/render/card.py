"""The card of one function: the facts that are known, as data for JSON and as a table for the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text
from sympy import Expr, Interval, Union, oo
from sympy.core.relational import Relational
from sympy.sets.sets import FiniteSet, Set

from ..deadline import deadline
from ..errors import NotSupportedError, UndecidedError
from ..facts.cases import settled
from ..facts.fact import Fact
from ..facts.record import Case, Facts
from ..proof.functions.pieces import Join
from ..proof.numbers import balls
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


#: Fact → (how it is computed: its value, or a list of cases in parameters; by which method).
FACTS: dict[str, tuple[Callable[[Facts], Any], str]] = {
    "domain": (lambda facts: set_text(facts.pieces.domain), "sign cells of every argument"),
    "joins": (_joins, "exact zeros of what switches"),
    "limit_minus_inf": (lambda facts: Cases(facts.limit_cases(-1), number), "leading term of the last piece"),
    "limit_plus_inf": (lambda facts: Cases(facts.limit_cases(1), number), "leading term of the last piece"),
    "asymptotes": (
        lambda facts: {str(side * oo): _line(facts.asymptote(side)) for side in (-1, 1)},
        "limits of f(x)/x and of f(x) - a*x",
    ),
    "derivative": (
        lambda facts: _expression(facts.derivative.expression()),
        "rules of differentiation, piece by piece",
    ),
    "output_relation": (lambda facts: _line(facts.output_relation), "elimination, proved by substitution"),
}


@dataclass(frozen=True)
class Cases:
    """Values with the conditions on parameters under which they hold, and how to write one as JSON."""

    cases: list[Case]
    write: Callable[[Expr | None], Any]


def _line(line: Expr | None) -> str | None:
    return None if line is None else str(line)


def facts_of(facts: Facts, timeout: float) -> Iterator[tuple[str, Fact | list[Fact]]]:
    """Yield every fact, each bounded by `timeout` seconds; what isn't established is undecided, with the reason."""
    for name, (compute, method) in FACTS.items():
        try:
            with deadline(timeout):
                found = compute(facts)
        except (UndecidedError, NotSupportedError) as reason:
            yield name, Fact(None, method, proved=False, reason=str(reason))
            continue
        if not isinstance(found, Cases):
            yield name, Fact(found, method)
            continue
        several = [
            Fact(found.write(value if value is None else settled(value, conditions)), method, when=_when(conditions))
            for conditions, value in found.cases
        ]
        yield name, several if len(several) > 1 else several[0]


def _when(conditions: tuple[Relational, ...]) -> str | None:
    return ", ".join(map(str, conditions)) or None


def _as_json(fact: Fact | list[Fact]) -> Any:
    if isinstance(fact, list):
        return [_as_json(case) for case in fact]
    return {"status": fact.status, "value": fact.value, "when": fact.when, "method": fact.method, "reason": fact.reason}


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
        "facts": {name: _as_json(fact) for name, fact in facts_of(facts, timeout)},
    }


def show(facts: Facts, timeout: float) -> None:
    """Print the card to the terminal."""
    console = Console()
    definition = facts.definition
    table = Table(title=Text(f"{definition.title}: f(x) = {facts.expression}"), show_header=False, title_justify="left")
    table.add_column("fact", style="bold", no_wrap=True)
    table.add_column("value", overflow="fold")
    table.add_column("how", style="dim", overflow="fold")
    for parameter in definition.parameters:
        domain = "any real number" if parameter.assume == True else parameter.assume  # noqa: E712
        value = facts.values.get(parameter.symbol)
        set_to = f"set to {value}" if value is not None else f"default {parameter.default}"
        table.add_row(*map(Text, (f"parameter {parameter.symbol}", f"{domain}, {set_to}", parameter.meaning)))
    for name, fact in facts_of(facts, timeout):
        cases = fact if isinstance(fact, list) else [fact]
        table.add_row(*map(Text, (name.replace("_", " "), "\n".join(map(_shown, cases)), cases[0].method)))
    console.print(table)


def _shown(fact: Fact) -> str:
    value = _readable(fact.value) if fact.proved else f"undecided: {fact.reason}"
    return f"{value} if {fact.when}" if fact.when else value


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
