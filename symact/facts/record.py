"""All that is known of one function, computed when asked for and shared between facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from sympy import Abs, And, Expr, Interval, Piecewise, S, Symbol, oo
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ..definition import Definition, Parameter
from ..errors import ContradictionError, InputError, NotSupportedError, UndecidedError
from ..named import unfold
from ..proof.algebra.assume import Assumptions, assuming, conjuncts
from ..proof.algebra.field import equal
from ..proof.functions.pieces import Join, Piece, Pieces, split
from ..proof.functions.shape import as_condition
from ..symbols import f as output
from .cases import by_cases, combined, equations
from .forms import textbook
from .output_relation import output_relation
from .values import needed, restriction, with_plain_exponents, with_values

if TYPE_CHECKING:
    from .cycle import Cycle
    from .landscape import Landscape
    from .threads import Threads

__all__ = ["Facts", "span"]

#: An answer and the conditions on parameters under which it holds.
Case = tuple[tuple[Relational, ...], Expr | None]


@dataclass(frozen=True)
class Facts:
    """Facts about f with parameter values put in, on its natural domain or on an interval, under assumptions.

    Every attribute raises UndecidedError or NotSupportedError, with the reason, where it can't be established.
    """

    definition: Definition
    values: Mapping[Symbol, Expr] = field(default_factory=dict)
    on: Interval | None = None
    assume: tuple[Boolean, ...] = ()

    @property
    def variable(self) -> Symbol:
        """The x of f(x)."""
        return self.definition.variable

    @cached_property
    def known(self) -> Assumptions:
        """The domains of the parameters, what was assumed besides, and without what f has no value at all, as a != 0 in x/a."""
        return self._assumed & self._needed

    @property
    def _domains(self) -> list[Boolean]:
        return [p.assume.subs(dict(self.values)) for p in self.definition.parameters]

    @cached_property
    def _assumed(self) -> Assumptions:
        return assuming(*self._domains, self.assume)

    @cached_property
    def _needed(self) -> tuple[Boolean, ...]:
        """What must hold besides for f to have a value anywhere."""
        found = []
        for g, allowed in needed(self.expression, self.variable):
            signs = self._assumed.signs(g)
            if signs.isdisjoint(allowed):
                raise ContradictionError(f"f has no value anywhere: {_text(as_condition(g, allowed))} doesn't hold")
            if not signs <= allowed:
                found.append(as_condition(g, allowed))
        return tuple(found)

    @property
    def stated(self) -> list[str]:
        """What is known of the parameters and of x, as texts of the claim language."""
        relations = (*self.known.relations, *restriction(self.variable, self.on))
        return [_text(r) for r in relations if isinstance(r, Relational)]

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The definition's parameters, and letters in the values that were given to them."""
        own = self.definition.parameters
        letters = {s for value in self.values.values() for s in value.free_symbols} - {p.symbol for p in own}
        domains = {s: And(*(d for d in self._domains if s in d.free_symbols)) for s in sorted(letters, key=str)}
        return (*own, *(Parameter(s, None, domain) for s, domain in domains.items()))

    def domain_of(self, parameter: Parameter) -> str:
        """Return what is known of a parameter, "" if nothing is: its domain, what was assumed, what f needs to have values."""
        more = (r for r in (*self.assume, *self._needed) if parameter.symbol in r.free_symbols)
        parts = (part for r in (parameter.assume, *more) for part in conjuncts(r) if part != S.true)
        return " and ".join(dict.fromkeys(map(_text, parts)))

    @cached_property
    def expression(self) -> Expr:
        """The definition with the values put in, and functions of the catalogue in it written out."""
        return with_values(unfold(self.definition.expr), dict(self.values))

    @cached_property
    def slopes(self) -> tuple[tuple[Expr, Expr], ...]:
        """Kinks and the slope used there by convention."""
        values = dict(self.values)
        return tuple((at.subs(values), slope.subs(values)) for at, slope in self.definition.slopes)

    @cached_property
    def pieces(self) -> Pieces:
        """The function as smooth pieces."""
        if self.definition.vector:
            raise NotSupportedError(
                f"{self.definition.name} maps vectors; this is known of functions of one variable only"
            )
        return split(self._plain(self.known), self.variable, self.known, self.on)

    def landscape(self, known: Assumptions) -> Landscape:
        """Return the function's landscape where, besides, `known` holds."""
        from .landscape import landscape  # sign charts take long to load, and derivatives don't need them

        return landscape(self._plain(known), self.variable, known, self.on)

    def _plain(self, known: Assumptions) -> Expr:
        """The expression with the values that `known` gives to parameters, and without parameters in exponents of what may be 0."""
        plain = with_plain_exponents(self.expression, self.variable, known, restriction(self.variable, self.on))
        return with_values(plain, equations(known.relations))

    def repeating(self, known: Assumptions) -> Cycle | None:
        """Return how the function repeats itself on the line where, besides, `known` holds; None where that isn't seen."""
        from .cycle import cycle

        if self.on is not None or self.definition.vector:
            return None
        return cycle(with_values(self.expression, equations(known.relations)), self.variable, known)

    def threads(self, known: Assumptions) -> Threads | None:
        """Return the function as threads of its waves where, besides, `known` holds; None where it isn't such a one."""
        from .threads import threads

        if self.on is not None or self.definition.vector:
            return None
        return threads(with_values(self.expression, equations(known.relations)), self.variable, known)

    @property
    def joins(self) -> tuple[Join, ...]:
        """The points where pieces meet."""
        return self.pieces.joins

    @cached_property
    def derivative(self) -> Pieces:
        """f′ piece by piece in textbook form; at kinks the slope by convention."""
        return self._differentiated(self.pieces, self.slopes)

    @cached_property
    def second_derivative(self) -> Pieces:
        """f″ piece by piece in textbook form."""
        return self._differentiated(self.derivative, ())

    def _differentiated(self, pieces: Pieces, slopes: tuple[tuple[Expr, Expr], ...]) -> Pieces:
        raw = pieces.derivative(slopes)
        short = tuple(Piece(p.left, p.right, textbook(p.expr, self.within(p), self.variable)) for p in raw.pieces)
        return replace(raw, pieces=short)

    def within(self, piece: Piece) -> Assumptions:
        """Return what is known inside a piece."""
        return self.known & span(self.variable, piece)

    def limit(self, side: int) -> Expr | None:
        """Return the limit at -oo (side = -1) or oo (side = 1), None if there is none; a Piecewise where parameters decide."""
        return combined(self.limit_cases(side))

    def limit_cases(self, side: int) -> list[Case]:
        """Return the limit with the conditions on parameters under which it holds."""
        return by_cases(self.known, lambda known: replace(self.pieces, known=known).limit(side))

    def asymptote(self, side: int) -> Expr | None:
        """Return the line f approaches at -oo (side = -1) or oo (side = 1), None if there is none; a Piecewise as above."""
        return combined(self.asymptote_cases(side))

    def asymptote_cases(self, side: int) -> list[Case]:
        """Return the line f approaches with the conditions on parameters under which it does."""
        from .asymptotes import asymptote

        piece, end = self.pieces.pieces[0 if side < 0 else -1], side * oo
        if end not in (piece.left, piece.right):
            return [((), None)]
        return by_cases(self.known, lambda known: asymptote(piece.expr, self.variable, end, known))

    @cached_property
    def relations(self) -> tuple[Expr | None, ...]:
        """f′ in terms of the output f, for every piece; None where elimination finds nothing."""
        return tuple(output_relation(p.expr, self.variable, self.within(p)) for p in self.pieces.pieces)

    @cached_property
    def output_relation(self) -> Expr | None:
        """f′ = R(f) as one expression, a Piecewise in x where the pieces differ; None where a piece has none."""
        if any(r is None for r in self.relations):
            return None
        if len(set(self.relations)) == 1:
            return self.relations[0]
        if (mirrored := self._mirrored_relation()) is not None:
            return mirrored
        pairs = zip(self.relations, self.pieces.pieces, strict=True)
        return Piecewise(*((relation, p.right == oo or self.variable < p.right) for relation, p in pairs))

    def _mirrored_relation(self) -> Expr | None:
        """R(|f|) where f' = R(-f) for x < 0, f' = R(f) for x > 0, and f has the sign of x."""
        if len(self.relations) != 2 or self.pieces.pieces[0].right != 0:
            return None
        left, right = self.relations
        if left is None or right is None or equal(left.subs(output, -output), right) is not True:
            return None
        signs = [self.within(p).signs(p.expr) for p in self.pieces.pieces]
        return right.subs(output, Abs(output)) if signs == [{-1}, {1}] else None

    def parameter_derivative(self, parameter: Symbol) -> Pieces:
        """Return ∂f/∂parameter piece by piece, away from joins that move with the parameter."""
        if parameter not in self.expression.free_symbols:
            known = ", ".join(sorted(str(s) for s in self.expression.free_symbols - {self.variable})) or "none"
            raise InputError(f"{self.definition.name} doesn't depend on {parameter}; its parameters: {known}")
        pieces = self.pieces
        moving = [at for at, _ in pieces.values if at.has(parameter)]
        if moving and any(not j.continuous for j in pieces.joins):
            raise UndecidedError(f"f jumps at {moving[0]}, which moves with {parameter}")
        short = tuple(
            Piece(p.left, p.right, textbook(p.expr.diff(parameter), self.within(p), self.variable))
            for p in pieces.pieces
        )
        values = tuple((at, None if value is None else value.diff(parameter)) for at, value in pieces.values)
        return Pieces(pieces.variable, short, values, pieces.known)


def _text(relation: Boolean) -> str:
    """A relation as the claim language has it."""
    return f"{relation.lhs} {relation.rel_op} {relation.rhs}" if isinstance(relation, Relational) else str(relation)


def span(x: Symbol, piece: Piece) -> tuple[Boolean, ...]:
    """Return the relations that hold inside a piece: left < x and x < right, without infinite ends."""
    lower = () if piece.left == -oo else (x > piece.left,)
    return lower + (() if piece.right == oo else (x < piece.right,))
