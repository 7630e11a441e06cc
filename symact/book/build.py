"""Writing the book: chapters in parallel, files only where they change, and which of them are stale."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import flint
import sympy

from ..catalogue import definitions, names
from ..claims.files import misprints, textbook
from ..errors import InputError
from ..files import write_atomically
from ..render.block import Block
from ..render.rows import rows
from ..render.sheet import sheet
from ..verification import verify_all
from .chapter import Chapter, chapter
from .claims import Verdict, claims_page, verdict_of
from .pages import index_markdown, page_latex, page_markdown
from .svg import svg

__all__ = ["Book", "compose", "fresh", "markdown_files", "save", "source_key", "stale"]

MANIFEST = "manifest.json"
#: Rooms whose code has no influence on what the book says.
ELSEWHERE = ("numeric", "backends", "commands", "__pycache__")
#: Seconds a claim or a row of the cheat sheet may take.
TIMEOUT = 60.0

Report = Callable[[str, int, int], object]


@dataclass(frozen=True)
class Book:
    """All chapters in the order of their names, the page of claims, the cheat sheet by format, and the key of the code."""

    chapters: tuple[Chapter, ...]
    claims: tuple[Block, ...]
    sheets: Mapping[str, str]
    key: str


def compose(jobs: int | None, report: Report, only: Sequence[str] = ()) -> Book:
    """Return the book, worked out by `jobs` processes (default: one per processor).

    `report` is told what was done, and how many of how many parts are.
    """
    # before anything is worked out: the code may be edited meanwhile
    key = source_key()
    wanted = tuple(only) or names()
    workers = jobs or len(os.sched_getaffinity(0))
    entries = [*textbook(), *misprints()]
    verdicts: dict[str, Verdict] = {}
    total = len(entries) + len(wanted) + 1
    for result in verify_all(entries, workers, timeout=TIMEOUT):
        verdicts[result.says] = verdict_of(result)
        report("claims", len(verdicts), total)
    made: dict[str, Chapter] = {}
    context = multiprocessing.get_context("spawn")
    with (
        _same_order(),
        ProcessPoolExecutor(min(workers, len(wanted)), mp_context=context, max_tasks_per_child=1) as pool,
    ):
        try:
            sheets = pool.submit(_sheets)
            futures = {pool.submit(chapter, name, verdicts): name for name in wanted}
            for done in as_completed(futures):
                made[futures[done]] = done.result()
                report(futures[done], len(verdicts) + len(made), total)
            written = sheets.result()
        except BaseException:
            # a pool that is shut down while a process of it is replaced may never end; one that breaks does
            for process in multiprocessing.active_children():
                process.kill()
            raise
    report("cheat sheet", total, total)
    page = claims_page(textbook(), misprints(), verdicts)
    return Book(tuple(made[name] for name in sorted(made)), page, written, key)


@contextmanager
def _same_order() -> Iterator[None]:
    """Let processes that are started meanwhile order sets alike, as SymPy's factors follow them; each works out one chapter."""
    before = os.environ.get("PYTHONHASHSEED")
    os.environ["PYTHONHASHSEED"] = "0"
    try:
        yield
    finally:
        os.environ.pop("PYTHONHASHSEED")
        if before is not None:
            os.environ["PYTHONHASHSEED"] = before


def _sheets() -> dict[str, str]:
    found = tuple(rows(definitions(), TIMEOUT, lambda message: None))
    return {form: sheet(found, form) for form in ("markdown", "latex", "html")}


def markdown_files(book: Book) -> dict[str, bytes]:
    """Return the pages in Markdown and LaTeX with their graphs, by name of the file."""
    texts = {
        "README.md": index_markdown(book.chapters),
        "cheat_sheet.md": book.sheets["markdown"],
        "cheat_sheet.tex": book.sheets["latex"],
        "claims.md": page_markdown(book.claims),
        "claims.tex": page_latex(book.claims),
    }
    for found in book.chapters:
        texts[f"{found.name}.md"] = page_markdown(found.blocks)
        texts[f"{found.name}.tex"] = page_latex(found.blocks)
        if found.picture is not None:
            texts[f"{found.name}.svg"] = svg(found.picture, found.title)
    return {name: text.encode() for name, text in texts.items()}


def fresh(folder: Path) -> bool:
    """Whether a folder holds what this version of the code wrote, so that nothing needs to be worked out again."""
    manifest = _manifest(folder)
    return manifest.get("key") == source_key() and not _changed(folder, manifest.get("files", {}))


def stale(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Return the names of files that are missing, differ from what they should be, or don't belong to the book."""
    found = [name for name, content in files.items() if _content(folder / name) != content]
    known = {*files, MANIFEST}
    found += [path.name for path in folder.iterdir() if path.name not in known] if folder.is_dir() else []
    return sorted(found)


def save(folder: Path, files: Mapping[str, bytes], key: str) -> list[str]:
    """Write the files that differ, remove those the book no longer has, and return their names; `key` is that of the code."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"can't make {folder}: {error.strerror or error}") from error
    outdated = [name for name in _manifest(folder).get("files", {}) if name not in files]
    for name in outdated:
        (folder / name).unlink(missing_ok=True)
    changed = [name for name, content in files.items() if _content(folder / name) != content]
    for name in changed:
        _write(folder / name, files[name])
    manifest = {"key": key, "files": {name: _digest(files[name]) for name in sorted(files)}}
    text = (json.dumps(manifest, indent=1) + "\n").encode()
    if _content(folder / MANIFEST) != text:
        _write(folder / MANIFEST, text)
    return sorted([*outdated, *changed])


@cache
def source_key() -> str:
    """Return a digest of all code and data that the book depends on."""
    digest = hashlib.sha256(f"sympy {sympy.__version__} flint {flint.__version__}".encode())
    for name, content in sorted(_sources(resources.files("symact"), "")):
        digest.update(f"{name}\n".encode() + content)
    return digest.hexdigest()


def _sources(folder: Traversable, prefix: str) -> Iterable[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if prefix or entry.name not in ELSEWHERE:
                yield from _sources(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".py", ".toml")):
            yield f"{prefix}{entry.name}", entry.read_bytes()


def _manifest(folder: Path) -> dict[str, Any]:
    content = _content(folder / MANIFEST)
    try:
        found = json.loads(content) if content else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _changed(folder: Path, files: object) -> bool:
    if not isinstance(files, dict) or not files:
        return True
    there = {path.name for path in folder.iterdir()} - {MANIFEST}
    return there != set(files) or any(_digest(_content(folder / name) or b"") != known for name, known in files.items())


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    write_atomically(path, lambda temporary: temporary.write_bytes(content))
