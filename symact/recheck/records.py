"""The checker's entrances: one certificate, or a record of `symact verify --json` with the certificate of its claim."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sympy import Derivative, Expr, FiniteSet, Integral, Interval, Set, Union, oo

from ..claims.model import Claim, Expectation, Extent, Property, Relation
from ..parse import parse_claim
from ..proof.certificates.checker import check as check_ordinary
from ..proof.certificates.checker import check_example, check_symbols, guarded
from ..proof.certificates.evaluation import CARRIED_OUT, MissingError, evaluated
from ..proof.certificates.halves import check_exists
from ..proof.certificates.missing import check_missing
from ..proof.certificates.quadrature import enclosed
from ..proof.certificates.requirements import CertificateError, mapping, require
from ..proof.numbers import balls
from ..proof.steps.comparison import exact_value, fits
from ..proof.steps.merging import merged
from ..proof.text import read_expression, text_of
from ..statement import unfolded
from .vectors import KINDS as VECTOR_KINDS

__all__ = ["check", "check_record"]


def check(certificate: Any) -> None:
    """Return silently if a certificate establishes its verdict; raise CertificateError with the reason otherwise.

    The argument is the parsed JSON; whatever it contains, nothing of it is executed.
    """
    kind = certificate.get("kind") if isinstance(certificate, dict) else None
    if not isinstance(certificate, dict) or not isinstance(kind, str) or kind not in _KINDS:
        check_ordinary(certificate)
        return
    verdicts, rule = _KINDS[kind]
    require(certificate.get("version") == 1, "this is no certificate of version 1")
    require(certificate.get("verdict") in verdicts, f"this kind of certificate shows that a claim is {verdicts[0]}")
    guarded(lambda: rule(_at(_claim(certificate["statement"]), certificate), certificate))


def check_record(record: Mapping[str, Any]) -> None:
    """Check the certificate in a record of `symact verify --json`, and that it is about the record's claim; raises as `check`.

    A certificate of an ordinary statement is about what derivatives, limits, integrals and expectations come to: that is checked
    too. A proof names a point at which the assumptions hold and both sides have values, so that it isn't one of nothing.
    """
    certificate = record.get("certificate")
    if not isinstance(certificate, dict):
        raise CertificateError(f"{record.get('verdict')}, but without a certificate")
    require(certificate.get("verdict") == record.get("verdict"), "the record has another verdict than its certificate")
    statement = {"claim": record.get("claim"), "assume": record.get("assume", [])}
    kind = certificate.get("kind")
    if isinstance(kind, str) and kind in _KINDS:
        require(certificate.get("statement") == statement, "the certificate is about another claim")
    else:
        guarded(lambda: _check_same(_at(_claim(statement), certificate), certificate))
    check(certificate)


def _claim(statement: Any) -> Claim:
    text, assume = statement["claim"], statement["assume"]
    require(isinstance(text, str) and isinstance(assume, list), "the statement is a text with a list of assumptions")
    require(all(isinstance(part, str) for part in assume), "assumptions are texts")
    return unfolded(parse_claim(text, assume))


def _at(claim: Claim, certificate: Mapping[str, Any]) -> Claim:
    """The claim at the point of its variables to which a refutation is confined, if it is."""
    if "at" not in certificate:
        return claim
    require(certificate.get("verdict") == "refuted", "a point proves nothing")
    given = {name: read_expression(text) for name, text in mapping(certificate["at"]).items()}
    require({s.name for s in claim.symbols} == set(given), "the point doesn't give each variable one value")
    require(all(value.is_Rational for value in given.values()), "a value of the point is not rational")
    point = {s: given[s.name] for s in claim.symbols}
    require(fits(point, claim.relations), "the point is outside the assumptions")
    return claim.at(point)


# Ordinary statements


def _check_same(claim: Claim, certificate: Mapping[str, Any]) -> None:
    """Refuse a certificate whose statement isn't what the claim comes to, or an empty one."""
    statement, shown = claim.statement, mapping(certificate["statement"])
    steps = iter(certificate.get("evaluated", []))
    rule = _of_merged if certificate.get("merged") is True else _EXPECTED[type(statement)]
    expected, exprs = rule(claim, steps)
    require(next(steps, None) is None, "the certificate evaluates more than the claim has")
    for key, text in expected.items():
        require(shown.get(key) == text, "the certificate is about another claim")
    require(shown.get("assume") == [text_of(r) for r in claim.relations], "the certificate is about other assumptions")
    check_symbols(shown, (*exprs, *claim.relations))
    if isinstance(statement, Relation) and _antiderivative(statement) is not None:
        _check_continuous(claim, certificate, exprs)
    if certificate.get("verdict") == "proved":
        check_example(claim.relations, certificate.get("example"), [e for e in exprs if e not in (oo, -oo)])


Expected = tuple[dict[str, Any], tuple[Expr, ...]]


def _of_relation(claim: Claim, steps: Iterator[Any]) -> Expected:
    statement = claim.statement
    assert isinstance(statement, Relation)
    found = _antiderivative(statement)
    sides: tuple[Expr, ...]
    if found is None:
        sides = tuple(
            side if side in (oo, -oo) else evaluated(side, claim.relations, steps)
            for side in (statement.left, statement.right)
        )
    else:
        integral, primitive = found
        variable = integral.limits[0][0]
        integrand = evaluated(integral.function, claim.relations, steps)
        sides = evaluated(Derivative(primitive, variable), claim.relations, steps), integrand
    return {"left": text_of(sides[0]), "op": statement.op, "right": text_of(sides[1])}, sides


def _of_merged(claim: Claim, steps: Iterator[Any]) -> Expected:
    """The expectations of both sides as one, where each of them exists."""
    statement = claim.statement
    assert isinstance(statement, Relation)
    found = merged(statement.left, statement.right)
    if found is None:
        raise CertificateError("the sides are not linear in expectations")
    others = [r for r in claim.relations if found.z not in r.free_symbols]
    functions = [evaluated(f, others, steps) for f in found.functions]
    for function in functions:
        check_exists(function, found.z, others)
    value = evaluated(found.together(functions), claim.relations, steps)
    return {"left": text_of(value), "op": statement.op, "right": text_of(found.rest)}, (value, found.rest)


def _antiderivative(statement: Relation) -> tuple[Integral, Expr] | None:
    """The integral without bounds that is one side alone, and the other side."""
    for side, other in ((statement.left, statement.right), (statement.right, statement.left)):
        if isinstance(side, Integral) and len(side.limits[0]) == 1:
            require(
                statement.op == "==" and not other.has(*CARRIED_OUT), "an integral without bounds is compared by =="
            )
            return side, other
    return None


def _check_continuous(claim: Claim, certificate: Mapping[str, Any], sides: Sequence[Expr]) -> None:
    """An antiderivative has no jumps, and no holes where the integrand has none."""
    assert isinstance(claim.statement, Relation)
    found = _antiderivative(claim.statement)
    assert found is not None
    if certificate.get("verdict") != "proved":
        return
    (integral, primitive), part = found, mapping(certificate["continuous"])
    x = integral.limits[0][0]
    shown = part["statement"]
    require(shown["property"] == "continuous" and part.get("verdict") == "proved", "no proof that there are no jumps")
    require((shown["expression"], shown["variable"]) == (text_of(primitive), x.name), "another function has no jumps")
    require(shown["assume"] == [text_of(r) for r in claim.relations], "it has no jumps under other assumptions")
    check_ordinary(part)
    for a, b in pairwise(part["pieces"]):
        require(a["right"] == b["left"], "the antiderivative has a gap")
        at = read_expression(a["right"])
        closed = exact_value(primitive, {x: at}) is not None or exact_value(sides[1], {x: at}) is None
        require(closed, "the antiderivative has a hole where the integrand has none")


def _of_property(claim: Claim, steps: Iterator[Any]) -> Expected:
    statement = claim.statement
    assert isinstance(statement, Property)
    found = evaluated(statement.expression, claim.relations, steps)
    order = None if statement.order is None else text_of(statement.order)
    shown = {"property": statement.name, "expression": text_of(found), "variable": statement.variable.name}
    return {**shown, "order": order}, (found,)


def _of_extent(claim: Claim, steps: Iterator[Any]) -> Expected:
    statement = claim.statement
    assert isinstance(statement, Extent)
    found = evaluated(statement.expression, claim.relations, steps)
    shown = {"range": text_of(found), "variable": statement.variable.name, "op": "==" if statement.equal else "!="}
    return {**shown, "values": _Spans(_spans(statement.values))}, (found,)


class _Spans(list[Any]):
    """Spans that equal others in any order."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, list) and sorted(map(repr, self)) == sorted(map(repr, other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None


def _spans(values: Set) -> Iterator[list[Any]]:
    for part in values.args if isinstance(values, Union) else (values,):
        if isinstance(part, FiniteSet):
            yield from ([text_of(value), True, text_of(value), True] for value in part)
        else:
            require(isinstance(part, Interval), "only intervals and finite sets are re-checked")
            low, high, open_low, open_high = part.args
            yield [text_of(low), not open_low, text_of(high), not open_high]


_EXPECTED: dict[Any, Callable[[Claim, Iterator[Any]], Expected]] = {
    Relation: _of_relation,
    Property: _of_property,
    Extent: _of_extent,
}


# Statements that no ordinary relation stands for


def _missing(claim: Claim, data: Mapping[str, Any]) -> None:
    """A limit or an integral in the statement doesn't exist where the assumptions hold, as they do somewhere."""
    statement = claim.statement
    require(isinstance(statement, Relation) and statement.op != "!=", "the statement asserts no value")
    assert isinstance(statement, Relation)
    check_example(claim.relations, data["point"], [])
    steps = iter(data["evaluated"])
    try:
        for side in (statement.left, statement.right):
            if side not in (oo, -oo):
                require(not side.has(Derivative), "a derivative that doesn't exist makes a statement empty, not false")
                evaluated(side, claim.relations, steps)
    except MissingError as missing:
        check_missing(missing.node, claim.relations, data["why"])
        return
    raise CertificateError("every part of the statement has a value")


def _enclosure(claim: Claim, data: Mapping[str, Any]) -> None:
    """Balls around both sides decide the relation."""
    statement = claim.statement
    require(isinstance(statement, Relation), "the statement is no relation")
    assert isinstance(statement, Relation)
    require(not claim.relations or data["verdict"] == "refuted", "assumptions are out of place")
    check_example(claim.relations, data.get("example", {}), [])
    require(not statement.left.free_symbols | statement.right.free_symbols, "the statement has free variables")
    count = sum(1 for _ in _heads(statement.left))
    parts = data["parts"]
    left = enclosed(statement.left, data["bits"], parts[:count])
    right = enclosed(statement.right, data["bits"], parts[count:])
    with balls.precision(data["bits"] + 32):
        gap = left - right
        order = (bool(gap < 0), bool(gap > 0), not gap.contains(0))
    below, above, apart = order
    holds = {"<": below, "<=": below, ">": above, ">=": above, "!=": apart, "==": False}
    fails = {"<": above, "<=": above, ">": below, ">=": below, "!=": False, "==": apart}
    require((holds if data["verdict"] == "proved" else fails)[statement.op], "the enclosures don't decide it")


def _heads(expr: Any) -> Iterator[Any]:
    if isinstance(expr, Integral | Expectation):
        yield expr
        return
    for part in expr.args:
        yield from _heads(part)


#: Kind of certificate → the verdicts it shows, and who checks it.
_KINDS: dict[str, tuple[tuple[str, ...], Callable[[Claim, Mapping[str, Any]], None]]] = {
    **{kind: ((verdict,), rule) for kind, (verdict, rule) in VECTOR_KINDS.items()},
    "missing": (("refuted",), _missing),
    "enclosure": (("proved", "refuted"), _enclosure),
}
