"""The command `export`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import InputError
from ..files import write_atomically
from .options import OUTPUT, SETTINGS, read_function, write

if TYPE_CHECKING:
    from sympy import Expr, Symbol

    from ..definition import Definition

    Orders = tuple[int, ...]
    Values = Mapping[Symbol, Expr]
    Names = tuple[str, ...]

__all__ = ["export"]


@click.command(short_help="Source of the value and its derivatives: NumPy, C, PyTorch, JAX, ONNX.")
@click.argument("function", metavar="F")
@click.option(
    "--to", "backend", type=click.Choice(["numpy", "c", "torch", "jax", "onnx"]), default="numpy", show_default=True
)
@click.option("--order", type=click.IntRange(0, 2), default=1, show_default=True, help="The highest derivative.")
@click.option(
    "--dtype",
    "dtypes",
    type=click.Choice(["float32", "float64"]),
    multiple=True,
    help="Of C functions; both. Of an ONNX model; float32. Modules keep the type they are given.",
)
@SETTINGS
@OUTPUT
def export(
    function: str, backend: str, order: int, dtypes: tuple[str, ...], settings: tuple[str, ...], output: Path | None
) -> None:
    """Source code of the value and its derivatives.

    numpy, torch, jax: a module that needs nothing else; what torch and JAX differentiate has the derivatives that were
    derived, also with respect to parameters. c: with -o NAME.c a C99 source, the header NAME.h beside it, and NAME_test.c,
    a program that compares them, both float and double unless --dtype chooses one, with reference values. onnx: a model in
    ONNX's text format, or with -o NAME.onnx the binary one, for which the package onnx is needed.
    """
    parsed = read_function(function, settings)
    _WRITERS[backend](parsed.written, tuple(range(order + 1)), parsed.chosen, dtypes, output)


def _module(
    backend: str, definition: Definition, orders: Orders, values: Values, dtypes: Names, output: Path | None
) -> None:
    """Write a Python module."""
    if dtypes:
        raise InputError(f"--dtype is for C and ONNX: the module for {backend} keeps the type it is given")
    made = import_module(f"..backends.{backend}", __package__)
    write(made.source(definition, orders, values), output)


def _c(definition: Definition, orders: Orders, values: Values, dtypes: Names, output: Path | None) -> None:
    """Write a C source, its header and its test."""
    from ..backends import c
    from ..backends.c_header import TYPES

    if output is None or output.suffix != ".c" or not re.fullmatch(r"[A-Za-z_]\w*", output.stem, re.ASCII):
        raise InputError("C source is several files: give -o NAME.c, where NAME may be part of a C name")
    for name, text in c.source(definition, orders, values, output.stem, dtypes or tuple(TYPES)).items():
        write(text, output.with_name(name))


def _onnx(definition: Definition, orders: Orders, values: Values, dtypes: Names, output: Path | None) -> None:
    """Write an ONNX model, as text or as bytes."""
    from ..backends import onnx

    if len(dtypes) > 1:
        raise InputError("an ONNX model has one type: give --dtype once")
    text = onnx.source(definition, orders, values, *dtypes)
    if output is not None and output.suffix == ".onnx":
        data = onnx.binary(text)
        write_atomically(output, lambda path: path.write_bytes(data))
        return
    write(text, output)


_WRITERS: dict[str, Callable[[Definition, Orders, Values, Names, Path | None], None]] = {
    **{name: partial(_module, name) for name in ("numpy", "torch", "jax")},
    "c": _c,
    "onnx": _onnx,
}
