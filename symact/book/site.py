"""The book as a static site: pages of HTML with MathML that need no network, and an index to filter and sort."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from ..render.block import Block
from ..render.page import blocks_html, document
from .build import Book
from .chapter import Chapter
from .svg import svg

__all__ = ["site_files"]

TITLE = "Activation functions, derived"

_STYLE = """<style>
nav { display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; padding: 0.4rem 0 1rem; border-bottom: 1px solid var(--rule); }
a { color: #0b5fa5; } @media (prefers-color-scheme: dark) { a { color: #7db8ee; } }
.filters { display: flex; flex-wrap: wrap; gap: 0.6rem 1.2rem; margin: 1rem 0; }
.filters label { display: flex; flex-direction: column; font-size: 0.9rem; color: var(--faint); }
.filters input, .filters select { font: inherit; padding: 0.35rem 0.5rem; color: inherit; background: var(--paper);
  border: 1px solid var(--rule); border-radius: 4px; min-width: 11rem; }
table.index { border-collapse: collapse; width: 100%; }
table.index th, table.index td { text-align: left; padding: 0.4rem 0.9rem 0.4rem 0; border-bottom: 1px solid var(--rule); }
table.index thead button { font: inherit; font-weight: bold; color: inherit; background: none; border: 0; padding: 0.3rem 0;
  cursor: pointer; }
table.index thead button::after { content: " \\2195"; color: var(--faint); }
th[aria-sort=ascending] button::after { content: " \\2191" !important; }
th[aria-sort=descending] button::after { content: " \\2193" !important; }
@media (max-width: 40rem) {
  body { margin: 0.8rem auto; } .formula { margin-left: 0; }
  table.index, table.index tbody, table.index tbody tr, table.index tbody th { display: block; }
  table.index thead tr { display: flex; flex-wrap: wrap; column-gap: 0.6rem; }
  table.index thead th, table.index tbody th, table.index tbody td { border-bottom: 0; padding-bottom: 0; }
  table.index tbody td { display: inline-block; }
  table.index tbody td[data-label]::before { content: attr(data-label) " "; color: var(--faint); font-size: 0.9rem; }
  table.index tbody tr { border-bottom: 1px solid var(--rule); padding-bottom: 0.4rem; }
  table.index tbody tr[hidden] { display: none; }
}
@media print { nav, .filters { display: none; } }
</style>
"""

_SCRIPT = """<script>
const rows = [...document.querySelectorAll("table.index tbody tr")];
const controls = [...document.querySelectorAll(".filters input, .filters select")];
const status = document.querySelector("#shown");
function filter() {
  let count = 0;
  for (const row of rows) {
    row.hidden = !controls.every(c => c.tagName === "INPUT"
      ? row.textContent.toLowerCase().includes(c.value.toLowerCase())
      : !c.value || row.children[c.dataset.column].textContent === c.value);
    count += !row.hidden;
  }
  status.textContent = `${count} of ${rows.length} functions`;
}
controls.forEach(c => c.addEventListener("input", filter));
document.querySelectorAll("table.index thead th").forEach((head, column) =>
  head.querySelector("button").addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    document.querySelectorAll("table.index thead th").forEach(other => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    rows.sort((a, b) => a.children[column].textContent.localeCompare(b.children[column].textContent, "en", {numeric: true}));
    if (down) rows.reverse();
    rows.forEach(row => row.parentNode.append(row));
  }));
filter();
</script>
"""


def site_files(book: Book) -> dict[str, bytes]:
    """Return the files of the site by name."""
    texts = {
        "index.html": _page(TITLE, _index(book.chapters)),
        "claims.html": _page("What textbooks say", _blocks(book.claims)),
        "cheat_sheet.html": book.sheets["html"].replace("<body>\n", f"<body>\n{_navigation()}", 1),
    }
    for chapter in book.chapters:
        texts[f"{chapter.name}.html"] = _page(chapter.title, _blocks(chapter.blocks))
        if chapter.picture is not None:
            texts[f"{chapter.name}.svg"] = svg(chapter.picture, chapter.title)
    return {name: text.encode() for name, text in texts.items()}


def _page(title: str, main: str) -> str:
    return document(title, f"{_navigation()}<main>\n{main}</main>\n")


def _navigation() -> str:
    """The style of the site, and links to what isn't about one function."""
    links = (
        ("index.html", "All functions"),
        ("cheat_sheet.html", "On one sheet"),
        ("claims.html", "What textbooks say"),
    )
    nav = "".join(f'<a href="{target}">{words}</a>' for target, words in links)
    return f'{_STYLE}<nav aria-label="Book">{nav}</nav>\n'


def _blocks(found: Sequence[Block]) -> str:
    return f"<article>\n{blocks_html(found)}\n</article>\n"


def _index(chapters: Sequence[Chapter]) -> str:
    names = _facts(chapters)
    head = ["Function", "Name", *names, "Steps proved"]
    columns = "".join(f'<th scope="col"><button type="button">{escape(name)}</button></th>' for name in head)
    rows = "\n".join(_row(chapter, names) for chapter in chapters)
    steps = sum(chapter.steps for chapter in chapters)
    return (
        f"<h1>{TITLE}</h1>\n<p>{len(chapters)} functions, each from one expression; {steps} steps, each proved.</p>\n"
        f'<form class="filters" onsubmit="return false">\n{"".join(_controls(chapters, names))}</form>\n'
        f'<p id="shown" role="status"></p>\n<div class="wide"><table class="index">\n<thead><tr>{columns}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table></div>\n{_SCRIPT}"
    )


def _facts(chapters: Sequence[Chapter]) -> list[str]:
    return [name for name, _ in next(chapter.card for chapter in chapters if chapter.card)]


def _controls(chapters: Sequence[Chapter], names: Sequence[str]) -> Iterator[str]:
    yield '<label>Search<input type="search" placeholder="name or fact"></label>\n'
    for m, name in enumerate(names):
        values = sorted({dict(chapter.card).get(name, "–") for chapter in chapters})
        options = "".join(f"<option>{escape(value)}</option>" for value in values)
        yield f'<label>{escape(name)}<select data-column="{m + 2}"><option value="">any</option>{options}</select></label>\n'


def _row(chapter: Chapter, names: Sequence[str]) -> str:
    known = dict(chapter.card)
    cells = "".join(f'<td data-label="{escape(name)}">{escape(known.get(name, "–"))}</td>' for name in names)
    link = f'<a href="{chapter.name}.html">{escape(chapter.title)}</a>'
    steps = f'<td data-label="steps">{chapter.steps}</td>'
    return f'<tr><th scope="row">{link}</th><td><code>{chapter.name}</code></td>{cells}{steps}</tr>'
