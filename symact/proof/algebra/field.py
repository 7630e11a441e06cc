"""Whether a smooth expression is identically zero: exactly, by a normal form in kernels, or refuted by a ball."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy import Eq, Expr, Symbol
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ...errors import ContradictionError, NotSupportedError, UndecidedError
from ..numbers.witness import Witness, refute
from .assume import conjuncts
from .constancy import vanishes
from .constants import has_zero_coefficients
from .conversion import Conversion
from .inverses import without_inverses
from .kernels import RULES
from .restarts import settled
from .signs import Signs

__all__ = ["NormalForm", "ZeroTest", "equal", "is_zero", "normal_form", "zero_test"]

MAX_DERIVATIVES = 3
#: Points and bits of the refutation that comes before the normal form, and of those that come after all else.
QUICK = (4, 128)
DEEP = ((16, 256), (6, 4096))


@dataclass(frozen=True)
class NormalForm:
    """numerator/denominator, polynomials in kernels k0, k1, …: `kernels` says what they stand for, `relations` what
    their powers are reduced to. A zero numerator proves zero; another one proves nothing, for kernels may be dependent.
    """

    kernels: tuple[tuple[str, Expr], ...]
    relations: tuple[str, ...]
    numerator: str
    denominator: str
    expression: Expr

    @property
    def is_zero(self) -> bool:
        """Whether the numerator is 0."""
        return self.numerator == "0"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "kernels": {name: sp.sstr(expr) for name, expr in self.kernels},
            "relations": list(self.relations),
            "numerator": self.numerator,
            "denominator": self.denominator,
        }


@dataclass(frozen=True)
class ZeroTest:
    """What a zero test found: True, False or None, how, and the witness of a False."""

    verdict: bool | None
    method: str
    witness: Witness | None = None


def is_zero(expr: Expr, assumptions: Iterable[Boolean] = ()) -> bool | None:
    """Return True if `expr` is proved 0 wherever it is defined and the assumptions hold, False if proved not to be.

    None means undecided. `expr` is smooth and its symbols are real; `assumptions` are relations between them.
    Raises NotSupportedError for Abs, Max, Piecewise and the like, unless the sign inside an Abs is known.
    """
    return zero_test(expr, assumptions).verdict


def equal(a: Expr, b: Expr, assumptions: Iterable[Boolean] = ()) -> bool | None:
    """Return whether a = b wherever both are defined and the assumptions hold; see `is_zero`."""
    return is_zero(a - b, assumptions)


def zero_test(expr: Expr, assumptions: Iterable[Boolean] = ()) -> ZeroTest:
    """Return the verdict of `is_zero` with its method and witness."""
    plain, relations = _prepare(sp.sympify(expr), assumptions)
    return _tested(plain, tuple(relations))


@lru_cache(2048)
def _tested(expr: Expr, relations: tuple[Relational, ...]) -> ZeroTest:
    if expr.has(sp.nan, sp.zoo, sp.oo, -sp.oo):
        return ZeroTest(None, "the expression has no value")
    _check_supported(expr)
    symbols = sorted(expr.free_symbols, key=str)
    witness = refute(expr, symbols, relations, *QUICK)
    if witness is not None:
        return ZeroTest(False, "ball", witness)
    method = _proof(*without_inverses(expr, relations), 0)
    if method is not None:
        return ZeroTest(True, method)
    for effort in DEEP:
        witness = refute(expr, symbols, relations, *effort)
        if witness is not None:
            return ZeroTest(False, "ball", witness)
    return ZeroTest(None, "neither proved nor refuted")


def normal_form(expr: Expr, assumptions: Iterable[Boolean] = ()) -> NormalForm:
    """Return `expr` as a quotient of polynomials in kernels.

    Raises NotSupportedError for functions that aren't smooth or not known, UndecidedError where it gets too large.
    """
    expr, relations = _prepare(sp.sympify(expr), assumptions)
    _check_supported(expr)

    def build(c: Conversion) -> NormalForm:
        value = c.convert(expr)
        used = sorted({kernel.index for poly in (value.num, value.den) for kernel in c.ring.kernels_of(poly)})
        kernels = [c.ring.kernels[index] for index in used]
        relations_of = [
            f"k{kernel.index}**{kernel.relation[0]} = {c.ring.expression(kernel.relation[1])}"
            for kernel in kernels
            if kernel.relation is not None
        ]
        return NormalForm(
            tuple((f"k{kernel.index}", kernel.expr) for kernel in kernels),
            tuple(relations_of),
            str(value.num).replace("^", "**"),
            str(value.den).replace("^", "**"),
            c.ring.expression(value),
        )

    return settled(relations, build)


def _check_supported(expr: Expr) -> None:
    for node in sp.preorder_traversal(expr):
        if node.func not in RULES and not node.is_Symbol and not node.is_Rational:
            name = node.func.__name__
            raise NotSupportedError(f"{name} has no exact zero test: it isn't smooth, or isn't known here")


def _proof(expr: Expr, relations: Sequence[Relational], depth: int) -> str | None:
    """Return how `expr` was proved zero, None if it wasn't."""
    symbols = sorted(expr.free_symbols, key=str)
    if depth and refute(expr, symbols, relations, *QUICK) is not None:
        return None
    try:
        if settled(relations, lambda c: has_zero_coefficients(c, c.convert(expr).num)):
            return "normal form"
    except UndecidedError:
        pass
    except NotSupportedError:
        if not depth:
            raise
        return None
    if depth >= MAX_DERIVATIVES:
        return None
    if expr.is_Mul:
        methods = (_proof(factor, relations, depth) for factor in expr.args if factor.free_symbols)
        return next(filter(None, methods), None)

    def signs_of(exprs: Sequence[Expr]) -> list[Signs | None]:
        try:
            return settled(relations, lambda c: [c.signs.of(c.convert(e)) for e in exprs])
        except (UndecidedError, NotSupportedError):
            return [None for _ in exprs]

    def proof(part: Expr, level: int) -> bool:
        return _proof(part, relations, level) is not None

    return "derivative and one point" if vanishes(expr, symbols, relations, signs_of, proof, depth) else None


def _prepare(expr: Expr, assumptions: Iterable[Boolean]) -> tuple[Expr, list[Relational]]:
    """Split assumptions into relations and use the linear equations among them to eliminate symbols."""
    relations = _atoms(assumptions)
    while True:
        solved = next(filter(None, map(_solution, relations)), None)
        if solved is None:
            return expr, relations
        symbol, solution = solved
        told = [solution > 0] * bool(symbol.is_positive) + [solution >= 0] * bool(symbol.is_nonnegative)
        expr = expr.subs(symbol, solution)
        relations = _atoms([*(relation.subs(symbol, solution) for relation in relations), *told])


def _atoms(conditions: Iterable[Boolean]) -> list[Relational]:
    found: list[Relational] = []
    for condition in conditions:
        for relation in conjuncts(sp.sympify(condition)):
            if relation == sp.false:
                raise ContradictionError("the assumptions contradict each other")
            if relation != sp.true and not isinstance(relation, Relational):
                raise NotSupportedError(f"{relation} isn't a relation; assumptions are relations such as a > 0")
            if relation != sp.true and relation not in found:
                found.append(relation)
    return found


def _solution(relation: Relational) -> tuple[Symbol, Expr] | None:
    """Solve an equation for a symbol that is linear in it with a rational coefficient."""
    if isinstance(relation, Eq):
        gap = relation.lhs - relation.rhs
        for symbol in sorted(gap.free_symbols, key=str):
            slope = sp.diff(gap, symbol)
            if slope.is_Rational and slope != 0 and symbol.is_rational is None and not symbol.is_nonpositive:
                return symbol, sp.expand(symbol - gap / slope)
    return None
