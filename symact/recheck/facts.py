"""Certificates of facts: the claims that say a fact, each with a record that is checked by itself.

{"version": 1, "kind": "fact", "fact": name, "expression": f, "value": as on the card, "assume": what is known, "given": what the
claims are formed with besides, "claims": records of `symact verify --json`}. That there are values, or none, needs no record:
it is checked as it stands, between the points `given["cuts"]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from sympy import ITE, And, Eq, Expr, Not, Or, Piecewise, Rational, Symbol, true
from sympy.core.relational import Relational

from ..claims.facts import Existence, Statement, statements
from ..claims.model import Claim, Relation
from ..claims.statements import stretches
from ..errors import SymactError
from ..named import unfold
from ..parse import parse_assumptions, parse_claim, parse_expression
from ..proof.certificates.checker import guarded
from ..proof.certificates.evaluation import CARRIED_OUT
from ..proof.certificates.existence import check_existence
from ..proof.certificates.requirements import CertificateError, mapping, require
from ..proof.numbers.parameters import instances
from ..proof.steps.cases import signs_of
from ..proof.steps.comparison import certain_sign
from ..proof.text import read_expression
from ..statement import unfolded
from ..symbols import real
from .records import check_record

__all__ = ["check_fact", "exists", "put", "said", "shows", "suits"]

#: Texts in a value or in what is given that are no expressions.
_WORDS = frozenset(
    ("oo", "-oo", "none", "infinite", "undefined", "smooth", "joins", "inflection_points", "domain", "+", "-", "!=")
)
#: Least numbers of certain digits of a number that is only enclosed, and of one that is exact.
DIGITS, MORE_DIGITS = 19, 28
#: Decimals, times what parameters contribute or plus that.
_DECIMAL = re.compile(r"(?P<number>-?\d{1,400}(\.\d{1,400})?(e-?\d{1,3})?)(?P<moved>(\*\(| \+ ).*)?")

#: Facts whose values are words, each of which stands for predicates, or read by themselves.
_NO_TEXTS = frozenset({"domain", "parity", "monotonicity", "convexity", "continuity"})
#: Facts whose values are expressions in x.
_FORMULAS = frozenset({"asymptotes", "derivative", "output_relation", "inverse", "antiderivative"})
#: Parts that are words of their own.
_READ_APART = frozenset({"set", "kind", "fact", "latex"})


def said(
    name: str, expression: str, value: Any, assume: Sequence[str], given: Mapping[str, Any]
) -> list[Statement | Existence]:
    """Return the claims that say a fact of an expression in x; none where the language of claims has no words for it.

    What is assumed of x itself makes its domain smaller. Raises CertificateError where no such fact has this value or such parts.
    """
    inside = [text for text in assume if any(r.has(real("x")) for r in parse_assumptions([text]).relations)]
    if inside:
        expression = f"Piecewise(({expression}, {' & '.join(f'({text})' for text in inside)}))"
    try:
        return statements(name, expression, value, [text for text in assume if text not in inside], given, put)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise CertificateError(f"the fact {name} has no such value: {error}") from None


def put(text: str, name: str, argument: str) -> str:
    """Write an argument for a symbol in a text."""
    found = parse_expression(text).subs(real(name), parse_expression(argument))
    # a condition on a function that has cases itself
    return str(found.replace(ITE, lambda when, this, other: Or(And(when, this), And(Not(when), other))))


def exists(statement: Existence, cuts: Sequence[Expr]) -> None:
    """Check that there are values, or none, where that is said; raises CertificateError, or another SymactError."""
    claim = unfolded(parse_claim(f"({statement.expression}) == 0", statement.assume))
    stated = claim.statement
    require(isinstance(stated, Relation), f"{statement.expression} is no expression")
    assert isinstance(stated, Relation)
    require(not stated.left.has(*CARRIED_OUT), f"whether {stated.left} has a value is not seen as it stands")
    relations = [r for r in claim.given.relations if r != true]
    check_existence(_as_written(stated.left, claim), real("x"), relations, cuts, statement.exists)


def _as_written(expr: Expr, claim: Claim) -> Expr:
    """A side of a claim with the conditions that SymPy has cancelled, as in x/x."""
    return Piecewise((expr, And(*claim.domain))) if claim.domain else expr


def check_fact(certificate: Mapping[str, Any]) -> None:
    """Check that the claims are those that say the fact, and every record of one; raises CertificateError with the reason."""
    require(certificate.get("version") == 1, "this is no certificate of version 1")
    name, expression, assume, records = (certificate.get(key) for key in ("fact", "expression", "assume", "claims"))
    given = certificate.get("given", {})
    if not (
        isinstance(name, str) and isinstance(expression, str) and isinstance(assume, list) and isinstance(records, list)
    ):
        raise CertificateError("a certificate of a fact has a name, an expression, assumptions and claims")
    require(isinstance(given, dict), "what is given besides is an object")
    require(all(isinstance(part, str) for part in assume), "assumptions are texts")
    require(all(isinstance(record, dict) for record in records), "the claims are records")
    value = certificate.get("value")
    guarded(lambda: _check_texts(name, expression, value, assume, given))
    expected = said(name, expression, value, assume, given)
    claims = [s for s in expected if isinstance(s, Statement)]
    require(bool(expected), "no claims say this fact")
    require(
        [(r.get("claim"), r.get("assume"), r.get("verdict")) for r in records]
        == [(s.says, list(s.assume), s.verdict) for s in claims],
        "the claims aren't those that say the fact",
    )
    for record, statement in zip(records, claims, strict=True):
        check_record(record)
        require(shows(record, statement), "a claim does not show what the fact needs")
    if not claims:  # a claim that is proved names a point where the assumptions hold
        guarded(lambda: _check_possible(assume))
    cuts = [parse_expression(text) for text in given.get("cuts", [])]
    for other in expected:
        if isinstance(other, Existence):
            _check_existence(other, cuts)


def _check_possible(assume: Sequence[str]) -> None:
    """Refuse assumptions that hold for no values that are found: they show anything."""
    relations = [unfold(r) for r in parse_assumptions(assume).relations]
    symbols = sorted(frozenset().union(*(r.free_symbols for r in relations)), key=str)
    require(not symbols or any(True for _ in instances(symbols, relations)), "no values for the assumptions were found")


def _check_existence(statement: Existence, cuts: Sequence[Expr]) -> None:
    guarded(lambda: exists(statement, cuts))


def shows(record: Mapping[str, Any], statement: Statement) -> bool:
    """Whether a record says of its claim what the fact needs of the statement.

    What is refuted is so by a missing limit, by what happens at a point, or at all; with parameters that are left open it is
    refuted for some of them only, which shows nothing of the others. What is proved at a point for all parameters is so
    wherever both sides have values: that they have them is seen here.
    """
    certificate = record.get("certificate") or {}
    if statement.missing:
        return certificate.get("kind") == "missing"
    claim = unfolded(parse_claim(statement.says, statement.assume))
    if statement.verdict == "refuted":
        return not _parameters(claim) and statement.at in (None, certificate.get("witness", {}).get("x"))
    places = [r for r in claim.given.relations if isinstance(r, Eq) and r.has(real("x"))]
    return not (places and _parameters(claim)) or _has_values(claim, places[0], certificate["statement"])


def _parameters(claim: Claim) -> frozenset[Symbol]:
    """The symbols of a claim other than x."""
    stated = claim.statement
    parts = (stated.left, stated.right) if isinstance(stated, Relation) else (stated.expression,)
    return frozenset().union(*(part.free_symbols for part in (*parts, *claim.relations))) - {real("x")}


def _has_values(claim: Claim, place: Eq, shown: Mapping[str, Any]) -> bool:
    """Whether both sides of what a claim at one x comes to certainly have values there, whatever the parameters are.

    Without parameters the example that a proof names shows that.
    """
    x = real("x")
    if x not in place.args:
        return False
    (at,) = set(place.args) - {x}
    relations = [r for r in (r.subs(x, at) for r in claim.given.relations) if r != true]
    try:
        for side in ("left", "right"):
            expr = _as_written(read_expression(shown[side]), claim)
            check_existence(expr.subs(x, at), x, relations, (), True)
    except (SymactError, LookupError):  # not confirmed, or nothing that has sides
        return False
    return True


def suits(certificate: Mapping[str, Any], card: Mapping[str, Any], name: str, case: Mapping[str, Any]) -> None:
    """Check that a certificate is about a fact of a card as it is printed there; raises CertificateError."""
    mapping(certificate)
    require(certificate.get("kind") in ("fact", "vector-fact"), "this is no certificate of a fact")
    require(certificate.get("fact") == name, "the certificate is about another fact")
    require(case.get("status") == "proved", "the certificate is beside a fact that is not proved")
    require(certificate.get("expression") == card.get("expression"), "the certificate is about another function")
    value = case.get("value")
    require(certificate.get("value") == value, "the certificate is about another value")
    require(type(certificate.get("value")) is type(value), "the certificate is about another value")
    when = case.get("when")
    conditions = when.split(" and ") if isinstance(when, str) else []
    require(
        certificate.get("assume") == [*card.get("assume", []), *conditions], "the certificate assumes something else"
    )


# texts and numbers


def _check_texts(name: str, expression: str, value: Any, assume: Sequence[str], given: Mapping[str, Any]) -> None:
    """Refuse texts that aren't expressions by themselves, and numbers outside the enclosures beside them."""
    domains = [given["domain"]] if isinstance(given.get("domain"), str) else []
    domains += [value] if name == "domain" else []
    domains += [given["value"]] if given.get("fact") == "domain" else []
    ends = [end for text in domains for part in stretches(text) for end in (part[0], part[2])]
    shown = {key: part for key, part in given.items() if key != "domain" and part not in domains}
    stated = list(_texts(None if name in _NO_TEXTS else value))
    formulas, numbers = (stated, []) if name in _FORMULAS else ([], stated)
    for text in (expression, *formulas):
        if text not in _WORDS:
            parse_expression(text)
    for text in (*ends, *numbers, *_texts(shown)):
        if text not in _WORDS:
            require(real("x") not in parse_expression(text).free_symbols, f"{text} is no number, as it has x in it")
    if name == "asymptotes":
        lines = [unfold(parse_expression(line)) for line in value.values() if line is not None]
        require(all(line.is_polynomial(real("x")) for line in lines), "an asymptote is a line")
    known = parse_assumptions(assume).relations
    for number in _numbers(value):
        _check_number(number, known)


def _check_number(number: Mapping[str, Any], known: Sequence[Relational]) -> None:
    """Decimals on both sides of a number, of many digits; with parameters times what these contribute, or none."""
    exact, ends = number["exact"], [number["lower"], number["upper"]]
    value = None if exact is None else unfold(parse_expression(exact))
    if value is not None and value.free_symbols:
        for end, signs in zip(ends, ({0, 1}, {-1, 0}), strict=True):
            if end is not None:
                found = signs_of(value - unfold(parse_expression(end)), known)
                require(found <= signs, f"{exact} is not between the bounds beside it")
        return
    parts = [part for end in ends if isinstance(end, str) and (part := _DECIMAL.fullmatch(end))]
    require(len(parts) == 2, "a number has no decimals")
    (below, moved), (above, other) = ((part["number"], part["moved"]) for part in parts)
    require(moved == other and (value is None or not moved), "the decimals of a number are moved apart")
    low, high = Fraction(below), Fraction(above)
    width = max(abs(low), abs(high)) / 10 ** (DIGITS if exact is None else MORE_DIGITS)
    require(
        low <= high <= low + max(width, Fraction(1, 10 ** (2 * MORE_DIGITS))), "a number has too few certain digits"
    )
    if value is not None:
        require(
            certain_sign(value - Rational(low)) >= 0 >= certain_sign(value - Rational(high)), f"{exact} is not there"
        )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key == "set" and part is not None:
                parse_claim(f"range(x, x) == {part}")
            elif key not in _READ_APART:
                yield from _texts(part)


def _numbers(value: Any) -> Iterator[Mapping[str, Any]]:
    """Numbers that are shown exactly, or enclosed."""
    if isinstance(value, dict) and set(value) == {"exact", "lower", "upper"}:
        yield value
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _numbers(part)
