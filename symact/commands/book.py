"""The command `book`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import InputError
from .options import progress, say

if TYPE_CHECKING:
    from ..book.build import Report

__all__ = ["book"]


@click.command(short_help="All derivations as pages, a site or a PDF.")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--html", "site", type=click.Path(path_type=Path, file_okay=False), help="Write a static site to this folder."
)
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help="Compile the whole book to this PDF.")
@click.option("--check", is_flag=True, help="Write nothing; list the files of DIR that are stale.")
@click.option(
    "--jobs", type=click.IntRange(1), help="How many chapters are made at a time. [default: one per processor]"
)
def book(folder: Path | None, site: Path | None, pdf: Path | None, check: bool, jobs: int | None) -> int:
    """One page a function, with an index, a cheat sheet and the textbook claims.

    DIR gets Markdown, LaTeX and graphs as SVG. Only files that change are written. Exit status of --check: 0 all are fresh, 1
    some are stale.
    """
    from ..book.build import compose, fresh, markdown_files, save, stale

    if check and (folder is None or site is not None or pdf is not None):
        raise InputError("--check is about a folder that was written, and nothing else: give DIR")
    if check and folder is not None and not folder.is_dir():
        raise InputError(f"there is no folder {folder} to check")
    if folder is None and site is None and pdf is None:
        raise InputError("nothing to write: name a folder, --html FOLDER or --pdf FILE")
    done = [target for target in (folder, site) if target is not None and fresh(target)]
    for target in done:
        say(f"{target} is fresh")
    wanted = [target for target in (folder, site, pdf) if target is not None and target not in done]
    if not wanted:
        return 0
    if pdf is not None:
        from ..book.compile import engine

        engine()
    with _progress() as report:
        made = compose(jobs, report)
    if check:
        assert folder is not None
        found = stale(folder, markdown_files(made))
        for name in found:
            click.echo(name)
        return 1 if found else 0
    if folder in wanted and folder is not None:
        say(f"{folder}: {len(save(folder, markdown_files(made), made.key))} files changed")
    if site in wanted and site is not None:
        from ..book.site import site_files

        say(f"{site}: {len(save(site, site_files(made), made.key))} files changed")
    if pdf is not None:
        from ..book.compile import compile_book

        compile_book(made, pdf)
    return 0


@contextmanager
def _progress() -> Iterator[Report]:
    """What shows how far the book is, on standard error where that is a terminal."""
    with progress() as bar:
        task = bar.add_task("the book", total=None)

        def report(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield report
