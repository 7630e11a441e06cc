"""What `bench` and `audit` share: the choice of dtypes, of kinds and of functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from .options import read_function

if TYPE_CHECKING:
    from ..definition import Definition

__all__ = ["DTYPES", "chosen", "kinds_option"]

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


def chosen(texts: Sequence[str]) -> list[Definition]:
    """Read functions."""
    return [read_function(text, ()).definition for text in texts]
