"""Certificates of relations: the statement as text, and the witness or the tree that shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sympy as sp
from sympy import Expr
from sympy.core.relational import Relational

from ...errors import InputError
from ..text import read_expression, read_relation, text_of
from ..verdict import Proved, Refuted, Undecided, Verdict

__all__ = ["certified"]


def certified(
    verdict: Verdict,
    left: Expr,
    op: str,
    right: Expr,
    relations: tuple[Relational, ...],
    decide: Callable[..., Verdict],
) -> Verdict:
    """Return a verdict with its certificate: the statement, and what an independent checker needs.

    `decide(left, op, right, relations)` decides the statement once more where its text is read in another form. A verdict that
    can't be certified has an empty certificate.
    """
    if isinstance(verdict, Undecided):
        return verdict
    symbols = frozenset().union(left.free_symbols, right.free_symbols, *(r.free_symbols for r in relations))
    statement = {
        "left": text_of(left),
        "op": op,
        "right": text_of(right),
        "assume": [text_of(r) for r in relations if r != sp.true],
        "integers": sorted(s.name for s in symbols if s.is_integer),
        "positive": sorted(s.name for s in symbols if s.is_positive),
    }
    read = _read(statement, left, right, relations)
    if read is None:
        return replace(verdict, certificate={})
    if read != (left, right):
        # what the text means is the same in another form, and the checker sees that one
        again = decide(read[0], op, read[1], relations)
        return replace(verdict, certificate={}) if isinstance(again, Undecided) else again
    base = {"version": 1, "statement": statement, "verdict": verdict.name}
    if isinstance(verdict, Refuted) and "crossing" in verdict.certificate:
        return replace(verdict, certificate=base | {"kind": "crossing", **verdict.certificate["crossing"]})
    if isinstance(verdict, Refuted):
        data = {
            "point": dict(verdict.counterexample),
            "left": verdict.left,
            "right": verdict.right,
            "bits": verdict.bits,
        }
        return Refuted(
            verdict.method,
            verdict.counterexample,
            verdict.left,
            verdict.right,
            verdict.bits,
            base | {"kind": "witness"} | data,
        )
    if _unchecked(verdict.certificate):
        return Proved(verdict.method)
    if "infinite" in verdict.certificate:
        return Proved(verdict.method, base | {"kind": "infinite"})
    if "integers" in verdict.certificate:
        return Proved(verdict.method, base | {"kind": "integers", **verdict.certificate["integers"]})
    if "never" in verdict.certificate:
        return Proved(verdict.method, base | {"kind": "contradiction", **verdict.certificate})
    kind = "identity" if op == "==" else "inequality"
    return Proved(verdict.method, base | {"kind": kind, "proof": verdict.certificate})


def _unchecked(tree: Any) -> bool:
    """Whether a proof has a chart of which no boxes and tails are known."""
    if isinstance(tree, dict):
        chart = tree.get("chart")
        return (chart is not None and chart.get("boxes") is None) or any(map(_unchecked, tree.values()))
    return isinstance(tree, list) and any(map(_unchecked, tree))


def _read(
    statement: Mapping[str, Any], left: Expr, right: Expr, relations: Sequence[Relational]
) -> tuple[Expr, Expr] | None:
    """Both sides as the statement's text is read; None where the text doesn't settle what they or the relations are."""
    symbols = {s.name: s for e in (left, right, *relations) for s in e.free_symbols}
    try:
        first, second = (read_expression(statement[name], symbols) for name in ("left", "right"))
        read = [read_relation(text, symbols) for text in statement["assume"]]
        again = [read_expression(text_of(side), symbols) for side in (first, second)]
    except (InputError, RecursionError):
        return None
    fixed = again == [first, second] and read == [r for r in relations if r != sp.true]
    return (first, second) if fixed else None
