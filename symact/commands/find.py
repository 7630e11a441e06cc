"""The command `find`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..errors import InputError
from .options import JSON, SETTINGS, read_function, say, timeout_option, write_json

if TYPE_CHECKING:
    from ..facts.recognition import Match

__all__ = ["find"]


@click.command(short_help="Which known activation an expression is.")
@click.argument("function", metavar="EXPR", required=False)
@click.option("--duplicates", is_flag=True, help="List functions of the catalogue that are others in disguise instead.")
@SETTINGS
@click.option("--assume", multiple=True, metavar="RELATION", help='What is known, for example "a > 0".')
@timeout_option(60.0, "Seconds the search may take.")
@JSON
def find(
    function: str | None,
    duplicates: bool,
    settings: tuple[str, ...],
    assume: tuple[str, ...],
    timeout: float,
    as_json: bool,
) -> int:
    """Which known activation EXPR is, up to scale and shift of input and output and values of parameters.

    Every answer is proved; simple ones come first. Where there is none, x times a known function is looked for. Exit status 1:
    none.
    """
    if duplicates == (function is not None) or (duplicates and (settings or assume)):
        raise InputError("find takes an expression in x, with what is known of its parameters, or --duplicates alone")
    if function is None:
        _print_duplicates(as_json)
        return 0
    from ..deadline import deadline
    from ..facts.recognition import find as recognise
    from ..parse.objects import relations

    parsed = read_function(function, settings)
    known = (*relations(assume), *parsed.domain)
    with deadline(timeout):
        found = recognise(parsed.expression, known)
    if as_json:
        write_json([_record(match) for match in found])
    elif found:
        for match in found:
            click.echo(f"{match}: {match.definition.title}")
    else:
        say(f"{function} is none of the known activations, up to scale and shift of input and output")
    return 0 if found else 1


def _print_duplicates(as_json: bool) -> None:
    from ..facts.recognition import duplicates

    found = duplicates()
    if as_json:
        write_json([{"name": name, "match": _record(match)} for name, match in found])
    else:
        for name, match in found:
            click.echo(f"{name}(x) = {match}")


def _record(match: Match) -> dict[str, Any]:
    return {
        "name": match.name,
        "text": str(match),
        "input_scale": str(match.input_scale),
        "input_shift": str(match.input_shift),
        "output_scale": str(match.output_scale),
        "output_shift": str(match.output_shift),
        "parameters": {str(symbol): str(value) for symbol, value in match.values.items()},
        "times_x": match.gate,
        "status": "proved",
    }
