"""A claim as the prover and the checker take it: read, and with the definitions of all named functions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sympy import true

from .claims.model import Claim, Extent, Property, Relation
from .named import unfold

__all__ = ["unfolded"]

#: Kind of statement → its parts that may name functions.
_PARTS: dict[type[Any], tuple[str, ...]] = {
    Relation: ("left", "right"),
    Property: ("expression",),
    Extent: ("expression", "values"),
}


def unfolded(claim: Claim) -> Claim:
    """Return the claim with every named function replaced by its definition, without assumptions that hold always."""
    statement = claim.statement
    parts = {name: unfold(getattr(statement, name)) for name in _PARTS[type(statement)]}
    given = replace(claim.given, relations=tuple(r for r in map(unfold, claim.given.relations) if r != true))
    return replace(claim, statement=replace(statement, **parts), given=given, domain=tuple(map(unfold, claim.domain)))
