"""The command `plot`."""

from __future__ import annotations

from pathlib import Path

import click

from .options import SETTINGS, facts_of, read_function

__all__ = ["plot"]


@click.command()
@click.argument("functions", metavar="F...", nargs=-1, required=True)
@click.option("--grid", is_flag=True, help="Small multiples: each function on axes of its own.")
@click.option(
    "--interval", type=(float, float), default=(-5.0, 5.0), show_default=True, metavar="LOW HIGH", help="The x to show."
)
@click.option("--no-derivative", is_flag=True, help="Leave the derivatives out.")
@SETTINGS
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Write to this PNG, SVG or PDF.",
)
def plot(
    functions: tuple[str, ...],
    grid: bool,
    interval: tuple[float, float],
    no_derivative: bool,
    settings: tuple[str, ...],
    output: Path,
) -> None:
    """Functions and their derivatives as a figure."""
    from ..render.curves import curve
    from ..render.plot import figure, save

    curves = [
        curve(facts_of(read_function(text, settings), (), None), text, derivative=not no_derivative)
        for text in functions
    ]
    save(figure(curves, not no_derivative, grid, interval), output)
