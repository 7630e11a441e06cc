"""The catalogue: every activation symact knows, each as one definition in one family module.

To add one, write a `Definition` in the module of its family; everything else loops over this registry. The families
are built on first use: their expressions take longer than any import here.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from ..definition import Definition
from .registry import Registry

__all__ = ["Registry", "aliases", "definitions", "find", "lookup", "names"]

#: Families in the order in which a name is looked for.
_FAMILIES = (
    "sigmoids",
    "exponential",
    "gated",
    "softplus",
    "rectifiers",
    "probability",
    "shrinkage",
    "vectors",
    "elementary",
    "clipped",
)


@cache
def _registry() -> Registry:
    """Return the registry of all families; raises InputError where a name is taken twice."""
    return Registry(definition for family in _FAMILIES for definition in _family(family).definitions)


@cache
def _family(name: str) -> Registry:
    return Registry(import_module(f"{__name__}.{name}").DEFINITIONS)


def find(name: str) -> Definition | None:
    """Return the definition of this name or alias, in any case, None if there is none; builds only the families it needs."""
    found = (_family(family).find(name) for family in _FAMILIES)
    return next((definition for definition in found if definition is not None), None)


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
    return find(name) or _registry().lookup(name)
