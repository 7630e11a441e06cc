"""The command `derive`."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import InputError, NotSupportedError, UndecidedError
from .options import JSON, OUTPUT, facts_of, facts_options, read_function, say, write, write_json

__all__ = ["derive"]


@click.command()
@click.argument("function", metavar="F")
@click.argument("what", default="derivative", metavar="[WHAT]")
@click.option(
    "--format", "form", type=click.Choice(["latex", "markdown", "text", "html"]), help="How to print. [default: latex]"
)
@click.option("--wrt", metavar="PARAMETER", help="Differentiate with respect to a parameter.")
@click.option(
    "--detail",
    type=click.IntRange(1, 3),
    default=2,
    show_default=True,
    help="1 key steps, 2 those of a textbook, 3 every single rule with its u and v.",
)
@click.option("--standalone", is_flag=True, help="A complete LaTeX document or HTML page instead of a fragment.")
@facts_options
@OUTPUT
@JSON
def derive(
    function: str,
    what: str,
    form: str | None,
    wrt: str | None,
    detail: int,
    standalone: bool,
    settings: tuple[str, ...],
    assume: tuple[str, ...],
    on: str | None,
    timeout: float,
    output: Path | None,
    as_json: bool,
) -> None:
    """A step-by-step derivation, each step proved.

    WHAT is derivative (default), second-derivative, limits, range, symmetry, output-relation, integral, moments or all.
    """
    if as_json and (form or standalone):
        raise InputError(f"--json is one way to print, --{'format' if form else 'standalone'} another: choose one")
    from ..deadline import deadline
    from ..derivation.build import KINDS
    from ..derivation.proved import proved
    from ..render import data, render
    from ..symbols import real

    if what not in (*KINDS, "all"):
        raise InputError(f"there is no derivation of {what!r}; choose one of {', '.join(KINDS)}, all")
    facts = facts_of(read_function(function, settings), assume, on)
    parameter = None if wrt is None else real(wrt)
    found = []
    for kind in KINDS if what == "all" else [what]:
        try:
            with deadline(timeout):
                found.append(proved(facts, kind, parameter))
        except (UndecidedError, NotSupportedError) as reason:
            if what != "all":
                raise
            say(f"{kind}: {reason}")
    if as_json:
        write_json([data.record(derivation) for derivation in found], output)
    elif found:
        write(render(found, form or "latex", standalone, detail), output)
