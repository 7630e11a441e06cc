"""The command `plot`."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import InputError
from .options import SETTINGS, facts_of, read_function

__all__ = ["plot"]


@click.command()
@click.argument("functions", metavar="F...", nargs=-1, required=True)
@click.option("--grid", is_flag=True, help="Small multiples: each function on axes of its own.")
@click.option(
    "--family",
    metavar="NAME=V1,V2,…",
    help='One curve for each value of a parameter, for example "alpha=1/2,1,2".',
)
@click.option(
    "--order",
    type=click.IntRange(0, 2),
    default=1,
    show_default=True,
    help="The highest derivative to draw.",
)
@click.option(
    "--interval", type=(float, float), default=(-5.0, 5.0), show_default=True, metavar="LOW HIGH", help="The x to show."
)
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
    family: str | None,
    order: int,
    interval: tuple[float, float],
    settings: tuple[str, ...],
    output: Path,
) -> None:
    """Functions and their derivatives as a figure.

    One function, or each with --grid, shares axes with its derivatives: at jumps a full dot is the value and an open one a
    limit, diamonds are kinks, turning points have their coordinates, dashed grey lines are asymptotes. Several functions,
    or a --family, stand together, with their derivatives beside them.
    """
    from ..render.curves import curve
    from ..render.plot import checked, ending, figure, save

    ending(output)
    interval = checked(interval)
    curves = []
    for text in functions:
        for value in _members(family):
            given = (*settings, value) if value else settings
            label = ", ".join([text] * (not value or len(functions) > 1) + [_printed(value)] * bool(value))
            curves.append(curve(facts_of(read_function(text, given), (), None), label, order, interval))
    save(figure(curves, order, grid, interval), output)


def _members(family: str | None) -> list[str]:
    """NAME=V1,V2 as NAME=V1 and NAME=V2; nothing to set where there is no family."""
    if family is None:
        return [""]
    name, equals, values = (part.strip() for part in family.partition("="))
    members = [value.strip() for value in values.split(",")]
    if not (name and equals and all(members)):
        raise InputError(f"--family takes a parameter and its values, such as alpha=1/2,1,2, not {family!r}")
    return [f"{name}={value}" for value in members]


def _printed(member: str) -> str:
    """alpha=1/2 as α = 1/2."""
    from ..render.greek import GREEK

    name, _, value = member.partition("=")
    return f"{GREEK[name][1] if name in GREEK else name} = {value}"
