"""The checker of certificates: it re-verifies what the prover recorded, step by step, and never searches.

A certificate is {"version": 1, "statement": …, "verdict": …, "kind": …, …}. `KINDS` tells who checks which kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sympy as sp
from sympy import Expr, Symbol, nan, oo, zoo

from ...errors import InputError
from ..algebra.assume import assuming
from ..algebra.signs import SIGNS
from ..functions.switches import next_switch
from ..numbers.decimals import decimals
from ..steps.cases import domain_of, real_twins
from ..steps.comparison import NEGATED, OPERATORS, Sides, exact_value, failures, fits, has_value, relevant
from ..steps.crossing import meet
from ..text import read_expression, read_relation
from .pieces import check_part
from .properties import FUNCTION_KINDS
from .requirements import CertificateError, mapping, require
from .trees import TreeChecker

__all__ = ["KINDS", "CertificateError", "check", "check_example", "check_symbols", "guarded"]

VERSION = 1
MAX_BITS = 4096
MAX_INTEGERS = 100


def check(certificate: Any) -> None:
    """Return silently if a certificate establishes its verdict; raise CertificateError with the reason otherwise.

    The argument is the parsed JSON; whatever it contains, nothing of it is executed.
    """
    data = mapping(certificate)
    kind = data.get("kind")
    if data.get("version") != VERSION or not isinstance(kind, str) or kind not in {*KINDS, *FUNCTION_KINDS}:
        raise CertificateError(f"this is no certificate of version {VERSION} of a known kind")
    guarded(lambda: _check(kind, data))


def _check(kind: str, data: Mapping[str, Any]) -> None:
    stated = set(mapping(data["statement"]))
    needed, allowed = next(keys for kinds, *keys in _STATED if kind in kinds)
    # a certificate of one kind of statement shows nothing of another one beside it
    require(needed <= stated <= needed | allowed, "the statement is of another kind than the certificate")
    if kind in FUNCTION_KINDS:
        FUNCTION_KINDS[kind](data, check)
    else:
        KINDS[kind](data)


def guarded(rule: Callable[[], None]) -> None:
    """Run a check of data that may be anything; raise CertificateError where it fails in any way."""
    try:
        rule()
    except CertificateError:
        raise
    except KeyError as error:
        raise CertificateError(f"an entry {error} is missing") from None
    except Exception as error:  # whatever libraries raise where data make no sense
        raise CertificateError(f"a step could not be re-checked: {' '.join(str(error).split())}") from None


def check_symbols(shown: Mapping[str, Any], parts: Iterable[Any]) -> None:
    """Refuse a certificate that takes a symbol for an integer or positive where the statement doesn't."""
    symbols = {s for part in parts for s in part.free_symbols}
    for key, holds in (("integers", "is_integer"), ("positive", "is_positive")):
        stated = {s.name for s in symbols if getattr(s, holds)}
        require(set(shown.get(key, ())) <= stated, "the certificate assumes more of a symbol than the statement does")


def check_example(relations: Sequence[Any], point: Any, exprs: Sequence[Expr]) -> None:
    """Refuse a proof without a point at which its relations hold and its expressions have values."""
    given = {name: read_expression(text) for name, text in mapping(point).items()}
    symbols = frozenset().union(*(e.free_symbols for e in (*exprs, *relations)))
    require({s.name for s in symbols} == set(given), "the example doesn't give each variable one value")
    values = {s: given[s.name] for s in symbols}
    require(not any(v.free_symbols for v in values.values()), "a value of the example is not a number")
    require(fits(values, relations), "the example is outside the assumptions")
    require(all(has_value(e, values) for e in exprs), "a side has no value at the example")


class Statement:
    """left op right under relations, read from a certificate."""

    def __init__(self, data: Mapping[str, Any], verdict: str) -> None:
        statement = mapping(data["statement"])
        require(data.get("verdict") == verdict, f"this kind of certificate shows that a claim is {verdict}")
        integers, positive = statement.get("integers", []), statement.get("positive", [])
        told = {name: {"integer": True} for name in integers}
        for name in positive:
            told.setdefault(name, {"real": True})["positive"] = True
        self.symbols = {name: Symbol(name, **facts) for name, facts in told.items()}
        self.op = statement["op"]
        require(self.op in OPERATORS, "the statement has no known relation")
        self.left, self.right = (read_expression(statement[side], self.symbols) for side in ("left", "right"))
        read = [read_relation(text, self.symbols) for text in statement["assume"]]
        self.relations = [r for r in read if r != sp.true]
        assuming(*self.relations)
        everything = (self.left, self.right, *self.relations)
        self.variables = tuple(sorted(frozenset().union(*(e.free_symbols for e in everything)), key=str))


# Refutations


def _check_witness(data: Mapping[str, Any]) -> None:
    s = Statement(data, "refuted")
    given = {name: read_expression(text) for name, text in mapping(data["point"]).items()}
    infinite = any(side in (oo, -oo) for side in (s.left, s.right))
    variables = tuple(v for v in s.variables if v.name in given)
    require(len(variables) == len(s.variables) == len(given), "the point doesn't give each variable one value")
    values = [given[v.name] for v in variables]
    require(not any(v.free_symbols or v.has(oo, -oo, nan, zoo) for v in values), "a value of the point is not a number")
    point = dict(zip(variables, values, strict=True))
    require(fits(point, s.relations), "the point is outside the assumptions")
    if infinite:
        _infinite_at(s, point)
        require(data["bits"] == 0, "the recorded precision is another one")
    else:
        verdict, bits = Sides(s.left, s.op, s.right, variables).holds(values, MAX_BITS, exactly=True)
        require(verdict is False, "the point does not refute the statement")
        require(data.get("bits") == bits, "the recorded precision is another one")
    for side, recorded in ((s.left, data.get("left")), (s.right, data.get("right"))):
        require(isinstance(recorded, str), "a value at the point is missing")
        if side in (oo, -oo):
            require(recorded == str(side), "a value at the point is another one")
        else:
            found = {decimals(side, point, n) for n in (8, 20, 50, 200)}
            require(recorded in found, "a value at the point is another one")


def _order(left: Expr, right: Expr) -> int:
    """The order of two sides of which one at least is infinite and the other may be any number."""
    if left in (oo, -oo) and right in (oo, -oo):
        return int(left == oo) - int(right == oo)
    return 1 if left == oo or right == -oo else -1


def _infinite_at(s: Statement, point: dict[Symbol, Expr]) -> None:
    require(_order(s.left, s.right) not in SIGNS[s.op], "the statement holds of infinite values")
    for side in (s.left, s.right):
        if side not in (oo, -oo):
            require(exact_value(side, point) is not None, "a side has no value at the point")


def _check_infinite(data: Mapping[str, Any]) -> None:
    s = Statement(data, "proved")
    require(any(side in (oo, -oo) for side in (s.left, s.right)), "no side is infinite")
    others = [side for side in (s.left, s.right) if side not in (oo, -oo)]
    require(not any(side.has(oo, -oo, nan, zoo) for side in others), "a side has no value")
    require(_order(s.left, s.right) in SIGNS[s.op], "the statement fails of infinite values")


def _check_crossing(data: Mapping[str, Any]) -> None:
    """Both sides are equal somewhere in an interval, the other variables being rational numbers."""
    s = Statement(data, "refuted")
    require(s.op == "!=", "sides that meet refute != only")
    given = {name: read_expression(text) for name, text in mapping(data["point"]).items()}
    ends = [read_expression(text) for text in data["ends"]]
    require(all(v.is_Rational for v in (*given.values(), *ends)) and len(ends) == 2, "a value is not rational")
    x = next((v for v in s.variables if v.name == data["of"]), None)
    require(
        {v.name for v in s.variables} == {*given, data["of"]} and data["of"] not in given, "a variable has no value"
    )
    assert x is not None
    point = {v: given[v.name] for v in s.variables if v != x}
    require(
        meet(Sides(s.left, s.op, s.right, s.variables), s.relations, point, x, ends), "the sides aren't known to meet"
    )


# Proofs


def _check_identity(data: Mapping[str, Any]) -> None:
    s = Statement(data, "proved")
    require(s.op == "==", "an identity is stated with ==")
    left, right, known = real_twins(s.left, s.right, s.relations)
    relations = relevant(known, left, right)
    proof = mapping(data["proof"])
    if "line" not in proof:
        relations = _smooth(relations)
    if "domain" in proof:
        relations, proof = [*relations, *domain_of(left, right)], mapping(proof["then"])
    TreeChecker().equality((left, right), relations, [], proof)


def _check_inequality(data: Mapping[str, Any]) -> None:
    s = Statement(data, "proved")
    left, right, known = real_twins(s.left, s.right, s.relations)
    relations = relevant(known, left, right)
    proof = mapping(data["proof"])
    difference = left - right
    if s.op == "!=":
        sign = proof["sign"]
        require(sign in (-1, 0, 1), "the sign of the difference is missing")
        d = -(difference**2) if sign == 0 else -sign * difference
        TreeChecker().inequality(d, {-1}, relations, proof["then"])
        return
    if "domain" in proof:
        relations, proof = [*relations, *domain_of(left, right)], mapping(proof["then"])
    require(s.op in ("<", "<=", ">", ">="), "an inequality is stated with <, <=, >, >= or !=")
    d = difference if s.op in ("<", "<=") else right - left
    TreeChecker().inequality(d, {-1} if s.op in ("<", ">") else {-1, 0}, relations, proof)


def _check_integers(data: Mapping[str, Any]) -> None:
    """Beyond two bounds all real numbers, or no assumptions; between them each integer."""
    s = Statement(data, "proved")
    (k,) = s.variables if len(s.variables) == 1 else (None,)
    require(k is not None and k.is_integer is True, "the statement isn't about one integer")
    assert k is not None
    low, high = data["bounds"]
    require(type(low) is int and type(high) is int and 0 <= high - low <= MAX_INTEGERS, "the bounds are far apart")
    for n in range(low + 1, high):
        at = (sp.Integer(n),)
        if (k.is_positive and n <= 0) or any(
            Sides(r.lhs, r.rel_op, r.rhs, (k,)).holds(at, MAX_BITS, exactly=True)[0] is False for r in s.relations
        ):
            continue
        found, _ = Sides(s.left, s.op, s.right, (k,)).holds(at, MAX_BITS, exactly=True)
        require(found is True, f"it was not confirmed at {k} = {n}")
    parts = data["parts"]
    require(len(parts) == 2, "a part is missing")
    for bound, part in zip((low, high), parts, strict=True):
        left, right, moved = real_twins(s.left, s.right, [*s.relations, k >= bound if bound == high else k <= bound])
        if "empty" in part:
            require(_contradict(moved), "there are numbers beyond a bound")
            continue
        op = s.op
        if "never" in part:
            number = part["never"]
            require(type(number) is int and 0 <= number < len(s.relations), "there is no such assumption")
            r = moved[number]
            left, op, right = r.lhs, NEGATED[r.rel_op], r.rhs
            moved = [m for m in moved if m != r]
        check_part(part["proof"], left, op, right, tuple(moved), check)


def _check_contradiction(data: Mapping[str, Any]) -> None:
    """An assumption never holds where the statement fails and the other assumptions hold."""
    s = Statement(data, "proved")
    number = data["never"]
    require(type(number) is int and 0 <= number < len(s.relations), "there is no such assumption")
    r = s.relations[number]
    rest = [*s.relations[:number], *s.relations[number + 1 :]]
    cases = failures(s.left, s.op, s.right)
    require(len(data["parts"]) == len(cases), "a part is missing")
    for failure, part in zip(cases, data["parts"], strict=True):
        check_part(part, r.lhs, NEGATED[r.rel_op], r.rhs, (*rest, failure), check)


def _contradict(relations: Sequence[Any]) -> bool:
    try:
        assuming(*relations)
    except InputError:
        return True
    return False


def _smooth(relations: Sequence[Any]) -> list[Any]:
    return [r for r in relations if next_switch(r.lhs - r.rhs) is None]


#: Kind of certificate → its checker, which raises where a step fails.
KINDS: dict[str, Callable[[Mapping[str, Any]], None]] = {
    "witness": _check_witness,
    "crossing": _check_crossing,
    "infinite": _check_infinite,
    "identity": _check_identity,
    "inequality": _check_inequality,
    "integers": _check_integers,
    "contradiction": _check_contradiction,
}

#: Kinds, what their statements consist of, and what they may say besides.
_STATED: tuple[tuple[frozenset[str], frozenset[str], frozenset[str]], ...] = (
    (frozenset(KINDS), frozenset({"left", "op", "right", "assume"}), frozenset({"integers", "positive"})),
    (
        frozenset({"property", "signs", "property witness"}),
        frozenset({"property", "expression", "variable", "assume"}),
        frozenset({"order"}),
    ),
    (
        frozenset({"range", "range witness"}),
        frozenset({"range", "variable", "op", "values", "assume"}),
        frozenset(),
    ),
)
