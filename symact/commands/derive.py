"""The command `derive`."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import NotSupportedError, UndecidedError
from .options import OUTPUT, facts_of, facts_options, read_function, say, write

__all__ = ["derive"]


@click.command()
@click.argument("function", metavar="F")
@click.argument("what", default="derivative", metavar="[WHAT]")
@click.option(
    "--format", "form", type=click.Choice(["latex", "markdown", "text", "html"]), default="latex", show_default=True
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
def derive(
    function: str,
    what: str,
    form: str,
    wrt: str | None,
    detail: int,
    standalone: bool,
    settings: tuple[str, ...],
    assume: tuple[str, ...],
    on: str | None,
    timeout: float,
    output: Path | None,
) -> None:
    """A step-by-step derivation.

    WHAT is derivative (default), second-derivative, limits, range, symmetry, output-relation, integral, moments or all.
    """
    from ..deadline import deadline
    from ..derivation.build import KINDS, derive
    from ..render import render
    from ..symbols import real

    facts = facts_of(read_function(function, settings), assume, on)
    parameter = real(wrt) if wrt else None
    found = []
    for kind in KINDS if what == "all" else [what]:
        try:
            with deadline(timeout):
                found.append(derive(facts, kind, parameter))
        except (UndecidedError, NotSupportedError) as reason:
            if what != "all":
                raise
            say(f"{kind}: {reason}")
    if found:
        write(render(found, form, standalone, detail), output)
