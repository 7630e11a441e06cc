"""The command `table`."""

from __future__ import annotations

from pathlib import Path

import click

from .options import OUTPUT, TIMEOUT, say, write

__all__ = ["table"]


@click.command()
@click.option("--format", "form", type=click.Choice(["latex", "markdown", "html"]), default="latex", show_default=True)
@TIMEOUT
@OUTPUT
def table(form: str, timeout: float, output: Path | None) -> None:
    """All formulas, derivatives and limits on one sheet."""
    from ..catalogue import definitions
    from ..render.rows import rows
    from ..render.sheet import sheet

    write(sheet(rows(definitions(), timeout, say), form), output)
