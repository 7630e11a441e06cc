"""The checker of all certificates: those of statements about vectors and matrices here, the others by `proof.certificate`.

What is shared with the prover is what statements mean: how they are read, what they are at one length, and the normal form of
sums. How a proof or a counterexample was found is not.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import add, mul
from typing import Any

from sympy import (
    Derivative,
    Expr,
    ImmutableMatrix,
    Integer,
    Integral,
    Interval,
    Limit,
    MatAdd,
    MatMul,
    MatPow,
    MatrixSymbol,
    Symbol,
    ZeroMatrix,
    true,
)

from .claims.model import Claim, Expectation, Property, Relation
from .errors import SymactError
from .parse import parse_claim
from .proof.algebra.field import is_zero
from .proof.calculus.evaluate import evaluate
from .proof.certificates.checker import CertificateError
from .proof.certificates.checker import check as check_ordinary
from .proof.relations.comparison import fits
from .proof.text import read_expression, text_of
from .proof.vectors.abstraction import partitions, problem_of
from .proof.vectors.instances import failure, instances
from .proof.vectors.matrices import words
from .statement import unfolded

__all__ = ["check", "check_record"]

MAX_SIDE = 10

#: What broken data of a certificate raises.
_BROKEN = (
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    RecursionError,
    SyntaxError,
    MemoryError,
)

#: What is gone from the statement of a certificate.
_CARRIED_OUT = (Derivative, Limit, Integral, Expectation)


def check(certificate: Any) -> None:
    """Return silently if a certificate establishes its verdict; raise CertificateError with the reason otherwise.

    The argument is the parsed JSON; whatever it contains, nothing of it is executed.
    """
    kind = certificate.get("kind") if isinstance(certificate, dict) else None
    if not isinstance(certificate, dict) or not isinstance(kind, str) or kind not in _KINDS:
        check_ordinary(certificate)
        return
    verdict, rule = _KINDS[kind]
    _require(certificate.get("version") == 1, "this is no certificate of version 1")
    _require(certificate.get("verdict") == verdict, f"this kind of certificate shows that a claim is {verdict}")
    try:
        rule(_claim(certificate["statement"]), certificate)
    except CertificateError:
        raise
    except (SymactError, *_BROKEN) as error:
        raise CertificateError(f"a step could not be re-checked: {' '.join(str(error).split())}") from None


def check_record(record: Mapping[str, Any]) -> None:
    """Check the certificate in a record of `symact verify --json`, and that it is about the record's claim; raises as `check`.

    Of a claim with derivatives, limits, integrals or expectations the certificate is about what these come to; they are
    carried out again here, by the rules the prover uses.
    """
    certificate = record.get("certificate")
    if not isinstance(certificate, dict):
        raise CertificateError(f"{record.get('verdict')}, but without a certificate")
    _require(certificate.get("verdict") == record.get("verdict"), "the record has another verdict than its certificate")
    statement = {"claim": record.get("claim"), "assume": record.get("assume", [])}
    shown = certificate.get("statement")
    kind = certificate.get("kind")
    if isinstance(kind, str) and kind in _KINDS:
        _require(shown == statement, "the certificate is about another claim")
    else:
        _check_same(_claim(statement), shown)
    check(certificate)


def _check_same(claim: Claim, shown: Any) -> None:
    """Refuse a certificate whose statement is another one than the claim's, as far as that one is still written in it."""
    statement = claim.statement
    _require(isinstance(shown, dict), "the certificate has no statement")
    parts = (statement.left, statement.right) if isinstance(statement, Relation) else (statement.expression,)
    texts = [_text_of_value(part, claim) for part in parts]
    if isinstance(statement, Relation):
        expected: dict[str, Any] = {"left": texts[0], "op": statement.op, "right": texts[1]}
    elif isinstance(statement, Property):
        order = None if statement.order is None else text_of(statement.order)
        expected = {
            "property": statement.name,
            "expression": texts[0],
            "variable": statement.variable.name,
            "order": order,
        }
    else:
        expected = {"range": texts[0], "variable": statement.variable.name, "op": "==" if statement.equal else "!="}
        _require(
            isinstance(statement.values, Interval), "only certificates of ranges that are intervals are re-checked"
        )
        low, high, open_low, open_high = statement.values.args
        expected["values"] = [[text_of(low), not open_low, text_of(high), not open_high]]
    for key, text in expected.items():
        _require(shown.get(key) == text, "the certificate is about another claim")
    _require(shown.get("assume") == [text_of(r) for r in claim.relations], "the certificate is about other assumptions")
    _check_symbols(shown, (*parts, *claim.relations))


def _check_symbols(shown: Mapping[str, Any], parts: Iterable[Any]) -> None:
    """Refuse a certificate that takes a symbol for an integer or positive where the statement doesn't."""
    symbols = {s for part in parts for s in part.free_symbols}
    for key, holds in (("integers", "is_integer"), ("positive", "is_positive")):
        stated = {s.name for s in symbols if getattr(s, holds)}
        _require(set(shown.get(key, ())) <= stated, "the certificate assumes more of a symbol than the statement does")


def _text_of_value(part: Expr, claim: Claim) -> str:
    """The text of a side with its derivatives, limits, integrals and expectations carried out again."""
    return text_of(evaluate(part, claim.relations) if part.has(*_CARRIED_OUT) else part)


def _require(condition: bool, what: str) -> None:
    if not condition:
        raise CertificateError(what)


def _claim(statement: Any) -> Claim:
    text, assume = statement["claim"], statement["assume"]
    _require(isinstance(text, str) and isinstance(assume, list), "the statement is a text with a list of assumptions")
    _require(all(isinstance(part, str) for part in assume), "assumptions are texts")
    return unfolded(parse_claim(text, assume))


def _sums(claim: Claim, data: Mapping[str, Any]) -> None:
    """Every case of equal indices has an ordinary relation that implies the statement there, and is proved."""
    problem, cases = problem_of(claim), data["cases"]
    stated = [case["equal"] for case in cases]
    expected = [[[str(at) for at in group] for group in classes] for classes in partitions(problem.indices())]
    _require((stated == [None] and not problem.needs_cases) or stated == expected, "a case of equal indices is missing")
    splits = [None] if stated == [None] else list(partitions(problem.indices()))
    for case, classes in zip(cases, splits, strict=True):
        number, part = case["choice"], case["part"]
        _require(type(number) is int and number >= 0, "a case has no number")
        ordinary = next((o for m, o in enumerate(problem.ordinary(classes)) if m == number), None)
        if ordinary is None:
            raise CertificateError("a case has no relation of this number")
        shown = part["statement"]
        _require(
            (shown["left"], shown["op"], shown["right"])
            == (text_of(ordinary.left), ordinary.op, text_of(ordinary.right)),
            "a part proves another relation than the one needed",
        )
        _require(shown["assume"] == [text_of(r) for r in ordinary.relations], "a part has other assumptions")
        _check_symbols(shown, (ordinary.left, ordinary.right, *ordinary.relations))
        _require(part.get("verdict") == "proved", "a part isn't a proof")
        check_ordinary(part)


def _instance(claim: Claim, data: Mapping[str, Any]) -> None:
    """At the length, indices and entries given the statement fails."""
    problem = problem_of(claim)
    point = data["point"]
    for instance in instances(problem.left, problem.op, problem.right, problem.relations, problem.names):
        if all(point.get(s.name) == str(value) for s, value in instance.chosen.items()):
            values = {s: _number(point[instance.shown(s)]) for s in instance.symbols}
            found = failure(instance, values)
            if found is None:
                raise CertificateError("the point does not refute the statement")
            _require(dict(found.counterexample) == point, "the point has other parts than the statement")
            _require((found.left, found.right) == (data["left"], data["right"]), "a value at the point is another one")
            return
    raise CertificateError("the statement has no such length and indices")


def _number(text: str) -> Expr:
    value = read_expression(text)
    _require(not value.free_symbols, "a value of the point is not a number")
    return value


def _matrix(claim: Claim, data: Mapping[str, Any]) -> None:
    """Both sides are the same sum of words."""
    statement = _equation(claim, "==")
    left, right = words(statement.left), words(statement.right)
    scalar = [r for r in claim.relations if not r.atoms(MatrixSymbol)]
    for word in {*left, *right}:
        difference = left.get(word, Integer(0)) - right.get(word, Integer(0))
        _require(is_zero(difference, scalar) is True, "the sides differ in a product of matrices")


def _matrices(claim: Claim, data: Mapping[str, Any]) -> None:
    """At the matrices given the statement fails."""
    statement = _equation(claim, None)
    point = data["point"]
    values: dict[Any, Any] = {}
    for matrix in claim.given.matrices:
        if matrix.name in point:
            rows = ast.literal_eval(point[matrix.name])
            _require(all(type(e) is int for row in rows for e in row), "entries of matrices are integers")
            values[matrix] = ImmutableMatrix(rows)
            _require(max(values[matrix].shape) <= MAX_SIDE, "the matrices are too large")
    numbers = {s: _number(point[s.name]) for s in _symbols(claim) if s.name in point}
    for matrix, value in values.items():
        shape = tuple(side.xreplace(numbers) for side in matrix.shape)
        _require(value.shape == shape, f"{matrix} has another shape")
    _require(set(point) == {m.name for m in values} | {s.name for s in numbers}, "the point names what does not occur")
    for relation in claim.relations:
        if relation.atoms(MatrixSymbol):
            same = _evaluated(relation.lhs, values, numbers) == _evaluated(relation.rhs, values, numbers)
            _require(same == (relation.rel_op == "=="), "the matrices are outside the assumptions")
        else:
            _require(relation.xreplace(numbers) == true, "the point is outside the assumptions")
    _require(fits(numbers, []), "a size or an index is not a positive integer")
    left, right = (_evaluated(side, values, numbers) for side in (statement.left, statement.right))
    _require(not any(e.free_symbols for e in (*left, *right)), "the point leaves something open")
    _require(all(e.is_Rational for e in (*left, *right)), "the sides are not rational at the point")
    _require((left == right) != (statement.op == "=="), "the matrices do not refute the statement")


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
_KINDS: dict[str, tuple[str, Callable[[Claim, Mapping[str, Any]], None]]] = {
    "sums": ("proved", _sums),
    "instance": ("refuted", _instance),
    "matrix": ("proved", _matrix),
    "matrices": ("refuted", _matrices),
}
