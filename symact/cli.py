"""The command line: its commands, and what becomes of their errors."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from . import __version__
from .commands import COMMANDS
from .commands.options import say
from .errors import SymactError, UndecidedError

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
    say(message)
    return status


for command in COMMANDS:
    cli.add_command(command)
