"""The command `list`: the catalogue."""

from __future__ import annotations

import click

from .options import JSON, print_json

__all__ = ["list_command"]


@click.command("list")
@JSON
def list_command(as_json: bool) -> None:
    """The catalogue: name, formula, aliases, libraries that have it."""
    from ..catalogue import definitions
    from ..render import catalogue

    if as_json:
        print_json([catalogue.record(definition) for definition in definitions()])
    else:
        catalogue.show(definitions())
