"""What `bench` and `audit` share: the choice of dtypes and of kinds, and which functions can be measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from ..errors import InputError
from .options import read_function

if TYPE_CHECKING:
    from ..definition import Definition

__all__ = ["DTYPES", "kinds_option", "of_one_number"]

DTYPES = click.option(
    "--dtype",
    "dtypes",
    type=click.Choice(["float32", "float64"]),
    multiple=True,
    default=("float32", "float64"),
    help="Both.",
)


def kinds_option(kinds: Sequence[str]) -> Callable[..., Any]:
    """Return the option --kind, by default all kinds."""
    return click.option(
        "--kind", "kinds", type=click.Choice(list(kinds)), multiple=True, default=tuple(kinds), help="Both."
    )


def of_one_number(texts: Sequence[str], command: str) -> list[Definition]:
    """Read functions; raise InputError for one of a vector."""
    found = [read_function(text, ()).definition for text in texts]
    for definition in found:
        if definition.vector:
            raise InputError(f"{definition.name} is a function of a vector; {command} is for functions of one number")
    return found
