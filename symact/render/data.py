"""A derivation as data for JSON: the tree of its steps, with both sides of each as text."""

from __future__ import annotations

from typing import Any

from ..derivation.steps import Derivation, Prose, Step

__all__ = ["record"]


def record(derivation: Derivation) -> dict[str, Any]:
    """Return what was derived of which function, the steps with theirs below them, remarks and the result."""
    return {
        "what": derivation.what,
        "title": derivation.title,
        "expression": str(derivation.definition.expr),
        "parameters": {str(symbol): str(value) for symbol, value in derivation.parameters},
        "assume": [str(condition) for condition in derivation.assumed],
        "goal": str(derivation.goal),
        "steps": [_step(step) for step in derivation.steps],
        "remarks": [_sentence(remark) for remark in derivation.remarks],
        "result": str(derivation.result),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "rule": step.rule,
        "before": str(step.before),
        "after": str(step.after),
        "reason": _sentence(step.reason),
        "when": [str(condition) for condition in step.conditions],
        "steps": [_step(part) for part in step.substeps],
    }


def _sentence(prose: str | Prose) -> str:
    return prose if isinstance(prose, str) else "".join(map(str, prose))
