"""Matrices of symbolic shape as sums of words in their symbols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from sympy import Expr, MatAdd, MatMul, MatPow, MatrixSymbol, S, ZeroMatrix
from sympy.matrices.expressions.matexpr import MatrixExpr

from ...errors import NotSupportedError, UndecidedError

__all__ = ["Word", "minus", "words"]

#: Words in a normal form.
MAX_WORDS = 2000

#: A product of matrix symbols, in order; the empty word never occurs.
Word = tuple[MatrixSymbol, ...]


def words(expr: MatrixExpr) -> dict[Word, Expr]:
    """Return a matrix as a sum of words: word → scalar coefficient.

    Raises NotSupportedError for anything but sums, products and powers of symbols, UndecidedError for too many words.
    """
    if isinstance(expr, MatrixSymbol):
        return {(expr,): S.One}
    if isinstance(expr, ZeroMatrix):
        return {}
    if isinstance(expr, MatAdd):
        found: dict[Word, Expr] = {}
        for term in expr.args:
            found = _plus(found, words(term))
        return found
    if isinstance(expr, MatPow) and expr.exp.is_Integer and 1 <= expr.exp <= 20:
        return _times([words(expr.base)] * int(expr.exp), S.One)
    if isinstance(expr, MatMul):
        coefficient, factors = expr.as_coeff_matrices()
        return _times([words(factor) for factor in factors], coefficient)
    raise NotSupportedError(f"{type(expr).__name__} of matrices is not supported")


def _plus(a: Mapping[Word, Expr], b: Mapping[Word, Expr]) -> dict[Word, Expr]:
    return {word: a.get(word, S.Zero) + b.get(word, S.Zero) for word in [*a, *(w for w in b if w not in a)]}


def minus(a: Mapping[Word, Expr], b: Mapping[Word, Expr]) -> dict[Word, Expr]:
    """Return a - b."""
    return _plus(a, {word: -c for word, c in b.items()})


def _times(factors: Sequence[Mapping[Word, Expr]], coefficient: Expr) -> dict[Word, Expr]:
    found: dict[Word, Expr] = {(): coefficient}
    for factor in factors:
        longer: dict[Word, Expr] = {}
        for (a, c), (b, d) in product(found.items(), factor.items()):
            longer[a + b] = longer.get(a + b, S.Zero) + c * d
        found = longer
        if len(found) > MAX_WORDS:
            raise UndecidedError("the product has too many words")
    return found
