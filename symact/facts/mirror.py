"""Whether a function is its own mirror image, turned about a point or folded about a line, proved or excluded."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sympy import Expr, Symbol, count_ops, diff, factor_terms, nan, oo, zoo

from ..errors import InputError, NotSupportedError, UndecidedError, UnknownSignError
from ..proof.algebra.assume import Assumptions
from ..proof.algebra.field import equal
from ..proof.functions.pieces import Piece
from ..proof.functions.shape import Shape, same, within
from .forms import textbook
from .places import domain_ends, limit, order, samples, value_at

__all__ = ["centre_of", "identical", "is_centre", "mirrored"]


def centre_of(curve: Shape, centre: Expr) -> tuple[Expr, Expr]:
    """Return a centre of symmetry in its shortest form."""
    height = _height(curve, centre)
    assert height is not None
    return textbook(centre, curve.known), textbook(height, curve.known)


def is_centre(curve: Shape, centre: Expr) -> bool:
    """Return whether f(2*centre - x) = 2*d - f(x) on the domain for some d; raises as `parity`."""
    height = _height(curve, centre)
    return height is not None and mirrored(curve, centre, -1, 2 * height)


def mirrored(curve: Shape, centre: Expr, sign: int, total: Expr) -> bool:
    """Return whether f(x) = sign*f(2*centre - x) + total, on a domain that is symmetric about the centre."""
    x, known = curve.variable, curve.known

    def there(point: Expr) -> Expr:
        return -point if point in (oo, -oo) else 2 * centre - point

    def turned(value: Expr) -> Expr:
        return sign * value + total

    ends = domain_ends(curve)
    if len(ends) != len(_reflected(ends, there)) or any(
        order(a, b, known) for a, b in zip(ends, _reflected(ends, there), strict=True)
    ):
        return False
    images = [Piece(there(p.right), there(p.left), turned(p.expr.subs(x, there(x)))) for p in reversed(curve.pieces)]
    for piece in curve.pieces:
        for image in images:
            low = image.left if order(piece.left, image.left, known) < 0 else piece.left
            high = image.right if order(piece.right, image.right, known) > 0 else piece.right
            if order(low, high, known) < 0 and not identical(piece.expr, image.expr, x, low, high, known):
                return False
    for corner in curve.corners:
        image_value = value_at(curve, there(corner.at))
        if (corner.value is None) != (image_value is None):
            return False
        if corner.value is not None and not _equals(corner.value, turned(image_value), known):
            return False
    return True


def _reflected(ends: list[Expr], there: Callable[[Expr], Expr]) -> list[Expr]:
    return [there(end) for end in reversed(ends)]


def identical(a: Expr, b: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> bool:
    """Return whether two expressions are equal on an interval for all parameters; False means: for none of them."""
    gap = a - b
    if gap == 0:
        return True
    inside = within(x, Piece(low, high, gap), known)
    try:
        verdict = equal(a, b, inside.relations)
    except InputError:
        raise UndecidedError("what is known of the parameters leaves a case that was not excluded") from None
    if verdict is True:
        return True
    if gap.free_symbols <= {x}:
        if verdict is None:
            raise UndecidedError(f"whether {a} and {b} are equal was not decided")
        return False
    values = [
        limit for end, side in ((low, 1), (high, -1)) if (limit := _end_value(gap, x, end, side, known)) is not None
    ]
    values += (gap.subs(x, point) for point in samples(low, high))
    if known.sign(low) == -1 and known.sign(high) == 1:
        values += (diff(gap, x, k).subs(x, 0) for k in (1, 2, 3))
    return _never_zero(values, known)


def _end_value(gap: Expr, x: Symbol, end: Expr, side: int, known: Assumptions) -> Expr | None:
    """A limit, or what decides about it; None where there is none."""
    try:
        return limit(gap, x, end, side, known)
    except UnknownSignError as unknown:
        return unknown.expr if isinstance(unknown.expr, Expr) and not unknown.expr.has(x) else None
    except (UndecidedError, NotSupportedError):
        return None


def _equals(a: Expr, b: Expr, known: Assumptions) -> bool:
    verdict = same(a, b, known)
    if verdict is None and not (a - b).free_symbols:
        raise UndecidedError(f"whether {a} and {b} are equal was not decided")
    if verdict is True or not (a - b).free_symbols:
        return verdict is True
    return _never_zero([a - b], known)


def _never_zero(gaps: Iterable[Expr], known: Assumptions) -> bool:
    """Return False where one of the gaps is not 0 for any parameters; raise UnknownSignError where that depends on them."""
    found = [gap for gap in map(factor_terms, gaps) if not gap.has(nan, zoo)]
    if any(gap in (oo, -oo) or 0 not in known.signs(gap) for gap in found):
        return False
    open_ones = [gap for gap in found if gap.free_symbols]
    if not open_ones:
        raise UndecidedError("whether two parts of the function are equal was not decided")
    raise UnknownSignError(min(open_ones, key=lambda gap: (count_ops(gap), str(gap))))


def _height(curve: Shape, centre: Expr) -> Expr | None:
    """The only d that a centre (centre, d) may have; None where f(centre + t) and f(centre - t) aren't both defined."""
    value = value_at(curve, centre)
    if value is not None:
        return value
    for piece in curve.pieces:
        for point in samples(piece.left, piece.right):
            other = value_at(curve, 2 * centre - point)
            if other is not None:
                return (piece.expr.subs(curve.variable, point) + other) / 2
    return None
