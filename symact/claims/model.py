"""A claim as data: what is stated of which expressions, and under which conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from sympy import (
    Derivative,
    Expr,
    Function,
    IndexedBase,
    Integral,
    Limit,
    MatrixSymbol,
    Pow,
    Set,
    Symbol,
    Tuple,
    exp,
    false,
    oo,
    pi,
    sqrt,
    true,
)
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.core.relational import Relational

from ..errors import InputError
from ..symbols import real

__all__ = ["Claim", "Expectation", "Extent", "Given", "Property", "Relation", "Statement"]


class Expectation(ExprWithLimits):
    """E[e] for z ~ N(0, 1), Expectation(e, (z, -oo, oo)).

    It is a head of its own rather than the integral of e*exp(-z**2/2)/sqrt(2*pi) because SymPy would merge the weight
    with exponentials and roots in e, and nobody could tell the two apart again; `.doit()` gives that integral.
    """

    is_commutative = True

    def __new__(cls, function: Expr, variable: Any) -> Expectation:
        """Bind a variable, or the Tuple of it and its bounds; unlike an Integral, one inside another is kept apart."""
        z = variable if isinstance(variable, Symbol) else variable[0]
        found: Expectation = Expr.__new__(cls, function, Tuple(z, -oo, oo))
        return found

    @property
    def variable(self) -> Symbol:
        """The z ~ N(0, 1)."""
        return self.limits[0][0]

    def _eval_is_extended_real(self) -> bool | None:
        known: bool | None = self.function.is_extended_real
        return known

    def doit(self, **hints: Any) -> Expr:
        """Return the integral over the normal density."""
        z, inside = self.variable, self.function
        if hints.get("deep", True):
            inside = inside.doit(**hints)
        return Integral(inside * exp(-(z**2) / 2) / sqrt(2 * pi), (z, -oo, oo))

    def _sympystr(self, printer: Any) -> str:
        return f"expectation({printer._print(self.function)}, {printer._print(self.variable)})"

    def _latex(self, printer: Any) -> str:
        inside, z = printer._print(self.function), printer._print(self.variable)
        return rf"\mathbb{{E}}_{{{z} \sim \mathcal{{N}}(0, 1)}}\left[{inside}\right]"


@dataclass(frozen=True)
class Relation:
    """left op right, wherever both sides are defined; op is one of == != < <= > >=.

    The sides may hold unevaluated Derivative, Limit, Integral, Expectation and Sum nodes; two matrices are compared
    entry by entry. A side is ±oo where a limit is compared with it.
    """

    left: Expr
    op: str
    right: Expr


@dataclass(frozen=True)
class Extent:
    """The values of `expression`, as `variable` runs through its natural domain, are (or aren't) the set `values`."""

    expression: Expr
    variable: Symbol
    values: Set
    equal: bool = True


@dataclass(frozen=True)
class Property:
    """`expression` has the property as a function of `variable` on its natural domain.

    The names are odd, even, increasing, strictly_increasing, decreasing, strictly_decreasing, convex, concave,
    continuous, monotonic and smooth; `order` is the k of smooth (k times continuously differentiable), oo for all k.
    """

    name: str
    expression: Expr
    variable: Symbol
    order: Expr | None = None


Statement = Relation | Extent | Property


@dataclass(frozen=True)
class Given:
    """What is assumed: relations that hold together, and the kinds of the names that aren't real numbers."""

    relations: tuple[Relational, ...] = ()
    vectors: tuple[IndexedBase, ...] = ()
    matrices: tuple[MatrixSymbol, ...] = ()
    integers: tuple[Symbol, ...] = ()


@dataclass(frozen=True)
class Claim:
    """A statement, its text, and what is given.

    `variables` are the free real symbols in the order of their names, `indices` the free integers. `domain` are
    conditions under which the statement as written is defined that its expressions no longer show, such as x > 0 for
    exp(log(x)), which SymPy makes x.
    """

    text: str
    statement: Statement
    given: Given = Given()
    assume: tuple[str, ...] = ()
    variables: tuple[Symbol, ...] = ()
    indices: tuple[Symbol, ...] = ()
    domain: tuple[Relational, ...] = ()

    @property
    def relations(self) -> tuple[Relational, ...]:
        """All relations under which the statement is claimed: those given and those of the domain."""
        return self.given.relations + self.domain

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """The real symbols of the statement and of what is assumed."""
        return tuple(sorted({*self.variables, *(s for r in self.relations for s in r.free_symbols)}, key=str))

    def at(self, point: Mapping[Symbol, Expr]) -> Claim:
        """Return the claim of a relation with numbers for all its symbols.

        Raises InputError where an assumption fails there, or an expression loses a part that may have no value, as 0*log(y) does.
        """
        if not isinstance(self.statement, Relation) or set(point) != set(self.symbols) or self.indices:
            raise InputError("a relation between real numbers has a value for each symbol and no other")
        left, right = (_put(side, point) for side in (self.statement.left, self.statement.right))
        relations = [r.subs(point) for r in self.relations]
        if false in relations:
            raise InputError("an assumption fails at the point")
        given = Given(tuple(r for r in relations if r != true))
        return replace(self, statement=Relation(left, self.statement.op, right), given=given, variables=(), domain=())


def _put(expr: Expr, point: Mapping[Symbol, Expr]) -> Expr:
    """An expression with numbers for symbols; what is no number then, and isn't seen to be real, must still be there."""
    if expr.has(Derivative):
        raise InputError("a derivative isn't one at a point")
    expr = expr.replace(lambda e: isinstance(e, Limit) and e.args[1] in point, lambda e: _renamed(e, point))
    found = expr.subs(point)
    for part in expr.atoms(Function, Pow, Limit, ExprWithLimits):
        value = part.subs(point)
        settled = value.is_real and not value.has(Limit, ExprWithLimits)
        if value.is_real is False or not (settled or found.has(value)):
            raise InputError(f"{part} is lost at the point, or has no value there")
    return found


def _renamed(limit: Limit, taken: Iterable[Symbol]) -> Limit:
    """A limit whose variable has another name: SymPy puts a number for it too."""
    expr, variable, *rest = limit.args
    names = {s.name for s in (*taken, *expr.free_symbols)}
    own = real(next(name for k in count(1) if (name := f"{variable.name}{k}") not in names))
    return Limit(expr.xreplace({variable: own}), own, *rest)
