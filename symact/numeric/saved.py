"""The slope as a function of the output: f' = R(f) from the facts, and which piece of f an output belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cmp_to_key
from itertools import pairwise

from sympy import Abs, Eq, Expr, Max, Piecewise, Rational, S
from sympy.logic.boolalg import Boolean

from ..definition import Definition
from ..errors import NotSupportedError, UndecidedError, UnknownSignError
from ..facts.landscape import Landscape
from ..facts.record import Facts
from ..proof.functions.levels import Critical, compare
from ..proof.functions.shape import Shape
from ..proof.functions.switches import obstacles
from ..proof.properties.image import image_of
from ..symbols import f

__all__ = ["slope_of_output"]

#: Levels nearer to each other than this, relatively, may be the same number after rounding to float16 or bfloat16.
NARROW = Rational(1, 64)


@dataclass(frozen=True)
class _Part:
    """Outputs from `low` to `high`, of a piece on which f' = relation(f)."""

    low: Expr
    high: Expr
    relation: Expr

    @property
    def flat(self) -> bool:
        """Whether f is constant on the piece."""
        return bool(self.low == self.high)


def slope_of_output(definition: Definition) -> Definition:
    """Return R as a function of f with R(f(x)) = f'(x) where f is differentiable; each piece's relation is proved.

    Where the signs of parameters decide, R is for their defaults, and has none. A level on which f is constant on an interval has
    slope 0. Raises NotSupportedError where the output doesn't tell the slope, or no relation was found.
    """
    try:
        return _named(definition, _slope(definition))
    except (NotSupportedError, UndecidedError) as reason:
        defaults = {p.symbol: p.default for p in definition.parameters}
        if not defaults or None in defaults.values():
            raise _refusal(definition, reason) from reason
    slopes = tuple((at.subs(defaults), slope.subs(defaults)) for at, slope in definition.slopes)
    special = replace(definition, expr=definition.expr.subs(defaults), parameters=(), slopes=slopes)
    try:
        return _named(special, _slope(special))
    except (NotSupportedError, UndecidedError) as reason:
        raise _refusal(definition, reason) from reason


def _refusal(definition: Definition, reason: Exception) -> NotSupportedError:
    return NotSupportedError(
        f"the slope of {definition.name} can't be had from its output ({reason}); vjp() with saved='input' takes x"
    )


def _named(definition: Definition, slope: Expr) -> Definition:
    return Definition(
        f"{definition.name}_slope_of_output", slope, f"{definition.title}, the slope from the output",
        definition.parameters, variable=f, source=definition.source,
    )  # fmt: skip


def _slope(definition: Definition) -> Expr:
    facts = Facts(definition)
    relations = facts.relations
    for piece, relation in zip(facts.pieces.pieces, relations, strict=True):
        if relation is None:
            raise NotSupportedError(f"no relation between f' and f was found for {piece.expr}")
        if relation.has(facts.variable):
            raise NotSupportedError(f"f' = {relation} takes {facts.variable} too")
        for g, allowed in obstacles(relation):
            if not g.has(f) and not facts.known.signs(g) <= allowed:
                raise UnknownSignError(g)
    first, *others = dict.fromkeys(relations)
    assert first is not None
    return _by_parts(facts) if others else first


def _by_parts(facts: Facts) -> Expr:
    """One relation after another, by the outputs of the pieces, which mustn't overlap."""
    known, land = facts.known, facts.landscape(facts.known)
    if len(land.pieces) != len(facts.relations):
        raise NotSupportedError("the pieces of f aren't those of f'")
    parts = [part for k, relation in enumerate(facts.relations) for part in _parts(land, k, relation)]
    parts.sort(key=cmp_to_key(lambda a, b: compare(a.low, b.low, known) or compare(a.high, b.high, known)))
    at_corners = [(c.value, facts.derivative.value_at.get(c.at)) for c in land.corners if c.value is not None]
    branches: list[tuple[Expr, Boolean]] = []
    reach = parts[0]
    for left, right in pairwise(parts):
        reach = left if compare(left.high, reach.high, known) >= 0 else reach
        if reach.relation == right.relation:
            continue
        gap = compare(right.low, reach.high, known)
        if gap < 0:
            raise NotSupportedError(f"outputs between {right.low} and {reach.high} occur with different slopes")
        branches += _cut(reach, right, gap > 0, at_corners)
    last = parts[-1] if compare(parts[-1].high, reach.high, known) >= 0 else reach
    return Piecewise(*branches, (last.relation, True))


def _parts(land: Landscape, number: int, relation: Expr | None) -> list[_Part]:
    assert relation is not None
    spans = image_of(Shape(land.variable, (land.pieces[number],), (), land.known))
    if any(isinstance(level, Critical) for span in spans for level in (span.low, span.high)):
        raise NotSupportedError("a turning point has no closed form")
    return [_Part(S(span.low), S(span.high), relation) for span in spans]


def _cut(
    left: _Part, right: _Part, gap: bool, at_corners: Sequence[tuple[Expr, Expr | None]]
) -> list[tuple[Expr, Boolean]]:
    """The branches up to where the outputs of the right part begin."""
    if gap:
        between = (right.low - left.high) / Max(Abs(left.high), Abs(right.low))
        if between.is_number and between < NARROW:
            raise NotSupportedError(f"rounded outputs don't tell {left.high} from {right.low}")
        return [(left.relation, f < (left.high + right.low) / 2)]
    level = right.low
    if left.flat and right.flat:
        raise NotSupportedError(f"the output {level} occurs with different slopes")
    if left.flat or right.flat:
        if not _kept_by_rounding(level):
            raise NotSupportedError(f"rounded outputs don't tell on which side of {level} they were")
        return [(left.relation, f <= level if left.flat else f < level)]
    for value, slope in at_corners:
        if value == level and slope is not None:
            return [(left.relation, f < level), (slope, Eq(f, level))]
    return [(left.relation, f < level)]


def _kept_by_rounding(level: Expr) -> bool:
    """Whether a level is a number of every floating-point format, bfloat16 with its 8 bits and float16 with its range too."""
    if not isinstance(level, Rational):
        return False
    bits = abs(int(level.p))
    odd = bits // (bits & -bits) if bits else 0
    denominator = int(level.q)
    return odd < 256 and denominator & (denominator - 1) == 0 and denominator <= 2**14 and bits < 2**15 * denominator
