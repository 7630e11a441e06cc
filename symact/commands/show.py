"""The command `show`."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import InputError
from .options import JSON, OUTPUT, facts_of, facts_options, in_terminal, read_function, write, write_json

__all__ = ["show"]


@click.command(short_help="The facts of one function, each proved or undecided.")
@click.argument("function", metavar="F")
@facts_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "latex", "html"]),
    help="A table for the terminal, or a page. [default: text]",
)
@click.option("--training", is_flag=True, help="Also dead zones, saturation, chains of gradients and torch's gain.")
@click.option("--explain", metavar="FACT", help="How one fact was found: its derivation, or the claims that say it.")
@OUTPUT
@JSON
@click.option("--certificates", is_flag=True, help="With --json: a certificate of every fact, for `symact check`.")
def show(
    function: str,
    settings: tuple[str, ...],
    assume: tuple[str, ...],
    on: str | None,
    timeout: float,
    form: str | None,
    training: bool,
    explain: str | None,
    output: Path | None,
    as_json: bool,
    certificates: bool,
) -> None:
    """All that is known of one function: range, shape, zeros, limits, derivative and more, each proved or undecided."""
    from ..explanation import explanation
    from ..render import card

    if certificates and not as_json:
        raise InputError("--certificates are part of the JSON: add --json")
    if as_json and (form or explain):
        raise InputError(f"--json is one way to print, --{'format' if form else 'explain'} another: choose one")
    if explain and form:
        raise InputError("--explain prints text: leave out --format")
    parsed = read_function(function, settings)
    facts = facts_of(parsed, assume, on)
    if explain is not None:
        write(explanation(facts, explain, timeout), output)
        return
    if not as_json:
        if form is None and output is None and in_terminal():
            card.show(facts, timeout, training)
        else:
            write(card.FORMATS[form or "text"](facts, timeout, training), output)
        return
    record = card.record(facts, parsed.name, timeout, training)
    if certificates:
        from ..certification import certified

        record = certified(record, facts, timeout)
    write_json(record, output)
