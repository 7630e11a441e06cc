"""What is proved is proved of something, and what has no value is not equal to anything.

A proof needs a point at which the assumptions hold and the sides have values. A relation with a limit or an integral that doesn't
exist asserts its value, and is false.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, permutations
from typing import Any

import sympy as sp
from sympy import Derivative, Expr, Limit, Rational, Symbol, oo
from sympy.core.relational import Relational

from ..claims.model import Claim, Expectation, Relation
from ..errors import ContradictionError, SymactError
from .calculus.evaluate import NoValueError
from .calculus.integration import Primitives, area
from .certificates.missing import check_missing
from .functions.shape import shape
from .functions.switches import obstacles
from .numbers.witness import sample_points
from .relations.examples import example
from .relations.relation import decide_relation
from .steps.comparison import NEGATED, exact_value, fits, has_value
from .text import text_of
from .verdict import Proved, Refuted, Undecided, Verdict

__all__ = ["check_consistent", "check_opposites", "instantiated", "one_sided", "without_value"]

Point = Mapping[Symbol, Rational]

#: Points at which is looked for sides without a value, and how far from each.
_POINTS = 12
_STEP = Rational(1, 999983)


def instantiated(verdict: Verdict, exprs: Sequence[Expr], relations: Sequence[Relational]) -> Verdict:
    """Return a proof with a point at which it says something in its certificate, Undecided where none is found.

    Other verdicts are returned as they are. Raises ContradictionError where the assumptions are proved to contradict each other.
    """
    if not isinstance(verdict, Proved):
        return verdict
    relations = [r for r in relations if r != sp.true]
    point = example([e for e in exprs if e not in (oo, -oo)], relations)
    if point is None:
        check_consistent(relations)
        return Undecided(
            "no point was found at which the assumptions hold and both sides have values: the statement may be empty",
            verdict.method,
        )
    if not verdict.certificate:
        return verdict
    shown = {s.name: text_of(v) for s, v in point.items()}
    return replace(verdict, certificate={**verdict.certificate, "example": shown})


def one_sided(sides: Sequence[Expr], relations: Sequence[Relational]) -> Point | None:
    """Return a point inside the relations at which one side has a value and the other has none, neither there nor next to it."""
    symbols = sorted(frozenset().union(*(part.free_symbols for part in (*sides, *relations))), key=str)
    if not any(True for side in sides for _ in obstacles(side)):
        return None
    for point in sample_points(symbols, relations, _POINTS):
        beside = {s: value + _STEP * k for k, (s, value) in enumerate(point.items(), 1)}
        if fits(beside, relations) and any(
            has_value(a, point) and _has_none(b, point) and _has_none(b, beside) for a, b in permutations(sides)
        ):
            return point
    return None


def _has_none(expr: Expr, point: Point) -> bool:
    try:
        return exact_value(expr, dict(point)) is None
    except SymactError:
        return False


def without_value(
    claim: Claim, statement: Relation, steps: Sequence[Mapping[str, Any]], missing: NoValueError
) -> Refuted | None:
    """Return the refutation of a relation of which a limit, an integral or an expectation is proved not to exist.

    None where the statement doesn't assert that it exists, or where that isn't confirmed by a certificate.
    """
    node = missing.node
    if node is None or statement.op == "!=" or any(s.has(Derivative) for s in (statement.left, statement.right)):
        return None
    point = example([], [r for r in claim.relations if r != sp.true])
    if point is None:
        return None
    for why in _reasons(node, claim.relations):
        try:
            check_missing(node, claim.relations, why)
        except (SymactError, NotImplementedError):
            continue
        shown = {s.name: text_of(v) for s, v in point.items()}
        base = {"version": 1, "statement": {"claim": claim.text, "assume": list(claim.assume)}, "verdict": "refuted"}
        data = {"kind": "missing", "evaluated": list(steps), "why": why, "point": shown}
        return Refuted(f"no value: {missing}", shown, certificate={**base, **data})
    return None


def _reasons(node: Any, relations: Sequence[Relational]) -> Iterator[dict[str, Any]]:
    """What may show that a node has no value: limits from both sides, phases of an oscillation, parts that diverge."""
    if isinstance(node, Limit):
        expr, v = node.args[:2]
        yield {}
        for angle in sorted({e.args[0] for e in expr.atoms(sp.sin, sp.cos, sp.tan) if e.has(v)}, key=sp.count_ops):
            for phases in combinations(_PHASES, 2):
                yield {"of": text_of(angle), "phases": [text_of(p) for p in phases]}
        return
    used: Primitives = []
    v, low, high = node.limits[0]
    weight = sp.exp(-(v**2) / 2) / sp.sqrt(2 * sp.pi) if isinstance(node, Expectation) else sp.S.One
    inside = (*([] if low == -oo else [v > low]), *([] if high == oo else [v < high]))
    try:
        curve = shape(node.function * weight, v, (*(r for r in relations if not r.has(v)), *inside))
        area(curve, used=used)
    except (SymactError, NotImplementedError):
        yield {"pieces": used}


_PHASES = (sp.S.Zero, sp.pi / 2, sp.pi, -sp.pi / 2, sp.pi / 4)


def check_opposites(relations: Sequence[Relational]) -> None:
    """Raise ContradictionError where one of the relations is the negation of another."""
    for relation in relations:
        if relation.negated in relations:
            raise ContradictionError(f"the assumptions contradict each other: {relation} and {relation.negated}")


def check_consistent(relations: Sequence[Relational]) -> None:
    """Raise ContradictionError where one of the relations is proved to fail wherever the others hold."""
    for k, relation in enumerate(relations):
        others = (*relations[:k], *relations[k + 1 :])
        found = decide_relation(relation.lhs, NEGATED[relation.rel_op], relation.rhs, others)
        if isinstance(found, Proved):
            where = " where the others hold" if others else ""
            raise ContradictionError(f"the assumptions contradict each other: {relation} never holds{where}")
