"""The command `export`."""

from __future__ import annotations

import re
from pathlib import Path

import click

from ..errors import InputError
from .options import OUTPUT, SETTINGS, read_function, write

__all__ = ["export"]


@click.command(short_help="NumPy or C source of the value and its derivatives.")
@click.argument("function", metavar="F")
@click.option("--to", "backend", type=click.Choice(["numpy", "c"]), default="numpy", show_default=True)
@click.option("--order", type=click.IntRange(0, 2), default=1, show_default=True, help="The highest derivative.")
@click.option(
    "--dtype",
    "dtypes",
    type=click.Choice(["float32", "float64"]),
    multiple=True,
    help="Of C functions; both. The NumPy module keeps the type it is given.",
)
@SETTINGS
@OUTPUT
def export(
    function: str, backend: str, order: int, dtypes: tuple[str, ...], settings: tuple[str, ...], output: Path | None
) -> None:
    """Source code of the value and its derivatives.

    numpy: a module that stands alone. c: with -o NAME.c a C99 source, the header NAME.h beside it, and NAME_test.c, a
    program that compares them, both float and double unless --dtype chooses one, with reference values.
    """
    parsed = read_function(function, settings)
    orders, values, definition = tuple(range(order + 1)), parsed.chosen, parsed.written
    if backend == "numpy":
        if dtypes:
            raise InputError("--dtype is for C: the NumPy module keeps the type of the array it is given")
        from ..backends import numpy as module

        write(module.source(definition, orders, values), output)
        return
    from ..backends import c
    from ..backends.c_header import TYPES

    if output is None or output.suffix != ".c" or not re.fullmatch(r"[A-Za-z_]\w*", output.stem, re.ASCII):
        raise InputError("C source is several files: give -o NAME.c, where NAME may be part of a C name")
    for name, text in c.source(definition, orders, values, output.stem, dtypes or tuple(TYPES)).items():
        write(text, output.with_name(name))
