"""The catalogue as a list: name, formula, aliases, libraries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..definition import Definition
from .latex import latex

__all__ = ["record", "show"]


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


def show(definitions: Iterable[Definition]) -> None:
    """Print the catalogue to the terminal."""
    table = Table()
    table.add_column("name", style="bold", no_wrap=True)
    for column in ("formula", "aliases", "libraries"):
        table.add_column(column, overflow="fold")
    for definition in definitions:
        libraries = sorted({implementation.library for implementation in definition.libraries})
        cells = definition.name, str(definition.expr), ", ".join(definition.aliases), ", ".join(libraries)
        table.add_row(*map(Text, cells))
    Console().print(table)
