"""The card of one function: the facts that are known, as data for JSON and as a table for the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..facts.card import Card
from ..facts.fact import Fact
from ..facts.record import Facts
from .latex import latex
from .values import WRITERS

__all__ = ["record", "show"]


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
        "facts": {name: _as_json(fact) for name, fact in Card(facts, timeout)},
    }


def _as_json(fact: Fact | list[Fact]) -> Any:
    if isinstance(fact, list):
        return [_as_json(case) for case in fact]
    return {
        "status": fact.status,
        "value": WRITERS[fact.name](fact.value) if fact.proved else None,
        "when": fact.when,
        "method": fact.method,
        "reason": fact.reason,
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
    for name, fact in Card(facts, timeout):
        cases = fact if isinstance(fact, list) else [fact]
        table.add_row(*map(Text, (name.replace("_", " "), "\n".join(map(_shown, cases)), cases[0].method)))
    console.print(table)


def _shown(fact: Fact) -> str:
    value = _readable(WRITERS[fact.name](fact.value)) if fact.proved else f"undecided: {fact.reason}"
    return f"{value} if {fact.when}" if fact.when else value


def _readable(value: Any) -> str:
    match value:
        case None:
            return "none"
        case {"exact": None, "lower": lower}:
            return f"{lower}…"
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
