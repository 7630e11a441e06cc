"""The command `audit`: errors of other libraries' functions beside ours."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import InputError
from .measuring import DTYPES, chosen, kinds_option
from .options import JSON, OUTPUT, say, write, write_json

if TYPE_CHECKING:
    from ..definition import Definition
    from ..peers.audit import Entry

__all__ = ["audit"]


@click.command(short_help="Errors of other libraries' functions, beside ours.")
@click.argument("library", metavar="[LIBRARY]", required=False)
@click.option("--function", "functions", multiple=True, metavar="F", help="Only this function; all that LIBRARY has.")
@DTYPES
@kinds_option(["value", "gradient"])
@click.option(
    "--points",
    type=click.IntRange(10, 10**5),
    default=100,
    show_default=True,
    help="Random points of each kind (there are six).",
)
@click.option("--exhaustive", metavar="F", help="Every float32 input of one function of LIBRARY instead.")
@OUTPUT
@JSON
def audit(
    library: str | None,
    functions: tuple[str, ...],
    dtypes: tuple[str, ...],
    kinds: tuple[str, ...],
    points: int,
    exhaustive: str | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """Errors in units in the last place, lost values, wrong limits and warnings of LIBRARY's functions and gradients, beside ours.

    LIBRARY is numpy (textbook formulas), lambdify, scipy, numexpr, numba, torch, jax or onnxruntime, or symact; without
    it all that are installed. The truth comes from certain enclosures. Functions of a vector are measured along the last
    axis, their gradients as g times the Jacobian. Writes Markdown.
    """
    from ..peers import LIBRARIES, wanted
    from ..peers.audit import OURS, audited

    if library is not None and library != OURS and library not in LIBRARIES:
        raise InputError(f"unknown library {library}; known: {', '.join((*LIBRARIES, OURS))}")
    if exhaustive is not None:
        if functions or "float32" not in dtypes:
            raise InputError(
                "--exhaustive F measures every float32 input of one function: leave out --function and --dtype"
            )
        _every_input(exhaustive, library or OURS, kinds, as_json, output)
        return
    libraries = (library,) if library else ()
    definitions, names = _definitions(functions), OURS if library == OURS else ", ".join(wanted(libraries))
    say(f"auditing {names}")
    entries = list(audited(definitions, kinds, dtypes, libraries, points))
    if not entries:
        say(f"{names} has none of {', '.join(functions)}")
    if as_json:
        write_json([entry.record() for entry in entries], output)
    else:
        write(_table(entries), output)


def _definitions(functions: Sequence[str]) -> list[Definition]:
    from ..catalogue import definitions

    return chosen(functions) or [d for d in definitions() if all(p.default is not None for p in d.parameters)]


def _table(entries: Sequence[Entry]) -> str:
    from ..numeric.accuracy import shown

    lines = [
        "| function | | dtype | version | worst ulp | at x | computed | true | faults |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for e in entries:
        a = e.accuracy
        cells = [
            e.function,
            e.kind,
            e.dtype,
            e.label,
            f"{a.worst:.3g}",
            shown(a.at) if isinstance(a.at, tuple) else f"{a.at:.9g}",
            f"{a.computed:.6g}",
            f"{a.true:.6g}",
        ]
        lines.append("| " + " | ".join([*cells, "; ".join(a.faults)]) + " |")
    return "\n".join(lines)


def _every_input(text: str, library: str, kinds: Sequence[str], as_json: bool, output: Path | None) -> None:
    from ..peers.audit import KINDS, Exhaustive, every_float32

    (definition,) = chosen((text,))
    if definition.vector:
        raise InputError(f"{definition.name} is a function of a vector; --exhaustive is for functions of one number")
    records = []
    worst_of: dict[str, tuple[tuple[float, float, float], ...]] = {}
    for kind in kinds:
        state = Exhaustive()
        label = f"{definition.name} {kind}"
        with click.progressbar(length=1 << 32, label=label, file=sys.stderr) as bar:
            for so_far in every_float32(definition, KINDS.index(kind), library):
                state = so_far
                bar.update(1 << 21)
        worst_of[kind] = state.worst
        worst = [{"ulp": ulp, "x": x, "computed": y} for ulp, x, y in state.worst]
        records.append(
            {
                "function": definition.name,
                "kind": kind,
                "library": library,
                "inputs": state.count,
                "not_correctly_rounded": state.wrong,
                "lost": state.lost,
                "first_lost": None if state.first_lost is None else repr(state.first_lost),
                "worst": worst,
            }
        )
    if as_json:
        write_json(records, output)
        return
    lines = []
    for r, kind in zip(records, kinds, strict=True):
        lines.append(
            f"{definition.name}, {kind}, {library}: {r['inputs']} inputs, {r['not_correctly_rounded']} not rounded correctly,"
        )
        lines.append(
            f"  {r['lost']} lost to 0, nan or infinity" + (f", first at {r['first_lost']}" if r["lost"] else "")
        )
        lines += [f"  {ulp:.4g} ulp at x = {x!r}: {y!r}" for ulp, x, y in worst_of[kind]]
    write("\n".join(lines), output)
