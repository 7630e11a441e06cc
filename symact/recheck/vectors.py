"""The checker of certificates of statements about vectors and matrices.

What is shared with the prover is what statements mean: how they are read, what they are at one length, and the normal form of
sums. How a proof or a counterexample was found is not.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from operator import add, mul
from typing import Any

from sympy import (
    Expr,
    ImmutableMatrix,
    Integer,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Symbol,
    ZeroMatrix,
    true,
)

from ..claims.model import Claim, Relation
from ..proof.algebra.field import is_zero
from ..proof.certificates.checker import check as check_ordinary
from ..proof.certificates.checker import check_example, check_symbols
from ..proof.certificates.requirements import CertificateError, require
from ..proof.steps.comparison import fits
from ..proof.text import read_expression, text_of
from ..proof.vectors.abstraction import Ordinary, Problem, partitions, problem_of
from ..proof.vectors.induction import induction
from ..proof.vectors.instances import LENGTHS, Instance, failure, holds_at, instances
from ..proof.vectors.terms import term_by_term
from ..proof.vectors.words import words

__all__ = ["KINDS"]

MAX_SIDE = 10
#: Longer examples aren't looked at.
MAX_LENGTH = 24


def _sums(claim: Claim, data: Mapping[str, Any]) -> None:
    """Every case of equal indices has an ordinary relation that implies the statement there, and is proved."""
    given, cases = problem_of(claim), data["cases"]
    problem = term_by_term(given) if data.get("terms", False) else given
    stated = [case["equal"] for case in cases]
    expected = [[[str(at) for at in group] for group in classes] for classes in partitions(problem.indices())]
    require((stated == [None] and not problem.needs_cases) or stated == expected, "a case of equal indices is missing")
    splits = [None] if stated == [None] else list(partitions(problem.indices()))
    for case, classes in zip(cases, splits, strict=True):
        if case.get("excluded"):
            require(classes is not None and problem.excludes(classes), "a case isn't excluded by the assumptions")
            continue
        number, part = case["choice"], case["part"]
        require(type(number) is int and number >= 0, "a case has no number")
        ordinary = next((o for m, o in enumerate(problem.ordinary(classes)) if m == number), None)
        if ordinary is None:
            raise CertificateError("a case has no relation of this number")
        _ordinary(part, ordinary)
    _example(given, data["example"])


def _induction(claim: Claim, data: Mapping[str, Any]) -> None:
    """The statement holds at the first n, and from each n to the next."""
    problem, parts = problem_of(claim), data["parts"]
    needed = induction(problem)
    require(isinstance(parts, list) and len(parts) == len(needed), "a part is missing")
    for part, ordinary in zip(parts, needed, strict=True):
        _ordinary(part, ordinary)
    _example(problem, data["example"])


def _ordinary(part: Any, ordinary: Ordinary) -> None:
    """A part proves exactly an ordinary relation."""
    shown = part["statement"]
    require(
        (shown["left"], shown["op"], shown["right"]) == (text_of(ordinary.left), ordinary.op, text_of(ordinary.right)),
        "a part proves another relation than the one needed",
    )
    require(shown["assume"] == [text_of(r) for r in ordinary.relations], "a part has other assumptions")
    check_symbols(shown, (ordinary.left, ordinary.right, *ordinary.relations))
    require(part.get("verdict") == "proved", "a part isn't a proof")
    check_ordinary(part)


def _example(problem: Problem, point: Any) -> None:
    """At the length, indices and entries given the assumptions hold and both sides have values."""
    require(isinstance(point, dict), "an example is missing")
    for instance in _instances(problem, point):
        if all(point.get(s.name) == str(value) for s, value in instance.chosen.items()):
            values = {s: _number(point[instance.shown(s)]) for s in instance.symbols}
            if holds_at(instance, values):
                return
    raise CertificateError("the example lies outside the assumptions, or a side has no value there")


def _instances(problem: Problem, point: Mapping[str, Any]) -> Iterator[Instance]:
    """The statement at the usual lengths and at those that a point names."""
    named = {int(v) for v in point.values() if isinstance(v, str) and v.isdecimal() and int(v) <= MAX_LENGTH}
    lengths = tuple(sorted({*LENGTHS, *named}))
    yield from instances(problem.left, problem.op, problem.right, problem.relations, problem.names, lengths, None)


def _instance(claim: Claim, data: Mapping[str, Any]) -> None:
    """At the length, indices and entries given the statement fails."""
    problem = problem_of(claim)
    point = data["point"]
    require(isinstance(point, dict), "a point is missing")
    for instance in _instances(problem, point):
        if all(point.get(s.name) == str(value) for s, value in instance.chosen.items()):
            values = {s: _number(point[instance.shown(s)]) for s in instance.symbols}
            found = failure(instance, values)
            if found is None:
                raise CertificateError("the point does not refute the statement")
            require(dict(found.counterexample) == point, "the point has other parts than the statement")
            require((found.left, found.right) == (data["left"], data["right"]), "a value at the point is another one")
            return
    raise CertificateError("the statement has no such length and indices")


def _number(text: str) -> Expr:
    value = read_expression(text)
    require(not value.free_symbols, "a value of the point is not a number")
    return value


def _matrix(claim: Claim, data: Mapping[str, Any]) -> None:
    """Both sides are the same sum of words."""
    statement = _equation(claim, "==")
    left, right = words(statement.left), words(statement.right)
    scalar = [r for r in claim.relations if not r.atoms(MatrixSymbol)]
    check_example(scalar, data["example"], [*left.values(), *right.values()])
    for word in {*left, *right}:
        difference = left.get(word, Integer(0)) - right.get(word, Integer(0))
        require(is_zero(difference, scalar) is True, "the sides differ in a product of matrices")


def _matrices(claim: Claim, data: Mapping[str, Any]) -> None:
    """At the matrices given the statement fails."""
    statement = _equation(claim, None)
    point = data["point"]
    values: dict[Any, Any] = {}
    for matrix in claim.given.matrices:
        if matrix.name in point:
            rows = ast.literal_eval(point[matrix.name])
            require(all(type(e) is int for row in rows for e in row), "entries of matrices are integers")
            values[matrix] = ImmutableMatrix(rows)
            require(max(values[matrix].shape) <= MAX_SIDE, "the matrices are too large")
    numbers = {s: _number(point[s.name]) for s in _symbols(claim) if s.name in point}
    for matrix, value in values.items():
        shape = tuple(side.xreplace(numbers) for side in matrix.shape)
        require(value.shape == shape, f"{matrix} has another shape")
    require(set(point) == {m.name for m in values} | {s.name for s in numbers}, "the point names what does not occur")
    for relation in claim.relations:
        if relation.atoms(MatrixSymbol):
            same = _evaluated(relation.lhs, values, numbers) == _evaluated(relation.rhs, values, numbers)
            require(same == (relation.rel_op == "=="), "the matrices are outside the assumptions")
        else:
            require(relation.xreplace(numbers) == true, "the point is outside the assumptions")
    require(fits(numbers, []), "a size or an index is not a positive integer")
    left, right = (_evaluated(side, values, numbers) for side in (statement.left, statement.right))
    require(not any(e.free_symbols for e in (*left, *right)), "the point leaves something open")
    require(all(e.is_Rational for e in (*left, *right)), "the sides are not rational at the point")
    require((left == right) != (statement.op == "=="), "the matrices do not refute the statement")


def _equation(claim: Claim, op: str | None) -> Relation:
    statement = claim.statement
    if not isinstance(statement, Relation) or statement.op not in ("==", "!=") or (op and statement.op != op):
        raise CertificateError("the statement is no equation between matrices")
    return statement


def _symbols(claim: Claim) -> set[Symbol]:
    sizes = {s for m in claim.given.matrices for side in m.shape for s in side.free_symbols}
    return sizes | {*claim.variables, *claim.indices}


def _evaluated(expr: Any, values: Mapping[Any, Any], numbers: Mapping[Symbol, Expr]) -> Any:
    """The value, computed as it is written rather than by words."""
    if isinstance(expr, MatrixSymbol):
        return values[expr]
    if isinstance(expr, ZeroMatrix):
        return ImmutableMatrix.zeros(*(int(side.xreplace(dict(numbers))) for side in expr.shape))
    parts = [_evaluated(part, values, numbers) for part in expr.args] if isinstance(expr, MatAdd | MatMul) else []
    if isinstance(expr, MatAdd):
        return reduce(add, parts)
    if isinstance(expr, MatMul):
        return reduce(mul, parts)
    if isinstance(expr, MatPow):
        return _evaluated(expr.base, values, numbers) ** int(expr.exp)
    return expr.xreplace(dict(numbers))


#: Kind of certificate → the verdict it shows, and who checks it.
KINDS: dict[str, tuple[str, Callable[[Claim, Mapping[str, Any]], None]]] = {
    "sums": ("proved", _sums),
    "induction": ("proved", _induction),
    "instance": ("refuted", _instance),
    "matrix": ("proved", _matrix),
    "matrices": ("refuted", _matrices),
}
