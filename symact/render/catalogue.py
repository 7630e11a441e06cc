"""The catalogue as a list: name, formula, aliases, libraries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..definition import Definition
from .columns import columns
from .latex import latex

__all__ = ["record", "show", "text"]

#: Columns of a terminal below which a table has no room for formulas.
NARROW = 80

HEAD = ("name", "formula", "aliases", "libraries")


def record(definition: Definition) -> dict[str, Any]:
    """Return one entry as data."""
    return {
        "name": definition.name,
        "title": definition.title,
        "expression": str(definition.expr),
        "latex": latex(definition.expr),
        "parameters": {p.symbol.name: None if p.default is None else str(p.default) for p in definition.parameters},
        "aliases": list(definition.aliases),
        "libraries": [
            {"library": i.library, "name": i.name, "defaults": dict(i.defaults)} for i in definition.libraries
        ],
        "source": definition.source,
        "note": definition.note,
    }


def text(definitions: Iterable[Definition]) -> str:
    """Return the catalogue as plain text, a line for each function."""
    return columns([[cell] for cell in row] for row in (HEAD, *map(_cells, definitions)))


def show(definitions: Iterable[Definition]) -> None:
    """Print the catalogue to the terminal as a table; a narrow one gets everything below the name."""
    console = Console()
    if console.width < NARROW:
        for definition in definitions:
            name, formula, *rest = _cells(definition)
            lines = [formula, *(f"{head}: {cell}" for head, cell in zip(HEAD[2:], rest, strict=True) if cell)]
            console.print(Text(name, style="bold"), *(Padding(Text(line), (0, 0, 0, 2)) for line in lines))
        return
    table = Table()
    for column, ratio in zip(HEAD, (None, 3, 2, 2), strict=True):
        table.add_column(column, overflow="fold", ratio=ratio, no_wrap=ratio is None, style="" if ratio else "bold")
    for definition in definitions:
        table.add_row(*map(Text, _cells(definition)))
    console.print(table)


def _cells(definition: Definition) -> tuple[str, ...]:
    libraries = sorted({implementation.library for implementation in definition.libraries})
    return definition.name, str(definition.expr), ", ".join(definition.aliases), ", ".join(libraries)
