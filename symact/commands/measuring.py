"""What `bench` and `audit` share: the choice of dtypes, of kinds and of functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from ..errors import InputError
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
    """Read functions; their parameters take the values that the texts give, else their defaults."""
    return [_measurable(text) for text in texts]


def _measurable(text: str) -> Definition:
    from ..numeric.parameters import with_values

    read = read_function(text, ())
    definition = with_values(read.written, read.chosen)
    missing = [p.symbol.name for p in definition.parameters if p.default is None]
    if missing:
        raise InputError(f"{text} needs a value for {missing[0]}: write a number for it")
    return definition if read.name and not read.chosen else replace(definition, name=text)
