"""Plots of functions and their derivatives with matplotlib's object-oriented interface, without a display."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from ..errors import InputError
from ..files import write_atomically

__all__ = ["Curve", "figure", "plot_function", "save"]

Values = Callable[[NDArray[np.float64]], Any]

#: Points of each smooth part, and how far beyond the x-range values may go before the plot is cut off.
POINTS = 801
PANEL = (3.4, 2.7)
INK = "#333333"
TITLE_SIZE = 11
#: Colour and line style go together, so that curves can be told apart in print without colour.
LINES = (
    ("#0b5fa5", "-"),
    ("#c4481c", "--"),
    ("#2b7a3d", "-."),
    ("#7a3d91", ":"),
    ("#8a6d00", (0, (5, 1, 1, 1, 1, 1))),
    ("#555555", (0, (8, 3))),
)
#: What a file says about itself: nothing that changes from run to run.
_METADATA: dict[str, dict[str, Any]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


@dataclass(frozen=True)
class Curve:
    """A function to be plotted: its name, its formula in LaTeX, which may be empty, and how to compute it.

    `value` and `derivative` take and return float64 arrays of one shape; `jumps` are the points where the function is
    discontinuous, `kinks` those where only its derivative is.
    """

    label: str
    latex: str
    value: Values
    derivative: Values | None = None
    jumps: tuple[float, ...] = ()
    kinks: tuple[float, ...] = ()


def figure(
    functions: Sequence[Curve],
    derivatives: bool = True,
    grid: bool = False,
    interval: tuple[float, float] = (-5.0, 5.0),
) -> Figure:
    """Return a figure of functions and derivatives on an interval.

    One function shares its axes with its derivative. Several stand together, their derivatives beside them; with `grid`
    each has axes of its own. Raises InputError without a function or for an empty interval.
    """
    if not functions:
        raise InputError("there is nothing to plot; name at least one function")
    low, high = map(float, interval)
    if not (np.isfinite([low, high]).all() and low < high):
        raise InputError(f"the interval to plot must be finite with its ends in order, not ({low:g}, {high:g})")
    sloped = derivatives and any(curve.derivative is not None for curve in functions)
    if grid or len(functions) == 1:
        columns = 1 if len(functions) == 1 else 2 if len(functions) in {2, 4} else 3
        scale = 1.5 if len(functions) == 1 else 1.0
        made, axes = _panels(len(functions), columns, scale)
        for ax, curve in zip(axes, functions, strict=True):
            plot_function(ax, curve, (low, high), derivatives)
            ax.set_title(_title(curve, PANEL[0] * scale), fontsize=TITLE_SIZE)
        _legend(made, axes)
        return made
    made, axes = _panels(2 if sloped else 1, 2, 1.5)
    for ax, order in zip(axes, (0, 1), strict=False):
        drawn = [(c, c.derivative if order else c.value) for c in functions]
        for line, (curve, value) in zip(_styles(), drawn, strict=False):
            if value is not None:
                _draw(ax, value, curve, order, (low, high), line, _plain(curve.label))
        _frame(ax, (low, high))
        ax.set_title("$f\\,'(x)$" if order else "$f(x)$", fontsize=TITLE_SIZE)
    _legend(made, axes)
    return made


def plot_function(ax: Axes, curve: Curve, interval: tuple[float, float] = (-5.0, 5.0), derivative: bool = True) -> Axes:
    """Draw a function, solid, and its derivative, dashed, on axes through the origin; return the axes."""
    styles = _styles()
    _draw(ax, curve.value, curve, 0, interval, next(styles), "$f(x)$")
    if derivative and curve.derivative is not None:
        _draw(ax, curve.derivative, curve, 1, interval, next(styles), "$f\\,'(x)$")
    _frame(ax, interval)
    return ax


def save(made: Figure, path: str | os.PathLike[str]) -> None:
    """Write a figure as PNG, SVG or PDF by the ending of `path`, completely or not at all.

    Equal figures give equal files. Raises InputError for another ending or where the file can't be written.
    """
    target = Path(path)
    kind = target.suffix.lower()
    if kind not in _METADATA:
        raise InputError(f"a plot is saved as {', '.join(_METADATA)}, not as {target.name!r}")

    def write(temporary: Path) -> None:
        with mpl.rc_context({"svg.hashsalt": "symact", "svg.fonttype": "path"}):
            made.savefig(temporary, format=kind[1:], dpi=160, metadata=_METADATA[kind])

    write_atomically(target, write)


def _styles() -> Iterator[tuple[str, Any]]:
    while True:
        yield from LINES


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
    if len(entries) > 1:
        columns = min(5, len(entries))
        made.legend(entries.values(), entries.keys(), loc="outside lower center", ncols=columns, frameon=False)


def _evaluated(value: Values, xs: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(all="ignore"):
        found = np.array(np.broadcast_to(np.asarray(value(xs), dtype=np.float64), xs.shape))
    found[~np.isfinite(found)] = np.nan
    return found


def _draw(
    ax: Axes,
    value: Values,
    curve: Curve,
    order: int,
    interval: tuple[float, float],
    line: tuple[str, Any],
    label: str,
) -> None:
    """Draw the smooth parts, not joined across breaks, and a dot for the value and each limit where they differ."""
    low, high = interval
    breaks = sorted({float(at) for at in (*curve.jumps, *(curve.kinks if order else ())) if low < at < high})
    bends = sorted({*breaks, *(float(at) for at in curve.kinks if low < at < high)})
    color, style = line
    xs = np.full(1, np.nan)
    ys = np.full(1, np.nan)
    for start, end in pairwise([low, *bends, high]):
        inside = np.linspace(start, end, POINTS)
        # beside a break, not at it
        inside[0] = np.nextafter(start, end) if start in breaks else start
        inside[-1] = np.nextafter(end, start) if end in breaks else end
        gap = [] if start not in breaks else [np.nan]
        xs = np.concatenate([xs, gap, inside])
        ys = np.concatenate([ys, gap, _evaluated(value, inside)])
    ax.plot(xs, ys, color=color, linestyle=style, linewidth=1.8 if order == 0 else 1.6, label=label, zorder=3)
    for at in breaks:
        _dots(ax, value, at, color)


def _dots(ax: Axes, value: Values, at: float, color: str) -> None:
    """A full dot at the value, open ones at the one-sided limits that differ from it."""
    left, here, right = _evaluated(value, np.array([np.nextafter(at, -np.inf), at, np.nextafter(at, np.inf)]))
    if np.isclose(left, right, rtol=1e-9, atol=1e-12) and np.isclose(left, here, rtol=1e-9, atol=1e-12):
        return
    points = [(y, y if np.isclose(y, here, rtol=1e-9, atol=1e-12) else None) for y in (left, right)]
    for y, filled in points:
        if np.isfinite(y) and filled is None:
            ax.plot([at], [y], "o", color=color, markerfacecolor="white", markersize=4.5, zorder=4)
    if np.isfinite(here):
        ax.plot([at], [here], "o", color=color, markersize=4.5, zorder=5)


def _frame(ax: Axes, interval: tuple[float, float]) -> None:
    """Axes through the origin, a light grid, and a y-range that shows the curves' shape."""
    low, high = interval
    drawn = [np.asarray(line.get_ydata(), dtype=np.float64) for line in ax.get_lines()]
    ys = np.concatenate([*drawn, np.zeros(1)])
    ys = ys[np.isfinite(ys)]
    # what grows out of proportion is cut off at the size of the x-range
    reach = max(abs(low), abs(high), 1.0)
    bottom, top = max(float(ys.min()), -reach), min(float(ys.max()), reach)
    if top - bottom < 1e-12:
        bottom, top = -1.0, 1.0
    pad = 0.06 * (top - bottom)
    ax.set_xlim(low, high)
    ax.set_ylim(bottom - pad, top + pad)
    ax.grid(visible=True, color="#dddddd", linewidth=0.6)
    ax.set_axisbelow(True)
    # the axes go through the origin, their figures stand at the edge, where no curve crosses them
    if low <= 0 <= high:
        ax.axvline(0.0, color=INK, linewidth=0.8, zorder=2)
    ax.axhline(0.0, color=INK, linewidth=0.8, zorder=2)
    for spine in ax.spines.values():
        spine.set_visible(False)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.tick_params(labelsize=8, labelcolor=INK, length=0)
