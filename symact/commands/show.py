"""The command `show`."""

from __future__ import annotations

import click

from .options import JSON, facts_of, facts_options, print_json, read_function

__all__ = ["show"]


@click.command()
@click.argument("function", metavar="F")
@facts_options
@JSON
def show(
    function: str, settings: tuple[str, ...], assume: tuple[str, ...], on: str | None, timeout: float, as_json: bool
) -> None:
    """What is known of one function: domain, joins, limits, asymptotes, derivative, output relation."""
    from ..render import card

    parsed = read_function(function, settings)
    facts = facts_of(parsed, assume, on)
    if as_json:
        print_json(card.record(facts, parsed.name, timeout))
    else:
        card.show(facts, timeout)
