"""The rows of the formula sheet, filled from facts and derivations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeVar

from sympy import Interval, Set

from ..deadline import deadline
from ..definition import Definition
from ..derivation.vectors import vector_derivative
from ..errors import NotSupportedError, UndecidedError
from ..facts.cases import by_cases
from ..facts.extent import extent
from ..facts.numbers import plain
from ..facts.record import Facts
from .sheet import Row

__all__ = ["rows"]

T = TypeVar("T")


def rows(definitions: Iterable[Definition], timeout: float, failed: Callable[[str], object]) -> Iterator[Row]:
    """Yield a row for every definition; what isn't established in `timeout` seconds is told to `failed` and left out."""
    for definition in definitions:
        yield (_vector_row if definition.vector else _row)(
            definition, partial(_attempt, definition.name, timeout, failed)
        )


Attempt = Callable[[str, Callable[[], T]], T | None]


def _row(definition: Definition, attempt: Attempt[Any]) -> Row:
    facts = Facts(definition)
    return Row(
        definition.name,
        definition.title,
        definition.expr,
        attempt("derivative", lambda: facts.derivative.expression()),
        attempt("output relation", lambda: facts.output_relation),
        (attempt("limit", lambda: facts.limit(-1)), attempt("limit", lambda: facts.limit(1))),
        attempt("range", lambda: _range(facts)),
        known=facts.known.relations,
    )


def _range(facts: Facts) -> Set:
    """The range, if it is the same set for all parameters."""
    ((_, found), *others) = by_cases(facts.known, lambda known: extent(facts.landscape(known)))
    if others:
        raise UndecidedError("it depends on parameters; see `symact show`")
    if found.set is not None:
        return found.set
    return Interval(plain(found.inf), plain(found.sup), not found.inf_attained, not found.sup_attained)


def _vector_row(definition: Definition, attempt: Attempt[Any]) -> Row:
    derivative = attempt("derivative", lambda: vector_derivative(definition).result)
    return Row(definition.name, definition.title, definition.expr, derivative)


def _attempt(
    name: str, timeout: float, failed: Callable[[str], object], what: str, compute: Callable[[], T]
) -> T | None:
    try:
        with deadline(timeout):
            return compute()
    except (UndecidedError, NotSupportedError) as reason:
        failed(f"{name}, {what}: {reason}")
        return None
