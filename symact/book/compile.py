"""The book as one PDF, made by whatever LaTeX engine there is."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from ..errors import InputError
from ..files import write_atomically
from .build import Book
from .figure import pdf
from .pages import book_latex

__all__ = ["compile_book", "engine"]

#: Engines in the order in which they are preferred.
ENGINES = ("pdflatex", "lualatex", "xelatex")
#: Runs until the table of contents has its page numbers, and seconds a run may take.
RUNS = 2
TIMEOUT = 300


def engine() -> str:
    """Return the LaTeX engine; raise InputError where there is none."""
    found = next(filter(None, map(shutil.which, ENGINES)), None)
    if found is None:
        raise InputError(f"no LaTeX engine was found for --pdf; install one of {', '.join(ENGINES)}")
    return found


def compile_book(book: Book, target: Path) -> None:
    """Write the whole book as a PDF; raise InputError, with the engine's message, where it can't be compiled."""
    program = engine()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for chapter in book.chapters:
            if chapter.picture is not None:
                (folder / f"{chapter.name}-graph.pdf").write_bytes(pdf(chapter.picture))
        (folder / "book.tex").write_text(book_latex(book.chapters, book.claims), encoding="utf-8")
        for _ in range(RUNS):
            command = [program, "-interaction=nonstopmode", "-halt-on-error", "book.tex"]
            run = subprocess.run(command, cwd=folder, capture_output=True, timeout=TIMEOUT, check=False)
            if run.returncode:
                lines = run.stdout.decode(errors="replace").splitlines()
                reason = next((line for line in lines if line.startswith("!")), "it gave no reason")
                raise InputError(f"{Path(program).name} couldn't compile the book: {reason}")
        content = (folder / "book.pdf").read_bytes()
    write_atomically(target, lambda temporary: temporary.write_bytes(content))
