"""Certificates of facts: the claims that say a fact, each with a record that is checked by itself.

{"version": 1, "kind": "fact", "fact": name, "expression": f, "value": as on the card, "assume": what is known, "given": what the
claims are formed with besides, "claims": records of `symact verify --json`}. That there are values, or none, needs no record:
it is checked as it stands, between the points `given["cuts"]`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sympy import ITE, And, Eq, Expr, Function, Not, Or, Piecewise, Symbol, true

from ..claims.facts import Existence, Independence, Obstruction, Part, Statement, statements
from ..claims.model import Claim, Relation
from ..errors import SymactError
from ..named import unfold
from ..parse import parse_assumptions, parse_claim, parse_expression
from ..proof.certificates.checker import guarded
from ..proof.certificates.elementary import ALLOWED, Residue, check_independent, check_residue
from ..proof.certificates.evaluation import CARRIED_OUT
from ..proof.certificates.existence import check_existence
from ..proof.certificates.requirements import CertificateError, mapping, require
from ..proof.functions.switches import SWITCHES
from ..proof.numbers.parameters import instances
from ..proof.text import read_expression
from ..statement import unfolded
from ..symbols import real
from .records import check_record
from .values import check_value

__all__ = ["check_fact", "confirm", "put", "said", "shows", "suits"]


def said(name: str, expression: str, value: Any, assume: Sequence[str], given: Mapping[str, Any]) -> list[Part]:
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
    """Write an argument for a symbol in a text; where a side of x/x has no value, it has none either."""
    found, inside = (_as_written(_left(claim), claim) for claim in map(_claim, (text, argument)))
    found = found.subs(real(name), inside)
    # a condition on a function that has cases itself
    return str(found.replace(ITE, lambda when, this, other: Or(And(when, this), And(Not(when), other))))


def confirm(part: Existence | Obstruction | Independence, cuts: Sequence[Expr]) -> None:
    """Check what needs no record: raises CertificateError, or another SymactError."""
    if isinstance(part, Obstruction):
        _obstructs(part)
    elif isinstance(part, Independence):
        texts = part.value, part.slope, part.outer, part.kernel, part.inner
        value, slope, _, outer, inner = map(_read, texts)
        check_independent(value, slope, outer, inner, *_SYMBOLS)
    else:
        _exists(part, cuts)


def _obstructs(part: Obstruction) -> None:
    """Check that a function has no elementary antiderivative, and that the known part of the other one is elementary."""
    require(part.pole in ("x", "t"), "a pole is in x or in t")
    texts = part.f, part.known, part.argument, part.kernel, part.top, part.bottom, part.place
    f, known, _, kernel, top, bottom, place = map(_read, texts)
    require(not known.has(*SWITCHES), f"{part.known} is not elementary")
    others = {e.func for e in (*f.atoms(Function), *known.atoms(Function))} - {*ALLOWED, *SWITCHES}
    require(not others, f"antiderivatives with {', '.join(sorted(map(str, others)))} are not excluded")
    require(place.has(_SYMBOLS[1]) == (part.pole == "t"), "the place is one of another symbol")
    check_residue(Residue(kernel, top, bottom, place), *_SYMBOLS)


#: The variable, a kernel, and one beside it.
_SYMBOLS = real("x"), real("t"), real("s")


def _read(text: str) -> Expr:
    return unfold(parse_expression(text))


def _exists(statement: Existence, cuts: Sequence[Expr]) -> None:
    """Check that there are values, or none, where that is said."""
    claim = unfolded(_claim(statement.expression, statement.assume))
    expr = _left(claim)
    require(not expr.has(*CARRIED_OUT), f"whether {expr} has a value is not seen as it stands")
    relations = [r for r in claim.given.relations if r != true]
    check_existence(_as_written(expr, claim), real("x"), relations, cuts, statement.exists)


def _claim(text: str, assume: Sequence[str] = ()) -> Claim:
    """A claim of which an expression is the left side."""
    return parse_claim(f"({text}) == 0", assume)


def _left(claim: Claim) -> Expr:
    if not isinstance(claim.statement, Relation):
        raise CertificateError(f"{claim.text} is about no expression")
    return claim.statement.left


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
    guarded(lambda: check_value(name, expression, value, assume, given))
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
    for part in expected:
        if not isinstance(part, Statement):
            _check_part(part, cuts)


def _check_possible(assume: Sequence[str]) -> None:
    """Refuse assumptions that hold for no values that are found: they show anything."""
    relations = [unfold(r) for r in parse_assumptions(assume).relations]
    symbols = sorted(frozenset().union(*(r.free_symbols for r in relations)), key=str)
    require(not symbols or any(True for _ in instances(symbols, relations)), "no values for the assumptions were found")


def _check_part(part: Existence | Obstruction | Independence, cuts: Sequence[Expr]) -> None:
    guarded(lambda: confirm(part, cuts))


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
