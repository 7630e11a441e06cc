"""Statements about vectors of symbolic length: proved by a normal form of sums, refuted at a small length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import sympy as sp
from sympy import Derivative, Indexed, KroneckerDelta, Sum

from ...claims.model import Claim, Relation
from ...errors import NotSupportedError, SymactError, UndecidedError
from ...symbols import LargestOf
from ..relations.relation import decide_relation
from ..verdict import Proved, Refuted, Undecided, Verdict
from .abstraction import Problem, partitions, problem_of
from .examples import example
from .induction import induction
from .instances import Instance, instances, refute
from .terms import term_by_term

__all__ = ["decide_vector", "is_about_vectors"]

#: Indices whose equality is distinguished; each more multiplies the cases.
MAX_INDICES = 4
#: Lengths at which sums of plain terms are looked at in the end.
LONGER = (4, 5, 10, 24)
#: Instances that are decided exactly once the normal form has failed.
MAX_EXACT = 4


def is_about_vectors(claim: Claim) -> bool:
    """Return whether a relation, or what it assumes, speaks of entries, or of sums or maxima of symbolic length."""
    statement = claim.statement
    return isinstance(statement, Relation) and any(
        part.has(Sum, LargestOf, Indexed, KroneckerDelta)
        for part in (statement.left, statement.right, *claim.relations)
    )


def decide_vector(claim: Claim) -> Verdict:
    """Return the verdict on a relation between expressions with entries, sums and maxima of vectors of every length.

    A proof holds for all lengths and indices. A refutation names a length, indices and entries. Raises NotSupportedError
    for a statement that isn't a relation, or has indices other than names and numbers.
    """
    problem = problem_of(claim)
    if any(side in (sp.oo, -sp.oo) for side in (problem.left, problem.right)):
        raise NotSupportedError("a sum of symbolic length is not compared with infinity")
    base = {"version": 1, "statement": {"claim": claim.text, "assume": list(claim.assume)}}
    chosen = list(instances(problem.left, problem.op, problem.right, problem.relations, problem.names))
    for instance in chosen:
        if (found := refute(instance)) is not None:
            return _certified(found, base)
    why = "the normal form of the two sides differs, and no small length refutes the statement"
    for opened in (False, True):
        stated = term_by_term(problem) if opened else problem
        if opened and stated == problem:
            break
        try:
            cases = _proof(stated)
        except SymactError as reason:
            cases, why = None, str(reason)
        if cases is not None:
            return _proved(problem, cases, base | {"terms": opened})
    try:
        return _by_induction(problem, base)
    except SymactError:
        pass  # the reason found before says more
    for instance in _longer(problem):
        if (found := refute(instance)) is not None:
            return _certified(found, base)
    for instance in islice(chosen, MAX_EXACT):
        if (exact := _exactly(instance)) is not None:
            return _certified(exact, base)
    return Undecided(why, "normal form of sums")


def _proof(problem: Problem) -> list[dict[str, Any]] | None:
    """Prove the statement in every case of equal and distinct indices; None where one isn't proved."""
    if not problem.needs_cases and (case := _case(problem, None)) is not None:
        return [case]
    indices = problem.indices()
    if len(indices) > MAX_INDICES:
        raise UndecidedError(f"{len(indices)} indices have too many cases; up to {MAX_INDICES} are decided")
    cases = []
    for classes in partitions(indices):
        case = _case(problem, classes)
        if case is None:
            return None
        cases.append(case)
    return cases


def _case(problem: Problem, classes: list[list[Any]] | None) -> dict[str, Any] | None:
    """The first ordinary relation that is proved, by its number, with its certificate; or that the case can't be."""
    names = None if classes is None else [[str(at) for at in group] for group in classes]
    if classes is not None and problem.excludes(classes):
        return {"equal": names, "excluded": True}
    for number, ordinary in enumerate(problem.ordinary(classes)):
        found = decide_relation(ordinary.left, ordinary.op, ordinary.right, ordinary.relations)
        if isinstance(found, Proved):
            return {"equal": names, "choice": number, "part": dict(found.certificate)}
    return None


def _proved(problem: Problem, cases: list[dict[str, Any]], base: dict[str, Any]) -> Verdict:
    """The verdict once every case is proved: there must be something that the statement is about."""
    method = "normal form of sums" if len(cases) == 1 else f"normal form of sums, {len(cases)} cases of indices"
    point = example(problem)
    if point is None:
        return Undecided(
            "no length, indices and entries were found at which the assumptions hold and both sides have values: "
            "the statement may be empty",
            method,
        )
    complete = all(case.get("excluded") or case["part"] for case in cases)
    data = {"verdict": "proved", "kind": "sums", "cases": cases, "example": point}
    return Proved(method, base | data if complete else {})


def _longer(problem: Problem) -> Iterator[Instance]:
    """Instances of a statement without entries at larger lengths, where a few terms don't tell."""
    parts = problem.left, problem.right, *problem.relations
    if not any(part.has(Indexed) for part in parts):
        yield from instances(problem.left, problem.op, problem.right, problem.relations, problem.names, LONGER)


def _by_induction(problem: Problem, base: dict[str, Any]) -> Verdict:
    """The verdict by the statement at the first n and the change from each n to the next; raise UndecidedError without a proof."""
    parts = []
    for ordinary in induction(problem):
        found = decide_relation(ordinary.left, ordinary.op, ordinary.right, ordinary.relations)
        if not isinstance(found, Proved):
            raise UndecidedError("a part of the induction was not proved")
        parts.append(dict(found.certificate))
    point = example(problem)
    if point is None:
        raise UndecidedError("no example was found")
    data = {"verdict": "proved", "kind": "induction", "parts": parts, "example": point}
    return Proved("induction", base | data if all(parts) else {})


def _certified(found: Refuted, base: dict[str, Any]) -> Refuted:
    point = dict(found.counterexample)
    data = {"verdict": "refuted", "kind": "instance", "point": point, "left": found.left, "right": found.right}
    return replace(found, certificate=base | data)


def _exactly(instance: Instance) -> Refuted | None:
    """Decide an instance as an ordinary relation; only its refutation concerns the statement."""
    if any(side.has(Derivative, sp.Limit, sp.Integral) for side in (instance.left, instance.right)):
        return None
    found = decide_relation(instance.left, instance.op, instance.right, instance.relations)
    if not isinstance(found, Refuted):
        return None
    return Refuted(
        f"an instance, {found.method}", instance.named(found.counterexample), found.left, found.right, found.bits
    )
