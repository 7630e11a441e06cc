"""What may relate one function to another: candidates for parameters, and for the scale and shift of the input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product

from sympy import Expr, Function, Pow, Rational, S, Symbol, diff, exp, nan, oo, preorder_traversal, zoo

from ..errors import SymactError
from ..proof.functions.shape import Shape
from .places import limit, order, value_at
from .solving import solutions
from .symmetry import point_symmetry

__all__ = ["argument_maps", "corner_maps", "inner_maps", "parameter_values"]
#: Scales of the input beside those that the arguments of functions suggest.
_SCALES = tuple(S(1) * n for n in (1, -1))
_HARMONICS = (S.One, S(2), S.Half)

Values = dict[Symbol, Expr]


def inner_maps(f: Shape, g: Shape) -> Iterator[tuple[Expr, Expr]]:
    """Yield candidates (b, c) for g(x) = a*f(b*x + c) + d, simple ones and those that are found quickly first."""
    found: dict[tuple[Expr, Expr], None] = {}
    for b, c in _inner_maps(f, g):
        if (b, c) not in found and b != 0 and not (b + c).has(oo, -oo, nan, zoo):
            found[(b, c)] = None
            yield b, c


def argument_maps(f: Shape, g: Shape) -> Iterator[tuple[Expr, Expr]]:
    """Yield candidates (b, c) for g(x) = a*f(b*x + c) + d that the arguments of functions in f and g suggest."""
    yield from ((b, S.Zero) for b in _SCALES)
    for (k, *coefficients), (n, *others) in product(_arguments(f), _arguments(g)):
        if k == n:
            yield from _matched(k, coefficients, others)


def _inner_maps(f: Shape, g: Shape) -> Iterator[tuple[Expr, Expr]]:
    scales: list[Expr] = []
    for b, c in argument_maps(f, g):
        yield b, c
        scales.append(b)
    ends, others = [c.at for c in f.corners], [c.at for c in g.corners]
    if len(ends) == len(others) > 1:
        for first, last in ((ends[0], ends[-1]), (ends[-1], ends[0])):
            b = (last - first) / (others[-1] - others[0])
            yield b, first - b * others[0]
    scales = list(dict.fromkeys(scales))
    yield from ((b, p - b * q) for b in scales for p, q in product(ends, others))
    yield from ((b, c) for b in scales if (c := _by_asymptotes(f, g, b)) is not None)
    centre = _centre(g)
    other = None if centre is None else _centre(f)
    if centre is not None and other is not None:
        yield from ((b, other - b * centre) for b in scales)


def corner_maps(f: Shape, g: Shape) -> Iterator[tuple[Expr, Expr, Expr, Expr]]:
    """Yield candidates (b, c, a, d) for g(x) = a*f(b*x + c) + d where both have one corner, and a line far out to one side.

    f may have parameters, but not in the corner, its value or the slope of the line.
    """
    if len(f.corners) != 1 or len(g.corners) != 1:
        return
    (p,), (q,) = f.corners, g.corners
    if p.value is None or q.value is None:
        return
    for b in _SCALES:
        for end in (oo, -oo):
            source, target = _line(f, end if b == 1 else -end), _line(g, end)
            if source is None or target is None or source[0] == 0 or target[0] == 0:
                continue
            a = target[0] / (b * source[0])
            found = (b, p.at - b * q.at, a, q.value - a * p.value)
            if not any(part.free_symbols for part in found):
                yield found


@lru_cache(256)
def _arguments(curve: Shape) -> list[tuple[int, Expr, Expr, Expr]]:
    """Degree and the first, second and last coefficient of polynomials in x inside functions and powers."""
    x = curve.variable
    found: dict[tuple[int, Expr, Expr, Expr], None] = {}
    for piece in curve.pieces:
        for node in preorder_traversal(piece.expr):
            inner = node.exp if isinstance(node, exp) else node.args[0] if isinstance(node, Function | Pow) else None
            poly = None if inner is None or not inner.has(x) else inner.as_poly(x)
            if poly is not None and poly.degree() >= 1 and inner != x:
                k = poly.degree()
                found[(k, poly.nth(k), poly.nth(k - 1), poly.nth(0))] = None
            elif inner == x:
                found[(1, S.One, S.Zero, S.Zero)] = None
    return list(found)


def _matched(k: int, f: Sequence[Expr], g: Sequence[Expr]) -> Iterator[tuple[Expr, Expr]]:
    """b and c with p(b*x + c) = r*q(x) for polynomials p and q, compared by their coefficients; r is 1, -1, 2 or 1/2."""
    (top, second, free), (other_top, other_second, other_free) = f, g
    for r in (*_HARMONICS, *(-h for h in _HARMONICS)):
        ratio = r * other_top / top
        if k % 2 == 0 and ratio.is_negative:
            continue
        root = ratio if k == 1 else abs(ratio) ** (S.One / k) * (1 if ratio.is_positive else -1)
        for b in (root, -root) if k % 2 == 0 else (root,):
            yield (
                b,
                (r * other_second / b ** (k - 1) - second) / (k * top) if k > 1 else (r * other_second - second) / top,
            )
    if k == 2 and free != 0 and other_free != 0 and (ratio := other_top * free / (top * other_free)).is_positive:
        yield ratio**S.Half, S.Zero
        yield -(ratio**S.Half), S.Zero


@lru_cache(256)
def _centre(curve: Shape) -> Expr | None:
    try:
        found = point_symmetry(curve)
    except SymactError:
        return None
    return None if found is None else found[0]


@lru_cache(512)
def _line(curve: Shape, end: Expr) -> tuple[Expr, Expr] | None:
    """Slope and height of the asymptote at ±oo, where there is one."""
    x, known = curve.variable, curve.known
    piece = curve.pieces[0 if end == -oo else -1]
    side = 1 if end == -oo else -1
    if end not in (piece.left, piece.right):
        return None
    try:
        slope = limit(diff(piece.expr, x), x, end, side, known)
        if slope is None or slope in (oo, -oo):
            return None
        height = limit((piece.expr - slope * x).expand(), x, end, side, known)
    except SymactError:
        return None
    return None if height is None or height in (oo, -oo) else (slope, height)


def _by_asymptotes(f: Shape, g: Shape, b: Expr) -> Expr | None:
    """c from both asymptotes where one is horizontal and the other isn't."""
    for end in (-oo, oo):
        source = end if b.is_positive else -end
        lines = [line for at in ((f, source), (f, -source), (g, end), (g, -end)) if (line := _line(*at)) is not None]
        if len(lines) != 4:
            continue
        (slope, height), (flat, level), (other_slope, other_height), (other_flat, other_level) = lines
        if slope == 0 or flat != 0 or other_flat != 0 or other_slope == 0:
            continue
        a = other_slope / (b * slope)
        d = other_level - a * level
        c: Expr = (other_height - a * height - d) / (a * slope)
        return c
    return None


def parameter_values(f: Shape, g: Shape, symbols: tuple[Symbol, ...]) -> Iterator[Values]:
    """Yield values of parameters at which f and g agree in limits, asymptotes, corners, values and slopes."""
    equations = [(a, b) for a, b in zip(_invariants(f), _invariants(g), strict=True) if a is not None and b is not None]
    yield from _solved(equations, {}, symbols)


def _solved(equations: list[tuple[Expr, Expr]], values: Values, symbols: tuple[Symbol, ...]) -> Iterator[Values]:
    left = [s for s in symbols if s not in values]
    if not left:
        yield values
        return
    for expr, value in equations:
        plain = expr.subs(values)
        unknown = plain.free_symbols & set(left)
        if len(unknown) == 1:
            (s,) = unknown
            roots = [r.subs(s, value) for r in solutions(plain, s)]
            roots = [r for r in roots if r.is_real and not r.has(oo, -oo, nan, zoo)]
            for root in roots:
                yield from _solved(equations, {**values, s: root}, symbols)
            if roots:
                return


@lru_cache(256)
def _invariants(curve: Shape) -> list[Expr | None]:
    """Numbers that equal functions have in common, in a fixed order; None where one isn't known."""
    found: list[Expr | None] = []
    for end in (-oo, oo):
        line = _line(curve, end)
        found += [None, None] if line is None else [*line]
    corners = [*curve.corners[:3], *[None] * (3 - len(curve.corners[:3]))]
    for corner in corners:
        found += [None, None] if corner is None else [corner.at, corner.value]
        for piece in (None, None) if corner is None else (corner.before, corner.after):
            for n in (0, 1, 2):
                found.append(None if corner is None or piece is None else _derivative(curve, piece.expr, corner.at, n))
    for at in (S.Zero, Rational(-1)):
        inside = _inside(curve, at)
        found += [None if inside is None else _derivative(curve, inside, at, n) for n in (0, 1, 2)]
    return found


def _inside(curve: Shape, at: Expr) -> Expr | None:
    try:
        if value_at(curve, at) is None:
            return None
        inner = (p for p in curve.pieces if order(p.left, at, curve.known) < 0 < order(p.right, at, curve.known))
        return next((p.expr for p in inner), None)
    except SymactError:
        return None


def _derivative(curve: Shape, expr: Expr, at: Expr, n: int) -> Expr | None:
    value = diff(expr, curve.variable, n).subs(curve.variable, at)
    return None if value.has(nan, zoo, oo, -oo) else value
