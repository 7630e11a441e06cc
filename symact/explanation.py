"""How one fact of a card was found."""

from __future__ import annotations

from .certification import worded
from .claims.facts import Statement
from .derivation.build import derive
from .errors import InputError, NotSupportedError, UndecidedError
from .facts.card import FACTS, Card
from .facts.fact import Fact
from .facts.record import Facts
from .render.card import lines_of
from .render.text import derivation_text
from .render.values import WRITERS

__all__ = ["explanation"]

#: Facts that have a derivation of their own, by its kind.
DERIVED = {
    "range": "range",
    "limit_minus_inf": "limits",
    "limit_plus_inf": "limits",
    "parity": "symmetry",
    "point_symmetry": "symmetry",
    "monotonicity": "range",
    "stationary_points": "range",
    "convexity": "range",
    "inflection_points": "range",
    "derivative": "derivative",
    "output_relation": "output-relation",
    "antiderivative": "integral",
    "gaussian_mean": "moments",
    "gaussian_second_moment": "moments",
}


#: What a fact does to a claim that is proved or refuted by it.
_WORDS = {"proved": "says", "refuted": "denies"}


def explanation(facts: Facts, name: str, timeout: float) -> str:
    """Return a fact with its method, the claims that say it, and its derivation where there is one, as plain text.

    Raises InputError for a fact that isn't known.
    """
    if name not in FACTS or facts.definition.vector:
        raise InputError(f"there is no fact {name} to explain; known: {', '.join(FACTS)}")
    found = getattr(Card(facts, timeout), name)
    lines: list[str] = []
    for fact in found if isinstance(found, list) else [found]:
        lines += [f"{name.replace('_', ' ')}: {line}" for line in lines_of(fact, str)]
        lines.append(f"    found by: {fact.method}")
        if fact.proved:
            lines += _claims(facts, fact)
    try:
        derivation = derivation_text(derive(facts, DERIVED[name])) if name in DERIVED else ""
    except (UndecidedError, NotSupportedError) as reason:
        derivation = f"it has no derivation in steps: {reason}"
    return "\n".join([*lines, "", derivation]).rstrip()


def _claims(facts: Facts, fact: Fact) -> list[str]:
    """The claims that say a fact, a line each."""
    value = fact.value if isinstance(fact.value, str) else WRITERS[fact.name](fact.value)
    lines = []
    for claim in worded(facts, fact.name, {"status": fact.status, "value": value, "when": fact.when}):
        given = f"   for {', '.join(claim.assume)}" if claim.assume else ""
        if isinstance(claim, Statement):
            lines.append(f"    {_WORDS[claim.verdict]}: {claim.says}{given}")
        else:
            lines.append(f"    {'has a value' if claim.exists else 'has no value'}: {claim.expression}{given}")
    return lines
