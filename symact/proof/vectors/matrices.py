"""Equations between matrices of symbolic shape: equal as sums of words in the symbols, or different at small integer matrices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from sympy import Eq, Expr, ImmutableMatrix, Integer, MatrixSymbol, Ne, S, Symbol
from sympy.matrices.expressions.matexpr import MatrixExpr

from ...claims.model import Claim, Relation
from ...errors import NotSupportedError, UndecidedError
from ..algebra.field import is_zero
from ..numbers.witness import sample_points
from ..verdict import Proved, Refuted, Undecided, Verdict
from .words import minus, words

__all__ = ["coefficients", "decide_matrix", "is_about_matrices"]

#: Sizes that a symbolic size takes, tried all alike first, and the largest size for which entries are written out.
SIZES = (2, 1, 3)
MAX_SIZE = 6
MAX_SIZES = 24
#: How many choices of entries are tried at each choice of sizes.
ATTEMPTS = 4


def is_about_matrices(claim: Claim) -> bool:
    """Return whether a relation compares matrices."""
    return isinstance(claim.statement, Relation) and isinstance(claim.statement.left, MatrixExpr)


def decide_matrix(claim: Claim) -> Verdict:
    """Return the verdict on an equation, or its negation, between matrices, for all shapes that fit.

    The proof compares normal forms in the free algebra over the symbols. A refutation names sizes and integer entries.
    Raises NotSupportedError for another relation than == and !=.
    """
    statement = claim.statement
    if not isinstance(statement, Relation) or statement.op not in ("==", "!="):
        raise NotSupportedError("matrices are compared by == and != only")
    left, right = statement.left, statement.right
    try:
        difference = minus(words(left), words(right))
    except (NotSupportedError, UndecidedError) as reason:
        return Undecided(str(reason))
    scalar = [r for r in claim.relations if not _has_matrices(r)]
    nonzero = {word: c for word, c in difference.items() if is_zero(c, scalar) is not True}
    certificate = {"version": 1, "verdict": "proved", "kind": "matrix", "statement": _statement(claim)}
    if statement.op == "==" and not nonzero:
        return Proved("normal form of words", certificate)
    found = _refuted(claim, left, statement.op, right)
    if found is not None:
        return found
    if statement.op == "==":
        return Undecided(
            "the normal forms differ, and no small integer matrices refute the equation", "normal form of words"
        )
    return Undecided("that two matrices differ for all entries is not decided")


def coefficients(claim: Claim) -> Iterator[Expr]:
    """Yield the numbers by which both sides multiply their words."""
    if isinstance(claim.statement, Relation):
        for side in (claim.statement.left, claim.statement.right):
            yield from words(side).values()


def _statement(claim: Claim) -> dict[str, Any]:
    return {"claim": claim.text, "assume": list(claim.assume)}


def _has_matrices(relation: Any) -> bool:
    return bool(relation.atoms(MatrixSymbol))


def _refuted(claim: Claim, left: MatrixExpr, op: str, right: MatrixExpr) -> Refuted | None:
    symbols = sorted(left.atoms(MatrixSymbol) | right.atoms(MatrixSymbol), key=lambda m: m.name)
    scalars = [r for r in claim.relations if not _has_matrices(r)]
    others = [r for r in claim.relations if _has_matrices(r)]
    if any(not isinstance(r, Eq | Ne) for r in others):
        return None
    everything = sorted({m for r in others for m in r.atoms(MatrixSymbol)} | set(symbols), key=lambda m: m.name)
    sizes = sorted({s for m in everything for s in m.shape if s.is_Symbol}, key=lambda s: s.name)
    free = {s for side in (left, right) for s in side.free_symbols if type(s) is Symbol} | {
        s for r in scalars for s in r.free_symbols
    }
    points = list(
        sample_points(
            sorted(free - set(sizes), key=str), [r for r in scalars if not r.free_symbols & set(sizes)], ATTEMPTS
        )
    )
    for chosen in _sizes(sizes):
        shapes = {m: tuple(s.xreplace(chosen) for s in m.shape) for m in everything}
        if any(not (s.is_Integer and s <= MAX_SIZE) for shape in shapes.values() for s in shape):
            continue
        for attempt in range(ATTEMPTS):
            for point in points or [{}]:
                known = {**chosen, **point}
                values = {m: _entries(number, attempt, shape) for number, (m, shape) in enumerate(shapes.items())}
                if not all(r.xreplace(known) == S.true for r in scalars):
                    continue
                if not all(
                    _value(r.lhs, known, values) == _value(r.rhs, known, values) for r in others if isinstance(r, Eq)
                ):
                    continue
                if not all(
                    _value(r.lhs, known, values) != _value(r.rhs, known, values) for r in others if isinstance(r, Ne)
                ):
                    continue
                a, b = _value(left, known, values), _value(right, known, values)
                if any(not e.is_Rational for e in (*a, *b)) or (a == b) == (op == "=="):
                    continue
                found = {s.name: str(v) for s, v in known.items()} | {
                    m.name: str(v.tolist()) for m, v in values.items()
                }
                certificate = {
                    "version": 1,
                    "verdict": "refuted",
                    "kind": "matrices",
                    "statement": _statement(claim),
                    "point": found,
                }
                return Refuted("integer matrices", found, str(a.tolist()), str(b.tolist()), 0, certificate)
    return None


def _sizes(symbols: Sequence[Symbol]) -> Iterator[dict[Symbol, Integer]]:
    if not symbols:
        yield {}
        return
    choices = sorted(product(SIZES, repeat=min(len(symbols), 4)), key=lambda found: len(set(found)))
    for sizes in choices[:MAX_SIZES]:
        yield {s: Integer(sizes[m % len(sizes)]) for m, s in enumerate(symbols)}


def _entries(number: int, attempt: int, shape: tuple[Any, ...]) -> ImmutableMatrix:
    """Small integers without a pattern that matrices share; the second choice is zero, where all products vanish."""
    if attempt == 1:
        return ImmutableMatrix.zeros(int(shape[0]), int(shape[1]))
    return ImmutableMatrix(
        int(shape[0]),
        int(shape[1]),
        lambda r, c: ((2 * number + 3 * r + 5 * c + attempt + 1) ** 3 + (r + 1) * (c + number)) % 7 - 3,
    )


def _value(expr: Any, known: Mapping[Any, Any], values: Mapping[MatrixSymbol, ImmutableMatrix]) -> ImmutableMatrix:
    """Evaluate by the words, which are what the symbols stand for."""
    rows, columns = (int(s.xreplace(dict(known))) for s in expr.shape)
    total = ImmutableMatrix.zeros(rows, columns)
    for word, coefficient in words(expr).items():
        term = values[word[0]]
        for symbol in word[1:]:
            term = term * values[symbol]
        total = total + term * coefficient.xreplace(dict(known))
    return total
