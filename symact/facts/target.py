"""An expression that is compared with every function of the catalogue: candidates for scales, shifts and parameters, and proof."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from flint import arb, fmpq
from sympy import Expr, Integer, Rational, S, cancel, exp, nan, oo, together, zoo
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ..catalogue import definitions
from ..definition import Definition
from ..errors import SymactError
from ..proof.algebra.assume import NOTHING, assuming, conjuncts
from ..proof.algebra.field import equal
from ..proof.algebra.signs import SIGNS
from ..proof.functions.shape import Shape, shape
from ..proof.functions.switches import obstacles
from ..proof.numbers import balls
from ..proof.relations.relation import decide_relation
from ..proof.verdict import Proved
from ..symbols import x
from .fingerprint import argument_maps, corner_maps, inner_maps, parameter_values
from .forms import textbook
from .match import Match
from .numbers import simplest
from .places import domain_ends, order
from .references import course, defaults, general

__all__ = ["Target"]

#: Points at which functions are compared before anything is proved.
_POINTS = tuple(Rational(p, 16) for p in (-83, -47, -21, -9, -3, 2, 7, 13, 26, 55, 90))
_BITS = 96


class Target:
    """An expression that is compared with known functions."""

    def __init__(self, expression: Expr, assume: tuple[Relational, ...], gate: bool = False) -> None:
        self.expression, self.assume, self.gate = expression, assume, gate
        #: Numbers for the parameters, so that what differs is told apart before anything is proved.
        names = sorted(expression.free_symbols - {x}, key=str)
        self.sample = {s: Rational(2 * k + 3, 5) for k, s in enumerate(names)}

    @cached_property
    def instance(self) -> Target:
        """The expression with the numbers of the sample for parameters."""
        found = Target(self.expression.subs(self.sample), ())
        found.sample = self.sample
        return found

    @cached_property
    def shape(self) -> Shape:
        return shape(self.expression, x, self.assume)

    @cached_property
    def values(self) -> dict[Rational, arb]:
        """Certain values at points of the domain."""
        if self.expression.free_symbols - {x}:
            return {}
        found = {}
        for point in _POINTS:
            with suppress(SymactError):
                value = balls.enclose(self.expression, {x: point}, _BITS)
                if value.is_finite():
                    found[point] = value
        return found

    def matches(self) -> Iterator[Match]:
        for definition in definitions():
            if definition.vector:
                continue
            with suppress(SymactError):
                found = next(self._of(definition), None)
                if found is not None:
                    yield found

    def _of(self, definition: Definition) -> Iterator[Match]:
        usual, source = defaults(definition)
        if source is not None:
            yield from self._exactly(Match(definition, usual, gate=self.gate))
        if definition.parameters:
            whole = general(definition)
            if len(whole.corners) == len(self.shape.corners):
                for values in parameter_values(whole, self.shape, tuple(usual)):
                    exact = {s: simplest(textbook(v)) for s, v in values.items()}
                    if all(self._holds(p.assume.subs(exact)) for p in definition.parameters):
                        yield from self._exactly(Match(definition, exact, gate=self.gate))
            if not self.expression.free_symbols - {x}:
                yield from self._by_corner(definition, whole)
        if source is None:
            return
        expr = definition.expr.subs(usual)
        if self.expression.free_symbols - {x}:
            yield from self._with_symbols(Match(definition, usual, gate=self.gate), expr, source)
            return
        if not self._may_be(source):
            return
        compiled = balls.compiled(expr, (x,))
        for b, c in inner_maps(source, self.shape):
            if (
                not (b + c).free_symbols
                and self._alike(compiled, b, c)
                and (outer := self._outer(expr, b, c)) is not None
            ):
                yield from self._exactly(Match(definition, usual, simplest(b), simplest(c), *outer, gate=self.gate))

    def _with_symbols(self, match: Match, expr: Expr, source: Shape) -> Iterator[Match]:
        """Scales and shifts that hold parameters, where arguments of functions tell those of the input."""
        compiled, instance = balls.compiled(expr, (x,)), self.instance
        for b, c in dict.fromkeys(argument_maps(source, self.shape)):
            if not instance._alike(compiled, b.subs(instance.sample), c.subs(instance.sample)):
                continue
            (f0, g0), (f1, g1) = (
                tuple(e.subs(x, p).rewrite(exp) for e, p in ((expr, b * at + c), (self.expression, at)))
                for at in (0, 1)
            )
            if (f0 + g0 + f1 + g1).has(nan, zoo, oo, -oo) or equal(f0, f1, self.assume) is not False:
                continue
            scale = textbook(cancel(together((g1 - g0) / (f1 - f0))))
            shift = textbook(cancel(together(g0 - scale * f0)))
            if scale != 0:
                found = replace(match, input_scale=b, input_shift=c, output_scale=scale, output_shift=shift)
                yield from self._exactly(found)

    def _by_corner(self, definition: Definition, whole: Shape) -> Iterator[Match]:
        """Undo a scale and a shift that the only corner and the slope of a line far out tell, then look for parameters."""
        for b, c, a, d in corner_maps(whole, self.shape):
            plain_one = (self.expression.subs(x, (x - c) / b) - d) / a
            for values in parameter_values(
                whole, shape(plain_one, x, ()), tuple(p.symbol for p in definition.parameters)
            ):
                exact = {s: simplest(textbook(v)) for s, v in values.items()}
                if all(self._holds(p.assume.subs(exact)) for p in definition.parameters):
                    yield from self._exactly(Match(definition, exact, b, c, simplest(a), simplest(d), gate=self.gate))

    def _holds(self, condition: Boolean) -> bool:
        """Whether a condition on parameters follows from what is assumed."""
        known = assuming(self.assume)
        return condition != S.false and all(
            r == S.true or (isinstance(r, Relational) and known.signs(r.lhs - r.rhs) <= SIGNS[r.rel_op])
            for r in conjuncts(condition)
        )

    def _exactly(self, match: Match) -> Iterator[Match]:
        if self._proved(match):
            yield match

    def _may_be(self, source: Shape) -> bool:
        """Whether corners and the course far out leave it open that the target is a scaled and shifted function."""
        if len(source.corners) != len(self.shape.corners):
            return False
        courses = course(source), course(self.shape)
        return None in courses or courses[0] == courses[1]

    def _alike(self, function: balls.Compiled, b: Expr, c: Expr) -> bool:
        """Whether balls leave it open that all values are a*f(b*x + c) + d for some a and d."""
        scale, shift = balls.enclose(b, bits=_BITS), balls.enclose(c, bits=_BITS)
        pairs = []
        for point, value in self.values.items():
            with balls.precision(_BITS):
                inner = scale * fmpq(int(point.p), int(point.q)) + shift
            other = function(inner, bits=_BITS)
            if other.is_finite():
                pairs.append((other, value))
        if len(pairs) < 4:
            return False
        with balls.precision(_BITS):
            (f0, g0), rest = pairs[0], pairs[1:]
            base = next(((f, g) for f, g in rest if not (f - f0).contains(0)), None)
            if base is None:
                return False
            ratio = (base[1] - g0) / (base[0] - f0)
            return all((g - g0 - ratio * (f - f0)).contains(0) for f, g in rest)

    def _outer(self, source: Expr, b: Expr, c: Expr) -> tuple[Expr, Expr] | None:
        """a and d from two points."""
        points = []
        for at in (S.Zero, S.One, Integer(-1), Integer(2), Rational(1, 2), Integer(-3), Integer(5)):
            inner, outer = source.subs(x, b * at + c), self.expression.subs(x, at)
            if not (inner + outer).has(nan, zoo, oo, -oo):
                points.append((inner, outer))
        for (f0, g0), (f1, g1) in pairwise(points):
            if order(f0, f1, NOTHING) == 0:
                continue
            a = simplest((g1 - g0) / (f1 - f0))
            return None if a == 0 else (a, simplest(g0 - a * f0))
        return None

    def _proved(self, match: Match) -> bool:
        """Whether the target is the match, on the same domain."""
        expr = match.definition.expr.subs(dict(match.values)).subs(x, match.inner)
        candidate = match.output_scale * expr + match.output_shift
        numbers = (match.input_scale, match.input_shift, match.output_scale, match.output_shift, *match.values.values())
        known = assuming(self.assume)
        if candidate.has(nan, zoo, oo, -oo) or not all(
            known.signs(g) <= allowed for number in numbers for g, allowed in obstacles(number)
        ):
            return False
        if not self.expression.free_symbols - {x}:
            for point, value in self.values.items():
                other = balls.enclose(candidate, {x: point}, _BITS)
                with balls.precision(_BITS):
                    if other.is_finite() and not (other - value).contains(0):
                        return False
        if not isinstance(decide_relation(self.expression, "==", candidate, self.assume), Proved):
            return False
        own, other_shape = self.shape, shape(candidate, x, self.assume)
        ends, others = domain_ends(own), domain_ends(other_shape)
        holes = [[c.at for c in s.corners if c.value is None] for s in (own, other_shape)]
        same_ends = len(ends) == len(others) and all(
            order(a, b, own.known) == 0 for a, b in zip(ends, others, strict=True)
        )
        return (
            same_ends
            and len(holes[0]) == len(holes[1])
            and all(order(a, b, own.known) == 0 for a, b in zip(*holes, strict=True))
        )
