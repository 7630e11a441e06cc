"""The command `export`."""

from __future__ import annotations

from pathlib import Path

import click

from .options import OUTPUT, SETTINGS, read_function, write

__all__ = ["export"]


@click.command()
@click.argument("function", metavar="F")
@click.option("--to", "backend", type=click.Choice(["numpy"]), default="numpy", show_default=True)
@click.option("--order", type=click.IntRange(0, 2), default=1, show_default=True, help="The highest derivative.")
@SETTINGS
@OUTPUT
def export(function: str, backend: str, order: int, settings: tuple[str, ...], output: Path | None) -> None:
    """Source code of the value and its derivatives: a module that stands alone."""
    from ..backends import numpy as module

    parsed = read_function(function, settings)
    write(module.source(parsed.definition, tuple(range(order + 1)), dict(parsed.values)), output)
