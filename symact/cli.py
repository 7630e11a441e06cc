"""The commands, thin: text in, one call into the rooms below, text out."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import __version__, cli_verify
from .errors import InputError, NotSupportedError, SymactError, UndecidedError

if TYPE_CHECKING:
    from .facts.record import Facts
    from .parse import Function

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="symact")
def cli() -> None:
    """Derive, prove and compute neural-network activation functions.

    F is a name of the catalogue (gelu), a name with parameters ("elu(alpha=2)") or an expression in x
    ("x*tanh(exp(x))").
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 2 for bad input, 3 for what could not be decided."""
    try:
        result = cli.main(
            args=None if arguments is None else list(arguments), prog_name="symact", standalone_mode=False
        )
    except click.ClickException as error:
        return _failed(error.format_message(), 2)
    except UndecidedError as error:
        return _failed(f"undecided: {error}", 3)
    except SymactError as error:
        return _failed(str(error), 2)
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        # the reader has gone; what is still buffered must not be flushed at exit
        sys.stdout = None
        return 0
    except Exception as bug:  # a fault of ours: one line for the user, everything for who wants to mend it
        if os.environ.get("SYMACT_DEBUG"):
            raise
        return _failed(f"internal error: {type(bug).__name__}: {bug}; set SYMACT_DEBUG=1 to see where", 70)
    return result if isinstance(result, int) else 0


def _failed(message: str, status: int) -> int:
    click.echo(f"symact: {' '.join(message.split())}", err=True)
    return status


_SETTINGS = click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Give a parameter a value.")
_OUTPUT = click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _facts_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which function is meant and how long a fact may take."""
    for option in (
        click.option(
            "--timeout",
            type=click.FloatRange(0, min_open=True),
            default=20.0,
            show_default=True,
            help="Seconds a fact may take.",
        ),
        click.option("--on", metavar="SET", help='Restrict x, for example to "Interval(0, oo)".'),
        click.option("--assume", multiple=True, metavar="RELATION", help='What is known, for example "a > 0".'),
        _SETTINGS,
    ):
        command = option(command)
    return command


def _function(text: str, settings: Sequence[str]) -> Function:
    from .parse import parse_function

    return parse_function(text, settings)


def _facts(function: Function, assume: Sequence[str], on: str | None) -> Facts:
    from sympy import And, Interval, Piecewise

    from .facts.record import Facts
    from .parse import parse_assumptions, parse_set

    interval = parse_set(on) if on else None
    if interval is not None and not isinstance(interval, Interval):
        raise InputError(f"--on takes one interval such as Interval(0, oo), not {on}")
    definition = function.definition
    if function.domain:  # what SymPy has cancelled, as in x/x, is part of the function as written
        definition = replace(definition, expr=Piecewise((definition.expr, And(*function.domain))))
    relations = parse_assumptions(assume).relations
    return Facts(definition, dict(function.values), interval, tuple(relations))


def _write(text: str, output: Path | None) -> None:
    """Write to standard output, or to a file all at once."""
    from .files import write_text

    text = text if text.endswith("\n") else text + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        write_text(output, text)


def _print_json(data: object) -> None:
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))


@cli.command("list")
@_JSON
def list_command(as_json: bool) -> None:
    """The catalogue: name, formula, aliases, libraries that have it."""
    from .catalogue import definitions
    from .render import catalogue

    if as_json:
        _print_json([catalogue.record(definition) for definition in definitions()])
    else:
        catalogue.show(definitions())


@cli.command()
@click.argument("function", metavar="F")
@_facts_options
@_JSON
def show(
    function: str, settings: tuple[str, ...], assume: tuple[str, ...], on: str | None, timeout: float, as_json: bool
) -> None:
    """What is known of one function: domain, joins, limits, asymptotes, derivative, output relation."""
    from .render import card

    parsed = _function(function, settings)
    facts = _facts(parsed, assume, on)
    if as_json:
        _print_json(card.record(facts, parsed.name, timeout))
    else:
        card.show(facts, timeout)


@cli.command()
@click.argument("function", metavar="F")
@click.argument("what", default="derivative", metavar="[WHAT]")
@click.option(
    "--format", "form", type=click.Choice(["latex", "markdown", "text", "html"]), default="latex", show_default=True
)
@click.option("--wrt", metavar="PARAMETER", help="Differentiate with respect to a parameter.")
@click.option("--standalone", is_flag=True, help="A complete LaTeX document or HTML page instead of a fragment.")
@_facts_options
@_OUTPUT
def derive(
    function: str,
    what: str,
    form: str,
    wrt: str | None,
    standalone: bool,
    settings: tuple[str, ...],
    assume: tuple[str, ...],
    on: str | None,
    timeout: float,
    output: Path | None,
) -> int:
    """A step-by-step derivation.

    WHAT is derivative (default), second-derivative, limits, output-relation or all.
    """
    from .deadline import deadline
    from .derivation.build import KINDS, derive
    from .render import render
    from .symbols import real

    facts = _facts(_function(function, settings), assume, on)
    parameter = real(wrt) if wrt else None
    found = []
    status = 0
    for kind in KINDS if what == "all" else [what]:
        try:
            with deadline(timeout):
                found.append(derive(facts, kind, parameter))
        except (UndecidedError, NotSupportedError) as reason:
            if what != "all":
                raise
            status = _failed(f"{kind}: {reason}", 0)
    if found:
        _write(render(found, form, standalone=standalone), output)
    return status


@cli.command()
@click.argument("function", metavar="F")
@click.option("--to", "backend", type=click.Choice(["numpy"]), default="numpy", show_default=True)
@click.option("--order", type=click.IntRange(0, 2), default=1, show_default=True, help="The highest derivative.")
@_SETTINGS
@_OUTPUT
def export(function: str, backend: str, order: int, settings: tuple[str, ...], output: Path | None) -> None:
    """Source code of the value and its derivatives: a module that stands alone."""
    from .backends import numpy as module

    parsed = _function(function, settings)
    _write(module.source(parsed.definition, tuple(range(order + 1)), dict(parsed.values)), output)


@cli.command()
@click.argument("functions", metavar="F...", nargs=-1, required=True)
@click.option("--grid", is_flag=True, help="Small multiples: each function on axes of its own.")
@click.option(
    "--interval", type=(float, float), default=(-5.0, 5.0), show_default=True, metavar="LOW HIGH", help="The x to show."
)
@click.option("--no-derivative", is_flag=True, help="Leave the derivatives out.")
@_SETTINGS
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Write to this PNG, SVG or PDF.",
)
def plot(
    functions: tuple[str, ...],
    grid: bool,
    interval: tuple[float, float],
    no_derivative: bool,
    settings: tuple[str, ...],
    output: Path,
) -> None:
    """Functions and their derivatives as a figure."""
    from .render.curves import curve
    from .render.plot import figure, save

    curves = [
        curve(_facts(_function(text, settings), (), None), text, derivative=not no_derivative) for text in functions
    ]
    save(figure(curves, not no_derivative, grid, interval), output)


@cli.command()
@click.option("--format", "form", type=click.Choice(["latex", "markdown", "html"]), default="latex", show_default=True)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=20.0,
    show_default=True,
    help="Seconds a fact may take.",
)
@_OUTPUT
def table(form: str, timeout: float, output: Path | None) -> None:
    """All formulas, derivatives and limits on one sheet."""
    from .catalogue import definitions
    from .render.rows import rows
    from .render.sheet import sheet

    _write(sheet(rows(definitions(), timeout, lambda message: _failed(message, 0)), form), output)


cli.add_command(cli_verify.verify)
cli.add_command(cli_verify.check)
