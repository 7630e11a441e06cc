"""Whether two lines of a derivation are equal: put to the prover, integrals without bounds by their derivatives."""

from __future__ import annotations

from functools import lru_cache

from sympy import (
    Derivative,
    Expr,
    Function,
    IndexedBase,
    Integral,
    Limit,
    MatrixSymbol,
    Symbol,
    Tuple,
    default_sort_key,
    diff,
)

from ..claims.model import Claim, Expectation, Given, Relation
from ..errors import NotSupportedError, UndecidedError
from ..proof.algebra.assume import Assumptions
from ..proof.algebra.field import equal
from ..proof.algebra.vanishing import vanishes_at_root
from ..proof.asymptotics.ends import limit_at
from ..proof.calculus.evaluate import evaluate
from ..proof.calculus.gaussian_integrals import gaussian_mean
from ..proof.decide import decide
from ..proof.functions.switches import SWITCHES, obstacles
from ..proof.numbers.implicit import ImplicitRoot
from ..proof.verdict import Proved
from .written import differentiated

__all__ = ["decided", "lines_equal"]


def lines_equal(before: Expr, after: Expr, x: Symbol, known: Assumptions) -> bool:
    """Return whether two lines are proved equal; with integrals without bounds, equal but for a constant."""
    if before == after:
        return True
    if any(_is_open(node) for line in (before, after) for node in line.atoms(Integral)):
        return _same_slope(before, after, x, known)
    left, right = _value(before, known), _value(after, known)
    if left == right:
        return True
    if left.has(ImplicitRoot) and vanishes_at_root(left - right):
        return True
    if not (left.has(Limit, Derivative, MatrixSymbol) or right.has(Limit, Derivative, MatrixSymbol)):
        try:
            if equal(left, right, known.relations) is True:
                return True
        except (NotSupportedError, UndecidedError):
            pass
    return decided(Relation(before, "==", after), known)


@lru_cache(512)
def decided(statement: Relation, known: Assumptions) -> bool:
    """Return whether the prover proves a statement; who finds a step may ask before it is checked."""
    parts = Tuple(*(side for side in (statement.left, statement.right)), *known.relations)
    vectors = tuple(sorted(parts.atoms(IndexedBase), key=str))
    matrices = tuple(sorted(parts.atoms(MatrixSymbol), key=str))
    integers = tuple(sorted((s for s in parts.free_symbols if type(s) is Symbol and s.is_integer), key=str))
    given = Given(tuple(known.relations), vectors, matrices, integers)
    symbols = sorted((s for s in parts.free_symbols if isinstance(s, Symbol) and not s.is_integer), key=str)
    claim = Claim("", statement, given, variables=tuple(symbols), indices=integers)
    return isinstance(decide(claim), Proved)


def _value(line: Expr, known: Assumptions) -> Expr:
    """The value of a line where that is quick to see: derivatives of smooth expressions, one-sided limits, integrals."""
    if isinstance(line, Limit):
        body, x, at, sign = line.args
        value = limit_at(body, x, at, -1 if str(sign) == "-" else 1, known)
        return line if value is None else value
    nodes = sorted(line.atoms(Integral, Expectation), key=default_sort_key)
    if nodes:
        return line.xreplace({node: _integrated(node, known) for node in nodes})
    return line if line.atoms(IndexedBase) else differentiated(line)


@lru_cache(256)
def _integrated(node: Expr, known: Assumptions) -> Expr:
    """The value of an integral or an expectation, itself where none is found; lines next to each other share most of them."""
    relations = [r for r in known.relations if not r.has(node.limits[0][0])]
    try:
        return evaluate(node, relations)
    except (NotSupportedError, UndecidedError):
        pass
    try:
        return gaussian_mean(node.function, node.variable, known) if isinstance(node, Expectation) else node
    except NotSupportedError:
        return node


# Integrals without bounds


def _is_open(node: Integral) -> bool:
    return len(node.limits[0]) < 3


def _same_slope(before: Expr, after: Expr, x: Symbol, known: Assumptions) -> bool:
    """Whether two lines have the same derivative, and the second, once integrated, is smooth where this is asked."""
    slopes = [_slope(line, x) for line in (before, after)]
    if None in slopes:
        return False
    if not after.has(Integral) and (
        after.has(*SWITCHES) or not all(known.signs(g) <= allowed - {0} for g, allowed in obstacles(after))
    ):
        return False
    left, right = slopes
    return equal(left, right, known.relations) is True or decided(Relation(left, "==", right), known)


def _slope(line: Expr, x: Symbol) -> Expr | None:
    """The derivative of a line, an integral ∫ g(u) du standing for an antiderivative of g at u; None where one has a factor."""
    nodes = sorted(line.atoms(Integral), key=default_sort_key)
    names = {node: Function(f"F{m}")(x) for m, node in enumerate(nodes)}
    found = diff(line.xreplace(names), x)
    for node, name in names.items():
        symbol, at = (*node.limits[0], node.limits[0][0])[:2]
        found = found.xreplace({Derivative(name, x): node.function.subs(symbol, at) * diff(at, x)})
    return None if any(found.has(name) for name in names.values()) else found
