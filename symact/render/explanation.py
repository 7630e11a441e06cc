"""Why a claim holds or fails, as text for a terminal."""

from __future__ import annotations

from ..derivation.steps import Derivation
from .document import Writer
from .text import blocks_text

__all__ = ["explanation_text"]


def explanation_text(derivation: Derivation) -> str:
    """Return the steps of a claim's derivation, without the claim itself at the end."""
    writer = Writer(derivation, 2)
    *steps, _, _ = writer.argument()
    # a claim about one function calls it f
    return blocks_text([*(writer.definition() if derivation.what == "claim" else ()), *steps])
