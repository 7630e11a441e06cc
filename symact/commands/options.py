"""What commands share: options, how a function is read, how an answer is written."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import InputError, NotSupportedError, UndecidedError

if TYPE_CHECKING:
    from rich.progress import Progress

    from ..facts.record import Facts
    from ..parse import Function

__all__ = [
    "JSON",
    "OUTPUT",
    "SETTINGS",
    "TIMEOUT",
    "facts_of",
    "facts_options",
    "in_terminal",
    "progress",
    "read_function",
    "say",
    "timeout_option",
    "write",
    "write_json",
]

SETTINGS = click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Give a parameter a value.")


def _file(context: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    return None if value == Path("-") else value


OUTPUT = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_file,
    help="Write to this file; - is standard output.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

#: Longer than anybody waits; timers of the operating system take no infinite time.
MAX_SECONDS = 1e7


def timeout_option(default: float, text: str) -> Callable[..., Any]:
    """Return the option --timeout."""
    return click.option("--timeout", type=float, callback=_seconds, default=default, show_default=True, help=text)


def _seconds(context: click.Context, parameter: click.Parameter, value: float) -> float:
    if not 0 < value <= MAX_SECONDS:
        raise click.BadParameter(f"a number of seconds such as 20, up to {MAX_SECONDS:g}, was expected, not {value:g}")
    return value


TIMEOUT = timeout_option(20.0, "Seconds a fact may take.")


def facts_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say which function is meant and how long a fact may take."""
    for option in (
        TIMEOUT,
        click.option("--on", metavar="SET", help='Restrict x, for example to "Interval(0, oo)".'),
        click.option("--assume", multiple=True, metavar="RELATION", help='What is known, for example "a > 0".'),
        SETTINGS,
    ):
        command = option(command)
    return command


def read_function(text: str, settings: Sequence[str]) -> Function:
    """Read F and the values of --set."""
    from ..parse import parse_function

    return parse_function(text.strip(), settings)


def facts_of(function: Function, assume: Sequence[str], on: str | None) -> Facts:
    """Return the facts of a function under --assume and --on."""
    from sympy import Interval

    from ..facts.record import Facts
    from ..parse import parse_set
    from ..parse.objects import relations
    from ..proof.algebra.assume import assuming
    from ..symbols import x

    interval = None if on is None else parse_set(on)
    if interval is not None and not isinstance(interval, Interval):
        raise InputError(f"--on takes one interval such as Interval(0, oo), not {on}")
    known = relations(assume)
    if interval is not None:
        # raises an error where nothing is left of it
        assuming(known, interval.as_relational(x))
    facts = Facts(function.written, dict(function.values), interval, (*known, *function.required))
    if assume:
        # what holds for nothing is bad input, and no reason why a fact is undecided
        with suppress(NotSupportedError, UndecidedError):
            _ = facts.known
    return facts


def write(text: str, output: Path | None) -> None:
    """Write to standard output, or to a file all at once."""
    from ..files import write_text

    text = text if text.endswith("\n") else text + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        write_text(output, text)


def write_json(data: object, output: Path | None = None) -> None:
    """Write data as JSON; a number that JSON hasn't, such as nan, is a fault."""
    write(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False), output)


def in_terminal() -> bool:
    """Whether standard output is a terminal, where tables may be drawn and folded."""
    from rich.console import Console

    return Console().is_terminal


def progress() -> Progress:
    """Return a progress bar on standard error, which is switched off where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def say(message: str) -> None:
    """Print a message on standard error, on one line."""
    click.echo(f"symact: {' '.join(message.split())}", err=True)
