"""Whether a function is odd, increasing, convex, smooth and the like: on every piece, and at jumps, kinks and holes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sympy import Expr, S, Symbol
from sympy.core.relational import Relational

from ...errors import InputError, NotSupportedError, UndecidedError, UnknownSignError
from ..calculus.evaluate import evaluate
from ..functions.sign_cases import split_relations
from ..numbers.parameters import instances
from ..text import text_of
from ..verdict import Proved, Refuted, Undecided, Verdict
from .cases import by_sign
from .counterexamples import broken_symmetry, scattered, wrong_slope
from .justification import justified, symmetry
from .monotonicity import curved, monotonic, ordered
from .question import Answer, No, Question
from .smoothness import smooth
from .symmetry import symmetric

__all__ = ["PROPERTIES", "decide_property"]

_METHOD = "signs of derivatives on pieces, limits at joins"


def decide_property(
    name: str, expression: Expr, variable: Symbol, order: Expr | None = None, relations: Iterable[Relational] = ()
) -> Verdict:
    """Return whether `expression` has the property `name` as a function of the variable, on its domain.

    `order` is the k of smooth. Relations on the variable restrict the domain. Raises InputError for an unknown name.
    """
    if name not in PROPERTIES:
        raise InputError(f"unknown property {name}; known: {', '.join(sorted(PROPERTIES))}")
    if variable.is_integer:
        return Undecided(f"properties are decided of functions of a real variable, and {variable} is an integer")
    relations = tuple(relations)
    others, own = split_relations(relations, variable)
    statement = {
        "property": name,
        "expression": text_of(expression),
        "variable": str(variable),
        "order": None if order is None else str(order),
        "assume": [text_of(r) for r in relations],
    }
    cause, doubt = "no method applies", None
    try:
        question = Question(evaluate(expression, others), variable, own, others, order)
    except (UndecidedError, NotSupportedError) as reason:
        return Undecided(str(reason))
    statement["expression"] = text_of(question.expr)
    try:
        answer = PROPERTIES[name](question)
    except UnknownSignError as unknown:
        answer, cause, doubt = None, str(unknown), unknown.expr
    except (UndecidedError, NotSupportedError, RecursionError) as reason:
        answer, cause = None, str(reason)
    if answer is True:
        shown = (
            symmetry(1 if name == "even" else -1, question.expr, variable, relations)
            if name in ("odd", "even")
            else justified(name, question.expr, variable, relations)
        )
        return Proved(_METHOD, _certificate("property", statement, "proved", shown))
    if answer is None or answer is False:
        answer = _instance(name, question) if question.parameters else _searched(name, question)
    if isinstance(answer, No):
        shown = {"witness": answer.point, **answer.shown}
        certificate = _certificate("property witness", statement, "refuted", shown)
        return Refuted(answer.reason, answer.point, certificate=certificate)
    if isinstance(doubt, Expr):
        cases = by_sign(
            doubt, question.expr, variable, relations, lambda f, r: decide_property(name, f, variable, order, r)
        )
        if cases is not None:
            shown = {"of": text_of(doubt), "parts": cases}
            return Proved("cases of a sign", _certificate("signs", statement, "proved", shown))
    return Undecided(cause, _METHOD)


def _certificate(kind: str, statement: dict[str, Any], verdict: str, shown: Mapping[str, Any]) -> dict[str, Any]:
    return {"version": 1, "statement": statement, "verdict": verdict, "kind": kind, **shown}


def _instance(name: str, question: Question) -> Answer:
    """Look for values of the parameters for which the property fails."""
    for point in instances(question.parameters, question.others):
        try:
            narrowed = tuple(r for r in (c.subs(point) for c in question.own) if r != S.true)
            found = decide_property(name, question.expr.subs(point), question.x, question.order, narrowed)
        except (InputError, UndecidedError, NotSupportedError, TypeError, ValueError):
            continue
        if isinstance(found, Refuted):
            shown = {key: found.certificate[key] for key in ("corner", "parts") if key in found.certificate}
            return No({**{str(s): str(v) for s, v in point.items()}, **found.counterexample}, found.method, shown)
    return None


def _searched(name: str, question: Question) -> Answer:
    """Look for points that contradict the property without knowing the pieces."""
    search = _SEARCHES.get(name)
    point = search(question.expr, question.x, question.own) if search else None
    return None if point is None else No(point, "values at points")


_SEARCHES: dict[str, Callable[[Expr, Symbol, tuple[Relational, ...]], dict[str, str] | None]] = {
    "odd": broken_symmetry(-1),
    "even": broken_symmetry(1),
    "increasing": scattered(1),
    "strictly_increasing": scattered(1),
    "decreasing": scattered(-1),
    "strictly_decreasing": scattered(-1),
    "convex": wrong_slope(2, 1),
    "concave": wrong_slope(2, -1),
}

#: Property → how it is decided.
PROPERTIES: dict[str, Callable[[Question], Answer]] = {
    "odd": symmetric(-1),
    "even": symmetric(1),
    "increasing": ordered(1, strict=False),
    "strictly_increasing": ordered(1, strict=True),
    "decreasing": ordered(-1, strict=False),
    "strictly_decreasing": ordered(-1, strict=True),
    "monotonic": monotonic,
    "convex": curved(1),
    "concave": curved(-1),
    "continuous": smooth,
    "smooth": smooth,
}
