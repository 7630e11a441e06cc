"""How one fact of a card was found."""

from __future__ import annotations

from collections.abc import Sequence

from .certification import worded
from .claims.facts import Existence, Obstruction, Statement
from .deadline import deadline
from .derivation.proved import proved
from .errors import InputError, NotSupportedError, UndecidedError
from .facts.card import FACTS, TRAINING, Card
from .facts.fact import Fact
from .facts.record import Facts
from .facts.vectors import vector_fact, vector_facts
from .recheck.facts import put
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
    "jacobian": "derivative",
    "gradient": "derivative",
    "output_relation": "output-relation",
    "antiderivative": "integral",
    "gaussian_mean": "moments",
    "gaussian_second_moment": "moments",
}


#: What a fact does to a claim that is proved or refuted by it.
_WORDS = {"proved": "says", "refuted": "denies"}


def explanation(facts: Facts, name: str, timeout: float) -> str:
    """Return a fact with its method, the claims that say it, and its derivation where there is one, as plain text.

    The fact may take `timeout` seconds, its derivation too. Raises InputError for a fact that isn't known.
    """
    known = vector_facts(facts.definition) if facts.definition.vector else (*FACTS, *TRAINING)
    if name not in known:
        raise InputError(f"there is no fact {name} to explain; known: {', '.join(known)}")
    found = getattr(Card(facts, timeout), name)
    lines: list[str] = []
    for fact in found if isinstance(found, list) else [found]:
        lines += [f"{name.replace('_', ' ')}: {line}" for line in lines_of(fact, str)]
        lines.append(f"    found by: {fact.method}")
        if fact.proved:
            lines += _claims(facts, fact)
    try:
        with deadline(timeout):
            derivation = derivation_text(proved(facts, DERIVED[name])) if name in DERIVED else ""
    except (UndecidedError, NotSupportedError) as reason:
        derivation = f"it has no derivation in steps: {reason}"
    return "\n".join([*lines, "", derivation]).rstrip()


def _claims(facts: Facts, fact: Fact) -> list[str]:
    """The claims that say a fact, a line each."""
    if facts.definition.vector:
        laws = vector_fact(facts.definition, fact.name).laws
        return [_line("says", claim.says, claim.assume) for law in laws for claim in law.claims]
    value = fact.value if isinstance(fact.value, str) else WRITERS[fact.name](fact.value)
    lines = []
    for claim in worded(facts, fact.name, {"status": fact.status, "value": value, "when": fact.when}):
        if isinstance(claim, Statement):
            lines.append(_line(_WORDS[claim.verdict], claim.says, claim.assume))
        elif isinstance(claim, Existence):
            lines.append(_line("has a value" if claim.exists else "has no value", claim.expression, claim.assume))
        elif isinstance(claim, Obstruction):
            lines.append(_line("has no elementary antiderivative (Liouville)", claim.function(put), claim.assume))
        else:
            pair = " and ".join(claim.function(part, put) for part in (claim.value, claim.slope))
            lines.append(_line("satisfy no polynomial equation over those of x", pair, claim.assume))
    return lines


def _line(verb: str, what: str, assume: Sequence[str]) -> str:
    return f"    {verb}: {what}" + (f"   for {', '.join(assume)}" if assume else "")
