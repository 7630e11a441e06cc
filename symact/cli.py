"""The command line: its commands, and what becomes of their errors."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from . import __version__
from .commands import COMMANDS
from .commands.options import say
from .errors import SymactError, UndecidedError

__all__ = ["main"]

#: What a device answers that can't take more.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


class _ReaderGoneError(Exception):
    """The reader of a pipe needs no more; click and rich would make this exit status 1, which is an answer here."""


class _Commands(click.Group):
    """The commands in the order of their table; without one of them the help is shown, as a usage error."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with _reader():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _reader():
            return super().invoke(ctx)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(2)
        return super().parse_args(ctx, args)


@contextmanager
def _reader() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as gone:
        raise _ReaderGoneError from gone
    except SystemExit as end:  # so rich ends there
        if isinstance(end.__context__, BrokenPipeError):
            raise _ReaderGoneError from end
        raise


@click.group(
    cls=_Commands,
    no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="symact")
def cli() -> None:
    """Derive, prove and compute neural-network activation functions.

    F is a name of the catalogue (gelu), a name with parameters ("elu(alpha=2)") or an expression in x
    ("x*tanh(exp(x))").
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 2 for bad input, 3 for what could not be decided."""
    for stream in (sys.stdout, sys.stderr):
        _make_printable(stream)
    words = sys.argv[1:] if arguments is None else arguments
    try:
        result = cli.main(args=list(map(_shielded, words)), prog_name="symact", standalone_mode=False)
    except click.ClickException as error:
        return _failed(_usage(error), 2)
    except UndecidedError as error:
        return _failed(f"undecided: {error}", 3)
    except SymactError as error:
        return _failed(str(error), 2)
    except (click.Abort, KeyboardInterrupt):
        return 130
    except _ReaderGoneError:
        # what is still buffered must not be flushed at exit
        sys.stdout = None
        return 0
    except Exception as bug:
        if isinstance(bug, OSError) and bug.errno in _FULL:
            return _failed(f"can't write the answer: {bug.strerror}", 2)
        # a fault of ours: one line for the user, everything for who wants to mend it
        if os.environ.get("SYMACT_DEBUG"):
            raise
        return _failed(f"internal error: {type(bug).__name__}: {bug}; set SYMACT_DEBUG=1 to see where", 70)
    return result if isinstance(result, int) else 0


def _shielded(word: str) -> str:
    """A word of a command line; a space before -x*tanh(x) tells click that it is an expression and no options.

    The options are -h, -o and those that begin with two dashes.
    """
    option = word in {"-", "-h"} or word.startswith(("--", "-o"))
    return f" {word}" if word.startswith("-") and not option else word


def _make_printable(stream: object) -> None:
    """Let a stream take every character: ASCII is hardly ever meant, and others write what they haven't as an escape."""
    if isinstance(stream, io.TextIOWrapper):
        name = codecs.lookup(stream.encoding).name
        if name == "ascii":
            stream.reconfigure(encoding="utf-8")
        elif not name.startswith("utf"):
            stream.reconfigure(errors="backslashreplace")


def _usage(error: click.ClickException) -> str:
    """What is wrong with the words of a command, and where the right ones are."""
    message = error.format_message()
    context = getattr(error, "ctx", None)
    ended = message if message.endswith((".", "?")) else f"{message}."
    return message if context is None else f"{ended} See {context.command_path} --help"


def _failed(message: str, status: int) -> int:
    say(message)
    return status


for command in COMMANDS:
    cli.add_command(command)
