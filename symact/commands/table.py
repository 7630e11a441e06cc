"""The command `table`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from ..errors import InputError
from .options import JSON, OUTPUT, TIMEOUT, say, write, write_json

__all__ = ["table"]

#: The facts of the cheat sheet.
SHEET = ("derivative", "output_relation", "range", "limit_minus_inf", "limit_plus_inf")


@click.command(short_help="The cheat sheet of the whole catalogue.")
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
@JSON
def table(
    facts: str | None, form: str | None, reference: bool, timeout: float, output: Path | None, as_json: bool
) -> None:
    """The cheat sheet: formula, derivative, range and limits of all functions, or chosen facts of them.

    --json has the functions of one variable as `show --json` has each, with these facts.
    """
    if as_json and form:
        raise InputError("--json is one way to print, --format another: choose one")
    if reference and (form or facts):
        raise InputError(f"--reference is a list of its own: leave out --{'format' if form else 'facts'}")
    from ..catalogue import definitions
    from ..facts.record import Facts
    from ..render import card
    from ..render.comparison import comparison, fact_names
    from ..render.rows import rows
    from ..render.sheet import sheet

    if reference:
        from ..render.reference import differences

        found = list(differences(timeout))
        if as_json:
            write_json([asdict(difference) for difference in found], output)
        else:
            write("\n".join(map(str, found)), output)
    elif as_json:
        names = SHEET if facts is None else fact_names(facts)
        shown = [definition for definition in definitions() if not definition.vector]
        write_json([card.record(Facts(d), d.name, timeout, chosen=names) for d in shown], output)
    elif facts is not None:
        write(comparison(definitions(), fact_names(facts), form or "text", timeout), output)
    elif form == "text":
        raise InputError("the cheat sheet is LaTeX, Markdown or HTML; --format text goes with --facts")
    else:
        write(sheet(rows(definitions(), timeout, say), form or "latex"), output)
