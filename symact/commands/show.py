"""The command `show`."""

from __future__ import annotations

import click

from ..errors import InputError
from .options import JSON, facts_of, facts_options, print_json, read_function

__all__ = ["show"]


@click.command()
@click.argument("function", metavar="F")
@facts_options
@JSON
@click.option("--certificates", is_flag=True, help="With --json: a certificate of every fact, for `symact check`.")
def show(
    function: str,
    settings: tuple[str, ...],
    assume: tuple[str, ...],
    on: str | None,
    timeout: float,
    as_json: bool,
    certificates: bool,
) -> None:
    """All that is known of one function: range, shape, zeros, limits, derivative and more, each proved or undecided."""
    from ..render import card

    if certificates and not as_json:
        raise InputError("--certificates are part of the JSON: add --json")
    parsed = read_function(function, settings)
    facts = facts_of(parsed, assume, on)
    if not as_json:
        card.show(facts, timeout)
        return
    record = card.record(facts, parsed.name, timeout)
    if certificates:
        from ..certification import certified

        record = certified(record, facts.stated, timeout)
    print_json(record)
