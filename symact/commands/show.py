"""The command `show`."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import InputError
from .options import JSON, OUTPUT, facts_of, facts_options, print_json, read_function, write

__all__ = ["show"]


@click.command()
@click.argument("function", metavar="F")
@facts_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "latex", "html"]),
    default="text",
    show_default=True,
    help="A table for the terminal, or a page.",
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
    form: str,
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
    parsed = read_function(function, settings)
    facts = facts_of(parsed, assume, on)
    if explain is not None:
        write(explanation(facts, explain, timeout), output)
        return
    if not as_json and form == "text":
        card.show(facts, timeout, training)
        return
    if not as_json:
        write(card.FORMATS[form](facts, timeout, training), output)
        return
    record = card.record(facts, parsed.name, timeout, training)
    if certificates:
        from ..certification import certified

        record = certified(record, facts, timeout)
    print_json(record)
