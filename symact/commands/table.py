"""The command `table`."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import InputError
from .options import OUTPUT, TIMEOUT, say, write

__all__ = ["table"]


@click.command()
@click.option("--facts", metavar="NAME,…", help="Facts of all functions side by side, for example range,monotonicity.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["latex", "markdown", "html", "text"]),
    help="[default: latex; text with --facts]",
)
@click.option(
    "--reference", is_flag=True, help="Where the usual reference tables print what is proved to be otherwise."
)
@TIMEOUT
@OUTPUT
def table(facts: str | None, form: str | None, reference: bool, timeout: float, output: Path | None) -> None:
    """The cheat sheet: formula, derivative, range and limits of all functions, or chosen facts of them."""
    from ..catalogue import definitions
    from ..render.comparison import comparison, fact_names
    from ..render.rows import rows
    from ..render.sheet import sheet

    if reference:
        from ..render.reference import differences

        write("\n".join(map(str, differences(timeout))), output)
    elif facts is not None:
        write(comparison(definitions(), fact_names(facts), form or "text", timeout), output)
    elif form == "text":
        raise InputError("the cheat sheet is LaTeX, Markdown or HTML; --format text goes with --facts")
    else:
        write(sheet(rows(definitions(), timeout, say), form or "latex"), output)
