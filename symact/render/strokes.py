"""What is drawn on matplotlib axes: curves without false joins, dots at jumps, marks at kinks and turning points, asymptotes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from .marks import Asymptote, Turn

__all__ = ["INK", "Curve", "Stroke", "draw", "draw_asymptotes", "draw_marks", "frame"]

Values = Callable[[NDArray[np.float64]], Any]
Interval = tuple[float, float]
Box = tuple[float, float, float, float]

#: Points of each smooth part.
POINTS = 801
INK = "#333333"
PALE = "#777777"
DOT = 4.5
#: The share of the height that a label takes, and of the width at the edges within which it stands to one side.
HEADROOM = 0.11
EDGE = 0.15
#: Of a label: its size in points, and the width of a character as a share of that.
LABEL_SIZE, CHARACTER = 8, 0.6
#: matplotlib lists nothing by this label.
UNLISTED = "_nolegend_"


@dataclass(frozen=True)
class Curve:
    """A function to be plotted: its name, its formula in LaTeX, which may be empty, and how to compute it.

    `values` are the function and its first derivatives; they take and return float64 arrays of one shape. `breaks` are
    the points where each of them is discontinuous. `turns` are local extrema, `poles` points where the function grows
    beyond all bounds.
    """

    label: str
    latex: str
    values: tuple[Values, ...]
    breaks: tuple[tuple[float, ...], ...] = ()
    turns: tuple[Turn, ...] = ()
    asymptotes: tuple[Asymptote, ...] = ()
    poles: tuple[float, ...] = ()

    def broken(self, order: int) -> set[float]:
        """Return where the derivative of an order has no value that continues it."""
        return {at for breaks in self.breaks[: order + 1] for at in breaks}

    @property
    def kinks(self) -> set[float]:
        """Where the function is continuous and its derivative isn't."""
        return self.broken(1) - self.broken(0)


@dataclass(frozen=True)
class Stroke:
    """Colour, line style and width of a curve, and what the legend calls it."""

    color: str
    style: Any
    width: float
    label: str


def draw(ax: Axes, curve: Curve, order: int, interval: Interval, stroke: Stroke) -> None:
    """Draw the smooth parts of a derivative, not joined across breaks, and a dot for each value and limit that differ."""
    low, high = interval
    value = curve.values[order]
    breaks = sorted(at for at in curve.broken(order) if low < at < high)
    bends = sorted(at for at in {*breaks, *curve.broken(order + 1)} if low < at < high)
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
    ax.plot(
        xs,
        ys,
        color=stroke.color,
        linestyle=stroke.style,
        linewidth=stroke.width,
        label=stroke.label,
        zorder=4 - order / 4,
    )
    for at in breaks:
        _dots(ax, value, at, stroke.color)


def draw_marks(ax: Axes, curve: Curve, interval: Interval, color: str, labelled: bool = True) -> None:
    """Mark kinks by a diamond and turning points by a dot, with its coordinates where these have room."""
    low, high = interval
    turns = {turn.x: turn for turn in curve.turns if low < turn.x < high}
    for at in sorted(curve.kinks - turns.keys()):
        if low < at < high:
            height = _evaluated(curve.values[0], np.array([at]))
            ax.plot([at], height, "D", color=color, markersize=DOT, label="kink", zorder=5)
    for turn in turns.values():
        marker = "D" if turn.x in curve.kinks else "o"
        ax.plot([turn.x], [turn.y], marker, color=color, markersize=DOT, label=UNLISTED, zorder=5)
    if labelled:
        _labels(ax, turns.values(), interval)


def _labels(ax: Axes, turns: Iterable[Turn], interval: Interval) -> None:
    """Write coordinates above or below turning points, the largest first; none over another."""
    bottom, top = ax.get_ylim()
    room = HEADROOM * (top - bottom)
    shown = [turn for turn in turns if bottom < turn.y < top]
    ax.set_ylim(
        min([bottom, *(turn.y - room for turn in shown if not turn.top)]),
        max([top, *(turn.y + room for turn in shown if turn.top)]),
    )
    written: list[Box] = []
    for turn in sorted(shown, key=lambda turn: (-abs(turn.y), abs(turn.x))):
        place = (turn.x - interval[0]) / (interval[1] - interval[0])
        side = "left" if place < EDGE else "right" if place > 1 - EDGE else "center"
        box = _box(ax, turn, place, side)
        if any(_overlap(box, other) for other in written):
            continue
        written.append(box)
        ax.annotate(
            turn.label,
            (turn.x, turn.y),
            (0, 6 if turn.top else -6),
            textcoords="offset points",
            ha=side,
            va="bottom" if turn.top else "top",
            fontsize=LABEL_SIZE,
            color=INK,
            bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.8},
            zorder=6,
        )


def _box(ax: Axes, turn: Turn, place: float, side: str) -> Box:
    """About where a label lies, in shares of the width and the height: left, right, bottom and top."""
    points = 72 * ax.get_window_extent().width / ax.figure.dpi
    width = CHARACTER * LABEL_SIZE * len(turn.label) / points
    left = place - {"left": 0, "center": width / 2, "right": width}[side]
    bottom, top = ax.get_ylim()
    height = (turn.y - bottom) / (top - bottom)
    return (left, left + width, *((height, height + HEADROOM) if turn.top else (height - HEADROOM, height)))


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]


def draw_asymptotes(ax: Axes, curve: Curve, interval: Interval) -> None:
    """Draw dashed lines that the function approaches, on their side of the origin, and at its poles."""
    low, high = interval
    for line in curve.asymptotes:
        ends = [max(low, 0.0), high] if line.side > 0 else [low, min(high, 0.0)]
        if ends[0] < ends[1]:
            _asymptote(ax, ends, [line.at(x) for x in ends])
    for at in curve.poles:
        if low < at < high:
            bottom, top = ax.get_ylim()
            _asymptote(ax, [at, at], [bottom, top])


def _asymptote(ax: Axes, xs: list[float], ys: list[float]) -> None:
    ax.plot(xs, ys, color=PALE, linestyle=(0, (4, 3)), linewidth=1.0, label="asymptote", zorder=2.5)


def frame(ax: Axes, interval: Interval) -> None:
    """Set axes through the origin, a light grid, and a y-range that shows the curves' shape."""
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
        ax.axvline(0.0, color=INK, linewidth=0.8, zorder=2, label=UNLISTED)
    ax.axhline(0.0, color=INK, linewidth=0.8, zorder=2, label=UNLISTED)
    for spine in ax.spines.values():
        spine.set_visible(False)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.tick_params(labelsize=8, labelcolor=INK, length=0)


def _evaluated(value: Values, xs: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(all="ignore"):
        found = np.array(np.broadcast_to(np.asarray(value(xs), dtype=np.float64), xs.shape))
    found[~np.isfinite(found)] = np.nan
    return found


def _dots(ax: Axes, value: Values, at: float, color: str) -> None:
    """A full dot at the value, open ones at the one-sided limits that differ from it."""
    left, here, right = _evaluated(value, np.array([np.nextafter(at, -np.inf), at, np.nextafter(at, np.inf)]))
    if _alike(left, right) and _alike(left, here):
        return
    shape: dict[str, Any] = {"color": color, "markersize": DOT, "label": UNLISTED}
    for y in (left, right):
        if np.isfinite(y) and not _alike(y, here):
            ax.plot([at], [y], "o", markerfacecolor="white", zorder=5, **shape)
    if np.isfinite(here):
        ax.plot([at], [here], "o", zorder=6, **shape)


def _alike(a: float, b: float) -> bool:
    return bool(np.isclose(a, b, rtol=1e-9, atol=1e-12))
