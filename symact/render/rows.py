"""The rows of the formula sheet, filled from facts and derivations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ..deadline import deadline
from ..definition import Definition
from ..derivation.vectors import vector_derivative
from ..errors import NotSupportedError, UndecidedError
from ..facts.record import Facts
from .sheet import Row

__all__ = ["rows"]

T = TypeVar("T")


def rows(definitions: Iterable[Definition], timeout: float, failed: Callable[[str], object]) -> Iterator[Row]:
    """Yield a row for every definition; what isn't established within `timeout` seconds is told to `failed` and left out."""
    for definition in definitions:

        def attempt(what: str, compute: Callable[[], T], name: str = definition.name) -> T | None:
            try:
                with deadline(timeout):
                    return compute()
            except (UndecidedError, NotSupportedError) as reason:
                failed(f"{name}, {what}: {reason}")
                return None

        if definition.vector:
            derivation = attempt("derivative", lambda d=definition: vector_derivative(d))
            slope = derivation.result if derivation else None
            yield Row(definition.name, definition.title, definition.expr, slope)
            continue
        facts = Facts(definition)
        yield Row(
            definition.name,
            definition.title,
            definition.expr,
            attempt("derivative", lambda f=facts: f.derivative.expression()),
            attempt("output relation", lambda f=facts: f.output_relation),
            (attempt("limit", lambda f=facts: f.limit(-1)), attempt("limit", lambda f=facts: f.limit(1))),
            known=facts.known.relations,
        )
