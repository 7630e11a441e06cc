"""The commands, thin: text in, one call into the rooms below, text out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import __version__
from .errors import InputError, SymactError, UndecidedError

if TYPE_CHECKING:
    from .activation import Activation
    from .facts.record import Facts

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
def cli() -> None:
    """Derive, prove and compute neural-network activation functions.

    F is a name of the catalogue (gelu), a name with parameters ("elu(alpha=2)") or an expression in x
    ("x*tanh(exp(x))").
    """


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status: 2 for bad input, 3 for what could not be decided."""
    try:
        cli.main(args=arguments, prog_name="symact", standalone_mode=False)
    except click.ClickException as error:
        click.echo(f"symact: {error.format_message()}", err=True)
        return 2
    except UndecidedError as error:
        click.echo(f"symact: undecided: {error}", err=True)
        return 3
    except SymactError as error:
        click.echo(f"symact: {error}", err=True)
        return 2
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        # the reader has gone; keep the interpreter from complaining when it flushes
        sys.stdout = None  # type: ignore[assignment]
    return 0


def _function_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=20.0, show_default=True, help="Seconds for any one fact."),
        click.option("--on", metavar="SET", help='Restrict x, e.g. "Interval(0, oo)".'),
        click.option("--assume", multiple=True, metavar="RELATION", help='What is known of parameters, e.g. "a > 0".'),
        click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Give a parameter a value."),
    ):
        command = option(command)
    return command


def _facts(text: str, settings: Iterable[str], assume: Iterable[str], on: str | None) -> Facts:
    from .facts.record import Facts
    from .parse import parse_assumptions, parse_function, parse_set

    spec = parse_function(text, settings)
    relations = parse_assumptions(assume).relations
    return Facts(spec.definition, spec.values, parse_set(on) if on else None, tuple(relations))


def _write(text: str, output: Path | None) -> None:
    """Write to standard output, or to a file all at once."""
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    from .files import write_text

    write_text(output, text if text.endswith("\n") else text + "\n")


_OUTPUT = click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@cli.command("list")
@_JSON
def list_command(as_json: bool) -> None:
    """The catalogue: name, formula, aliases, libraries that have it."""
    from .catalogue import definitions
    from .render import catalogue

    if as_json:
        click.echo(json.dumps([catalogue.record(d) for d in definitions()], indent=2, ensure_ascii=False))
    else:
        catalogue.show(definitions())


@cli.command()
@click.argument("function", metavar="F")
@_function_options
@_JSON
def show(function: str, settings: tuple[str, ...], assume: tuple[str, ...], on: str | None, timeout: float, as_json: bool) -> None:
    """What is known of one function: formula, joins, limits, asymptotes, derivative, output relation."""
    from .render import card

    facts = _facts(function, settings, assume, on)
    if as_json:
        click.echo(json.dumps(card.record(facts, timeout), indent=2, ensure_ascii=False))
    else:
        card.show(facts, timeout)


@cli.command()
@click.argument("function", metavar="F")
@click.argument("what", default="derivative", metavar="[WHAT]")
@click.option("--format", "form", type=click.Choice(["latex", "markdown", "text"]), default="latex", show_default=True)
@click.option("--wrt", metavar="PARAMETER", help="Differentiate with respect to a parameter.")
@click.option("--standalone", is_flag=True, help="A complete LaTeX document instead of a fragment.")
@_function_options
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
) -> None:
    """A step-by-step derivation.

    WHAT is derivative (default), second-derivative, limits, output-relation or all.
    """
    from .derivation.build import derive_all, derive_one
    from .deadline import deadline
    from .render import render

    facts = _facts(function, settings, assume, on)
    with deadline(timeout):
        found = derive_all(facts) if what == "all" else [derive_one(facts, what, wrt)]
    _write(render(found, form, standalone=standalone), output)


@cli.command()
@click.argument("function", metavar="F")
@click.option("--to", "backend", type=click.Choice(["numpy"]), default="numpy", show_default=True)
@click.option("--order", type=click.IntRange(0, 2), default=1, show_default=True, help="Highest derivative.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Give a parameter a value.")
@_OUTPUT
def export(function: str, backend: str, order: int, settings: tuple[str, ...], output: Path | None) -> None:
    """Source code of the value and its derivatives, a module that stands alone."""
    from .backends import numpy as module
    from .parse import parse_function

    spec = parse_function(function, settings)
    _write(module.source(spec.definition, tuple(range(order + 1)), spec.values), output)
