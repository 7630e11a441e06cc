"""Properties of functions with parameters in cases of the sign of what they depend on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Expr, S, Symbol
from sympy.core.relational import Relational

from ...errors import InputError
from ..algebra.assume import assuming
from ..functions.sign_cases import split_relations
from ..steps.cases import impossible
from ..steps.signs import sign_cases
from ..text import text_of
from ..verdict import Proved, Verdict

__all__ = ["by_sign"]

#: So many assumptions that another case is not made of them.
MAX_RELATIONS = 8

Decide = Callable[[Expr, tuple[Relational, ...]], Verdict]


def by_sign(
    doubt: Expr, expression: Expr, variable: Symbol, relations: tuple[Relational, ...], decide: Decide
) -> list[dict[str, Any]] | None:
    """Return what is proved where `doubt` is negative, zero and positive; None where one of the cases isn't.

    An equation is put into the expression where it gives the value of a symbol.
    """
    own = not doubt.free_symbols or variable in doubt.free_symbols or not doubt.atoms(Symbol) <= expression.free_symbols
    if own or len(relations) > MAX_RELATIONS:
        return None
    known = assuming(split_relations(relations, variable)[0])
    parts: list[dict[str, Any]] = []
    for condition, solution in sign_cases(doubt, variable):
        if not isinstance(condition, Relational) or condition in relations:
            return None
        if impossible(condition, known):
            parts.append({"when": text_of(condition), "part": None})
            continue
        held = (*relations, condition)
        if solution is not None:
            held = tuple(r for r in (r.subs(*solution) for r in relations) if r != S.true)
        try:
            found = decide(expression if solution is None else expression.subs(*solution), held)
        except InputError:
            return None
        if not isinstance(found, Proved) or not found.certificate:
            return None
        parts.append({"when": text_of(condition), "part": dict(found.certificate)})
    return parts
