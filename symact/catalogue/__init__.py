"""The catalogue: every activation symact knows, each as one definition in one family module.

To add one, write a `Definition` in the module of its family; everything else loops over this registry. The families
are built on first use: their expressions take longer than any import here.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from ..definition import Definition
from .registry import Registry

__all__ = ["Registry", "aliases", "definitions", "lookup", "names"]

_FAMILIES = (
    "clipped",
    "elementary",
    "exponential",
    "gated",
    "probability",
    "rectifiers",
    "shrinkage",
    "sigmoids",
    "softplus",
    "vectors",
)


@cache
def _registry() -> Registry:
    """Return the registry of all families; raises InputError where a name is taken twice."""
    families = (import_module(f"{__name__}.{family}") for family in _FAMILIES)
    return Registry(definition for family in families for definition in family.DEFINITIONS)


def definitions() -> tuple[Definition, ...]:
    """Return all definitions, sorted by name."""
    return _registry().definitions


def names() -> tuple[str, ...]:
    """Return the names of all definitions, sorted, without aliases."""
    return _registry().names()


def aliases() -> dict[str, str]:
    """Return the name each alias stands for, sorted by alias."""
    return _registry().aliases()


def lookup(name: str) -> Definition:
    """Return the definition of this name or alias, in any case.

    Raises InputError for an unknown name, with the nearest known ones.
    """
    return _registry().lookup(name)
