"""The graph of f, f′ and f″ as lines, dots and labels in coordinates of the page, computed with certain digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr, Rational, S, Symbol, diff, oo

from ..facts.landscape import Landscape, landscape
from ..facts.record import Facts
from ..proof.numbers import balls
from ..render.marks import asymptotes, figure, number, poles, turns

__all__ = ["HEIGHT", "WIDTH", "Dot", "Label", "Line", "Sketch", "sketch"]

#: The size of the page, its margins, and the x that are shown.
WIDTH, HEIGHT = 640, 420
MARGIN = 34
REACH = 5
#: Points of a piece that is as wide as the picture, and how near to its ends the outermost ones lie.
POINTS = 160
NEAR = Rational(1, 10**6)
TICKS = (Rational(1, 10), Rational(1, 5), Rational(1, 2), S.One, S(2))

Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """A line through points; `kind` is f0, f1 or f2 for a derivative, asymptote, axis or grid."""

    kind: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Dot:
    """A value, filled, or a limit that is no value, open, of the derivative of an order."""

    at: Point
    filled: bool
    order: int


@dataclass(frozen=True)
class Label:
    """Words at a point, to its right, to its left or in the middle."""

    at: Point
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Sketch:
    """All lines, dots and labels; y grows downwards."""

    lines: tuple[Line, ...]
    dots: tuple[Dot, ...]
    labels: tuple[Label, ...]


def sketch(facts: Facts) -> Sketch:
    """Return the graph of a function whose parameters all have values, for −5 ≤ x ≤ 5."""
    land = landscape(facts.expression, facts.variable, facts.known)
    runs = [(order, run) for order in (0, 1, 2) for run in _runs(land, order)]
    frame = _Frame([y for order, run in runs for _, y in run if order < 2 or abs(y) < REACH])
    lines = [*frame.axes(), *_asymptotes(facts, land, frame)]
    lines += [Line(f"f{order}", part) for order, run in reversed(runs) for part in frame.visible(run)]
    extrema = tuple(_extrema(land, frame))
    return Sketch(
        tuple(lines), (*_dots(land, frame), *(dot for dot, _ in extrema)), (*frame.figures(), *(t for _, t in extrema))
    )


class _Frame:
    """From coordinates of the function to those of the page."""

    def __init__(self, ys: list[float]) -> None:
        low, high = max(min([*ys, 0.0]), -REACH), min(max([*ys, 0.0]), REACH)
        if high - low < 1e-9:
            low, high = -1.0, 1.0
        pad = 0.06 * (high - low)
        self.low, self.high = low - pad, high + pad
        self.step = next((t for t in TICKS if (self.high - self.low) / t <= 9), S(2))

    def place(self, x: float, y: float) -> Point:
        across = MARGIN + (x + REACH) / (2 * REACH) * (WIDTH - 2 * MARGIN)
        down = MARGIN + (self.high - y) / (self.high - self.low) * (HEIGHT - 2 * MARGIN)
        return round(across, 1), round(down, 1)

    def holds(self, y: float) -> bool:
        return self.low <= y <= self.high

    def visible(self, run: list[Point]) -> Iterator[tuple[Point, ...]]:
        """Yield the parts of a line on the page, cut where they leave it."""
        part: list[Point] = []
        for before, point in zip([None, *run], run, strict=False):
            if self.holds(point[1]):
                if not part and before is not None:
                    part.append(self._crossing(point, before))
                part.append(point)
            elif part:
                yield tuple(self.place(*p) for p in (*part, self._crossing(part[-1], point)))
                part = []
        if part:
            yield tuple(self.place(*p) for p in part)

    def _crossing(self, inside: Point, outside: Point) -> Point:
        (x0, y0), (x1, y1) = inside, outside
        edge = self.high if y1 > self.high else self.low
        return (x0 + (x1 - x0) * (edge - y0) / (y1 - y0), edge) if y1 != y0 else outside

    def axes(self) -> Iterator[Line]:
        for x in range(-REACH + 1, REACH, 2):
            yield Line("grid", (self.place(x, self.low), self.place(x, self.high)))
        for y in self._heights():
            yield Line("grid", (self.place(-REACH, y), self.place(REACH, y)))
        yield Line("axis", (self.place(-REACH, 0), self.place(REACH, 0)))
        yield Line("axis", (self.place(0, self.low), self.place(0, self.high)))

    def _heights(self) -> list[float]:
        first = int(self.low / float(self.step)) - 1
        ticks = [float((first + m) * self.step) for m in range(30)]
        return [y for y in ticks if self.holds(y) and y != 0]

    def figures(self) -> Iterator[Label]:
        for x in range(-REACH + 1, REACH, 2):
            yield Label((self.place(x, 0)[0], HEIGHT - MARGIN / 3), figure(x))
        for y in self._heights():
            yield Label((MARGIN - 6, self.place(0, y)[1] + 4), figure(y), "end")


def _value(expr: Expr, x: Symbol, at: Expr) -> float | None:
    ball = balls.enclose(expr, {x: at}, 96)
    return float(ball.mid()) if ball.is_finite() and ball.rad() < 1e-6 else None


def _runs(land: Landscape, order: int) -> Iterator[list[Point]]:
    """Points of the derivative of an order on every piece, from end to end."""
    x = land.variable
    for piece in land.pieces:
        low, high = (_bounded(end) for end in (piece.left, piece.right))
        if low >= high:
            continue
        expr = diff(piece.expr, x, order)
        count = max(2, int(POINTS * (high - low) / (2 * REACH)) + 1) if expr.has(x) else 1
        ends = (low + (NEAR if piece.left != -oo else 0), high - (NEAR if piece.right != oo else 0))
        found = []
        for m in range(count + 1):
            at = ends[0] + (ends[1] - ends[0]) * m / count
            y = _value(expr, x, at)
            if y is not None:
                found.append((float(at), y))
        if found:
            yield found


def _bounded(end: Expr) -> Rational:
    """An end of a piece as a rational number within the picture."""
    if end == -oo or end == oo:
        return S(REACH if end == oo else -REACH)
    value = end if end.is_Rational else Rational(str(number(end)))
    return max(S(-REACH), min(S(REACH), value))


def _dots(land: Landscape, frame: _Frame) -> Iterator[Dot]:
    """Values and limits of f where it jumps, limits of f′ where it does or has no value."""
    for corner in land.inner_corners:
        at = number(corner.at)
        if abs(at) > REACH:
            continue
        smooth = land.continuous_at(corner)
        for order in (0, 1):
            if order == 0 and smooth:
                continue
            limits = [land.limit(piece, corner.at, order) for piece in (corner.before, corner.after) if piece]
            levels = [level for level in limits if level is not None and level not in (oo, -oo)]
            if order == 1 and smooth and len(levels) == 2 and land.differentiable_at(corner):
                continue
            value = corner.value if order == 0 else None
            for level in dict.fromkeys([*levels, *([value] if value is not None else [])]):
                y = number(level)
                if frame.holds(y):
                    yield Dot(frame.place(at, y), level == value, order)


def _extrema(land: Landscape, frame: _Frame) -> Iterator[tuple[Dot, Label]]:
    """Turning points of f with their coordinates."""
    for turn in turns(land):
        if abs(turn.x) < REACH and frame.holds(turn.y):
            across, down = frame.place(turn.x, turn.y)
            yield Dot((across, down), True, 0), Label((across, down + (-10 if turn.top else 18)), turn.label)


def _asymptotes(facts: Facts, land: Landscape, frame: _Frame) -> Iterator[Line]:
    """Lines that f approaches, on their half of the picture; those at poles from top to bottom."""
    for line in asymptotes(facts):
        points = [(float(x), line.at(x)) for x in (0, line.side * REACH)]
        for part in frame.visible(points):
            yield Line("asymptote", part)
    for x in poles(land):
        if 0 < abs(x) < REACH:  # at 0 there is the axis
            yield Line("asymptote", (frame.place(x, frame.low), frame.place(x, frame.high)))
