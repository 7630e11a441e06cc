"""A claim as the prover and the checker take it: read, and with the definitions of all named functions."""

from __future__ import annotations

from dataclasses import replace

from .claims.model import Claim, Relation
from .named import unfold

__all__ = ["unfolded"]


def unfolded(claim: Claim) -> Claim:
    """Return the claim with every named function replaced by its definition."""
    statement = claim.statement
    names = ("left", "right") if isinstance(statement, Relation) else ("expression",)
    parts = {name: unfold(getattr(statement, name)) for name in names}
    given = replace(claim.given, relations=tuple(map(unfold, claim.given.relations)))
    return replace(claim, statement=replace(statement, **parts), given=given, domain=tuple(map(unfold, claim.domain)))
