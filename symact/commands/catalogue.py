"""The command `list`: the catalogue."""

from __future__ import annotations

import click

from .options import JSON, in_terminal, write, write_json

__all__ = ["list_command"]


@click.command("list")
@JSON
def list_command(as_json: bool) -> None:
    """The catalogue: name, formula, aliases, libraries that have it."""
    from ..catalogue import definitions
    from ..render import catalogue

    if as_json:
        write_json([catalogue.record(definition) for definition in definitions()])
    elif in_terminal():
        catalogue.show(definitions())
    else:
        write(catalogue.text(definitions()), None)
