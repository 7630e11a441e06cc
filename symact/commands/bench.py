"""The command `bench`: speed beside other libraries, in one run."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import InputError
from .measuring import DTYPES, chosen, kinds_option
from .options import JSON, say, write_json

if TYPE_CHECKING:
    from ..peers.timing import Case

__all__ = ["bench"]

FUNCTIONS = (
    "sigmoid",
    "tanh",
    "relu",
    "elu",
    "softplus",
    "silu",
    "gelu",
    "mish",
    "softmax",
    "log_softmax",
    "logsumexp",
)


def _sizes(context: click.Context, parameter: click.Parameter, values: Sequence[str]) -> tuple[int, ...]:
    """Whole numbers, also written as 1e5."""
    found = []
    for value in values:
        try:
            number = float(value)
        except ValueError:
            raise click.BadParameter(f"{value!r} is not a number of elements such as 1000 or 1e5") from None
        if not 1 <= number <= 1e8 or number != int(number):
            raise click.BadParameter(f"a size must be a whole number from 1 to 1e8, not {value}")
        found.append(int(number))
    return tuple(found)


def _shapes(context: click.Context, parameter: click.Parameter, values: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Rows and columns, written as 64x1024."""
    found = []
    for value in values:
        rows, cross, columns = value.partition("x")
        if not (cross and rows.isdecimal() and columns.isdecimal() and 1 <= int(rows) * int(columns) <= 1e8):
            raise click.BadParameter(
                f"a shape must be rows and columns such as 64x1024, with at most 1e8 elements, not {value}"
            )
        found.append((int(rows), int(columns)))
    return tuple(found)


@click.command(short_help="Speed beside other libraries, as ratios.")
@click.argument("functions", metavar="[F]...", nargs=-1)
@click.option(
    "--size",
    "sizes",
    metavar="N",
    callback=_sizes,
    multiple=True,
    default=("1", "1e3", "1e5", "1e7"),
    help="Elements; 1, 1e3, 1e5 and 1e7.",
)
@click.option(
    "--shape",
    "shapes",
    metavar="RxC",
    callback=_shapes,
    multiple=True,
    default=("1x10", "1000x10", "64x1024"),
    help="Rows and columns for functions of a vector, which take the columns; 1x10, 1000x10 and 64x1024.",
)
@DTYPES
@kinds_option(["forward", "gradient"])
@click.option("--library", "libraries", multiple=True, help="Compare with this library; all installed ones.")
@click.option(
    "--seconds", type=click.FloatRange(0, min_open=True), default=0.5, show_default=True, help="Time for each case."
)
@click.option(
    "--plot", "picture", type=click.Path(path_type=Path, dir_okay=False), help="Draw the ratios by size to this file."
)
@JSON
def bench(
    functions: tuple[str, ...],
    sizes: tuple[int, ...],
    shapes: tuple[tuple[int, int], ...],
    dtypes: tuple[str, ...],
    kinds: tuple[str, ...],
    libraries: tuple[str, ...],
    seconds: float,
    picture: Path | None,
    as_json: bool,
) -> None:
    """Speed of functions and gradients beside other libraries, one thread each, as ratios: how many times as fast as the fastest.

    Best times, all versions in turn. The mode accurate aims at one unit in the last place, fast at three.
    Gradients are those from x and, where that tells them, from the saved output, whichever is faster; of a function of a
    vector, g times the Jacobian.
    """
    from ..peers import wanted
    from ..peers.timing import measured

    if picture is not None and picture.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise InputError(f"--plot writes PNG, SVG or PDF, not {picture.suffix or picture}")
    definitions = chosen(functions or FUNCTIONS)
    say(f"comparing with {', '.join(wanted(libraries))}")
    cases = []
    for case in measured(definitions, kinds, dtypes, sizes, libraries, seconds, shapes):
        cases.append(case)
        if not as_json:
            click.echo(_line(case))
    if as_json:
        write_json([case.record() for case in cases])
    else:
        _summary(cases)
    if picture is not None:
        _draw(cases, picture)


def _line(case: Case) -> str:
    ratios = "  ".join(f"{mode} {_number(case.ratio(mode))}x" for mode in case.ours)
    ours = "/".join(f"{min(times.values()):.3g}" for times in case.ours.values())
    fastest = f"{case.fastest} {case.peers[case.fastest]:.3g}" if case.fastest else "no other version"
    what = f"{case.function:12} {case.kind:8} {case.dtype} {_size(case.shape):<11}"
    return f"{what} {ratios:32} ({ours} ns; {fastest}; copy {case.limits['copyto']:.3g})"


def _size(shape: tuple[int, ...]) -> str:
    """The number of elements, or rows x columns."""
    return f"n={shape[0]}" if len(shape) == 1 else "x".join(map(str, shape))


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _groups(cases: Sequence[Case]) -> dict[tuple[str, str, tuple[int, ...], str], list[tuple[str, float]]]:
    """The ratios by kind, dtype, shape and mode."""
    found: dict[tuple[str, str, tuple[int, ...], str], list[tuple[str, float]]] = {}
    for case in cases:
        for mode in case.ours:
            ratio = case.ratio(mode)
            if ratio is not None:
                found.setdefault((case.kind, case.dtype, case.shape, mode), []).append((case.function, ratio))
    return found


def _summary(cases: Sequence[Case]) -> None:
    """Geometric means, and the least ratio with its function."""
    from ..peers.timing import geometric_mean

    click.echo("\ngeometric mean of the ratios to the fastest other version (least)")
    for (kind, dtype, shape, mode), ratios in _groups(cases).items():
        name, least = min(ratios, key=lambda pair: pair[1])
        mean = geometric_mean([ratio for _, ratio in ratios])
        click.echo(f"{kind:8} {dtype} {_size(shape):<11} {mode:8} {mean:.2f} ({least:.2f} {name})")


def _draw(cases: Sequence[Case], picture: Path) -> None:
    """The ratios by size, one panel for each kind and dtype."""
    from matplotlib.figure import Figure

    from ..files import write_atomically

    groups = _groups(cases)
    panels = list(dict.fromkeys((kind, dtype) for kind, dtype, _, _ in groups))
    figure = Figure(figsize=(4.5 * max(len(panels), 1), 3.6), layout="constrained")
    for k, (kind, dtype) in enumerate(panels):
        axes = figure.add_subplot(1, len(panels), k + 1)
        for mode, style in (("accurate", "-o"), ("fast", "--s")):
            lines: dict[str, list[tuple[int, float]]] = {}
            for (a, b, shape, m), ratios in groups.items():
                if (a, b, m) == (kind, dtype, mode):
                    for name, ratio in ratios:
                        lines.setdefault(name, []).append((prod(shape), ratio))
            for color, (name, points) in enumerate(lines.items()):
                label = name if mode == "accurate" else None
                axes.plot(*zip(*sorted(points), strict=True), style, color=f"C{color}", label=label, markersize=3)
        axes.axhline(1, color="black", linewidth=0.8)
        axes.set(xscale="log", yscale="log", xlabel="elements", title=f"{kind}, {dtype}")
        if k == 0:
            axes.set_ylabel("times as fast as the fastest other version")
            axes.legend(fontsize="small")
    write_atomically(picture, lambda temporary: figure.savefig(temporary, format=picture.suffix[1:].lower()))
