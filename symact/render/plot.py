"""Plots of functions and their derivatives with matplotlib's object-oriented interface, without a display."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser

from ..errors import InputError
from ..files import write_atomically
from .strokes import Curve, Stroke, draw, draw_asymptotes, draw_marks, frame

__all__ = ["Curve", "checked", "ending", "figure", "plot_function", "plot_together", "save"]

PANEL = (3.4, 2.7)
TITLE_SIZE = 11
#: Colour and line style go together, so that curves can be told apart in print without colour.
LINES: tuple[tuple[str, Any], ...] = (
    ("#0b5fa5", "-"),
    ("#c4481c", (0, (6, 2))),
    ("#2b7a3d", (0, (6, 2, 1, 2))),
    ("#7a3d91", (0, (1, 1.2))),
    ("#8a6d00", (0, (5, 1, 1, 1, 1, 1))),
    ("#555555", (0, (8, 4))),
)
#: What f and its derivatives are called, and how wide their lines are.
NAMES = ("f(x)", "f′(x)", "f″(x)")
WIDTHS = (1.8, 1.6, 1.4)
#: What a file says about itself: nothing that changes from run to run.
_METADATA: dict[str, dict[str, Any]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


def figure(
    functions: Sequence[Curve], order: int = 1, grid: bool = False, interval: tuple[float, float] = (-5.0, 5.0)
) -> Figure:
    """Return a figure of functions and their derivatives up to an order on an interval.

    One function shares its axes with its derivatives. Several stand together, derivatives of the same order beside them;
    with `grid` each function has axes of its own. Raises InputError without a function or for an empty interval.
    """
    if not functions:
        raise InputError("there is nothing to plot; name at least one function")
    low, high = checked(interval)
    if grid or len(functions) == 1:
        columns = 1 if len(functions) == 1 else 2 if len(functions) in {2, 4} else 3
        scale = 1.5 if len(functions) == 1 else 1.0
        made, axes = _panels(len(functions), columns, scale)
        for ax, curve in zip(axes, functions, strict=True):
            plot_function(ax, curve, (low, high), order)
            ax.set_title(_title(curve, PANEL[0] * scale), fontsize=TITLE_SIZE, pad=10)
    else:
        shown = [m for m in range(order + 1) if any(len(curve.values) > m for curve in functions)]
        made, axes = _panels(len(shown), len(shown), 1.5)
        for ax, m in zip(axes, shown, strict=True):
            plot_together(ax, functions, (low, high), m)
            ax.set_title(NAMES[m], fontsize=TITLE_SIZE)
    _legend(made, axes)
    return made


def checked(interval: tuple[float, float]) -> tuple[float, float]:
    """Return an interval with ends that can be drawn; raise InputError for another."""
    low, high = map(float, interval)
    if not (np.isfinite([low, high]).all() and low < high):
        raise InputError(f"the interval to plot must be finite with its ends in order, not ({low:g}, {high:g})")
    return low, high


def plot_function(ax: Axes, curve: Curve, interval: tuple[float, float] = (-5.0, 5.0), order: int = 1) -> Axes:
    """Draw a function and its derivatives up to an order (0, 1 or 2) on axes through the origin; return the axes.

    Kinks, turning points and asymptotes of the function are marked; at jumps a full dot is the value, an open one a limit.
    """
    strokes = [Stroke(*line, width, name) for line, width, name in zip(LINES, WIDTHS, NAMES, strict=False)]
    for m, stroke in enumerate(strokes[: min(order + 1, len(curve.values))]):
        draw(ax, curve, m, interval, stroke)
    frame(ax, interval)
    draw_asymptotes(ax, curve, interval)
    draw_marks(ax, curve, interval, strokes[0].color)
    return ax


def plot_together(
    ax: Axes, curves: Sequence[Curve], interval: tuple[float, float] = (-5.0, 5.0), order: int = 0
) -> Axes:
    """Draw several functions, or their derivatives of an order, each in a line of its own; return the axes."""
    for (color, style), curve in zip(cycle(LINES), curves, strict=False):
        if order < len(curve.values):
            draw(ax, curve, order, interval, Stroke(color, style, WIDTHS[0], _plain(curve.label)))
    frame(ax, interval)
    for (color, _), curve in zip(cycle(LINES), curves, strict=False):
        if order == 0:
            draw_asymptotes(ax, curve, interval)
            draw_marks(ax, curve, interval, color, labelled=False)
    return ax


def ending(path: Path) -> str:
    """Return the ending of a path if figures are saved with it; raise InputError for another."""
    kind = path.suffix.lower()
    if kind not in _METADATA:
        raise InputError(f"a plot is saved as {', '.join(_METADATA)}, not as {path.name!r}")
    return kind


def save(made: Figure, path: str | os.PathLike[str]) -> None:
    """Write a figure as PNG, SVG or PDF by the ending of `path`, completely or not at all.

    Equal figures give equal files. Raises InputError for another ending or where the file can't be written.
    """
    target = Path(path)
    kind = ending(target)

    def write(temporary: Path) -> None:
        with mpl.rc_context({"svg.hashsalt": "symact", "svg.fonttype": "path"}):
            made.savefig(temporary, format=kind[1:], dpi=160, metadata=_METADATA[kind])

    write_atomically(target, write)


def _panels(count: int, columns: int, scale: float) -> tuple[Figure, list[Axes]]:
    columns = min(count, columns)
    rows = -(-count // columns)
    made = Figure(figsize=(PANEL[0] * columns * scale, PANEL[1] * rows * scale + 0.4), layout="constrained")
    FigureCanvasAgg(made)
    return made, [made.add_subplot(rows, columns, m + 1) for m in range(count)]


def _plain(label: str) -> str:
    """Return a label in which matplotlib sees neither mathematics nor, by a leading underscore, nothing to list."""
    escaped = label.replace("$", r"\$")
    return f"\u200a{escaped}" if escaped.startswith("_") else escaped


def _title(curve: Curve, inches: float) -> str:
    """Return the label, above the formula where matplotlib can set that and it isn't too wide."""
    if curve.latex:
        formula = "$" + curve.latex.replace(r"\frac", r"\dfrac") + "$"
        try:
            size = MathTextParser("path").parse(formula, dpi=72, prop=FontProperties(size=TITLE_SIZE))
        except ValueError:
            return _plain(curve.label)
        if size.width < 72 * inches:
            return f"{_plain(curve.label)}\n{formula}"
    return _plain(curve.label)


def _legend(made: Figure, axes: Sequence[Axes]) -> None:
    """One legend for all axes, which use the same lines for the same things."""
    entries = {label: line for ax in axes for line, label in zip(*ax.get_legend_handles_labels(), strict=True)}
    # marks go last
    entries = dict(sorted(entries.items(), key=lambda entry: entry[0] in {"kink", "asymptote"}))
    if len(entries) > 1:
        columns = -(-len(entries) // -(-len(entries) // 6))
        made.legend(entries.values(), entries.keys(), loc="outside lower center", ncols=columns, frameon=False)
