"""Derivations as HTML: MathML and a little style, without scripts or anything from the network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

from ..derivation.steps import Derivation
from .block import Block, Equalities, Grid, Heading, Links, Listing, Paragraph, Picture, Statement
from .boxes import EMPTY, Box, row
from .breaking import QQUAD, lines
from .document import blocks
from .mathml import mathml
from .names import EQUALS

__all__ = ["blocks_html", "derivation_html", "derivations_html", "document", "fitted"]

#: Width of a formula in em beyond which it goes on in the next line.
ROOM = 44.0
#: The same in a listing, beside names.
LISTED = 34.0
#: The same on a phone, where a narrower form takes the place of one that is broader.
PHONE = 19.0
#: A table of signs with more columns than this goes downwards on a phone.
MOST_COLUMNS = 5

STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --rule: #c8c8c8; --faint: #5f5f5f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --paper: #16181c; --rule: #44484f; --faint: #a3a8b0; } }
body { margin: 2rem auto; max-width: 66rem; padding: 0 1rem; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; }
math { font-size: 1.1em; }
.formula { overflow-x: auto; margin: 0.8rem 0 0.8rem 1.5rem; }
.formula td { padding: 0.3rem 0.3rem; vertical-align: baseline; }
.formula td.left { text-align: right; }
.formula td.reason { padding-left: 2rem; color: var(--faint); min-width: 11rem; max-width: 24rem; }
.formula td:empty { min-width: 0; padding: 0; }
table.sheet { border-collapse: collapse; }
table.sheet th, table.sheet td { padding: 0.6rem 0.8rem; border-bottom: 1px solid var(--rule); text-align: left;
  vertical-align: middle; }
table.sheet caption { text-align: left; font-size: 1.4rem; font-weight: bold; padding-bottom: 0.6rem; }
table.sheet th code { font-weight: normal; color: var(--faint); }
table.signs { border-collapse: collapse; margin: 0.8rem 0 0.8rem 1.5rem; }
table.signs th, table.signs td { padding: 0.3rem 0.8rem; text-align: center; font-weight: normal; }
table.signs tr:first-child th { border-bottom: 1px solid var(--rule); }
table.signs th:first-child { border-right: 1px solid var(--rule); }
table.facts { border-collapse: collapse; }
table.facts th { text-align: left; font-weight: normal; color: var(--faint); vertical-align: top; min-width: 9rem;
  max-width: 26rem; }
table.facts th, table.facts td { padding: 0.35rem 1rem 0.35rem 0; border-bottom: 1px solid var(--rule);
  overflow-wrap: anywhere; }
body:has(table.sheet) { max-width: 96rem; }
img.plot { max-width: 100%; height: auto; background: #fff; border-radius: 4px; }
.wide { overflow-x: auto; }
@media (max-width: 40rem) {
  p { overflow-x: auto; }
  .broad { display: none !important; }
  span.narrow { display: inline; } div.narrow { display: block; }
  table.facts, table.facts tbody, table.facts tr, table.facts th, table.facts td { display: block; max-width: none; }
  table.facts th { border-bottom: 0; padding-bottom: 0; }
  table.facts td { padding: 0 0 0.35rem 1rem; overflow-x: auto; }
  table.sheet, table.sheet tbody, table.sheet tr, table.sheet th, table.sheet td, table.sheet caption { display: block; }
  table.sheet thead { display: none; }
  table.sheet td { padding-left: 1rem; overflow-x: auto; }
  table.sheet th, table.sheet td:not(:last-child) { border-bottom: 0; padding-bottom: 0; }
  table.signs th, table.signs td { padding: 0.3rem 0.5rem; }
  .formula, table.signs { margin-left: 0.2rem; }
  .formula tr { display: grid; grid-template-columns: max-content 1fr; align-items: baseline; }
  .formula td.left:empty { width: 1rem; }
  .formula td.reason { grid-column: 2; padding: 0 0 0.2rem 1.6rem; font-size: 0.9em; min-width: 0; }
}
"""


def derivation_html(derivation: Derivation, standalone: bool = False, detail: int = 2) -> str:
    """Return a derivation as an <article>, or as a page of its own."""
    return derivations_html([derivation], standalone, detail)


def derivations_html(derivations: Iterable[Derivation], standalone: bool = False, detail: int = 2) -> str:
    """Return several derivations as <article> elements, or as one page."""
    derivations = list(derivations)
    articles = [f"<article>\n{blocks_html(blocks(derivation, detail))}\n</article>" for derivation in derivations]
    body = "\n".join(articles) + "\n"
    return document(", ".join(derivation.title for derivation in derivations), body) if standalone else body


def blocks_html(found: Iterable[Block]) -> str:
    """Return blocks below each other."""
    return "\n".join(_WRITE[type(block)](block) for block in found)


def document(title: str, body: str) -> str:
    """Return a complete page around the body."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def _heading(block: Heading) -> str:
    return f"<h{block.level}>{escape(block.text)}</h{block.level}>"


def _paragraph(block: Paragraph) -> str:
    return f"<p>{_words(block.parts)}</p>"


def _words(parts: Iterable[str | Box]) -> str:
    return "".join(mathml(part) if isinstance(part, Box) else escape(part) for part in parts)


def fitted(box: Box, room: float, display: bool = False, lead: Box = EMPTY) -> str:
    """Return a formula behind a sign, in lines no wider than `room`, and in narrower ones for a phone where these differ."""
    broad, narrow = lines(box, room), lines(box, min(room, PHONE))
    if broad == narrow:
        return _lines(broad, display, lead)
    return (
        f'<span class="broad">{_lines(broad, display, lead)}</span>'
        f'<span class="narrow" hidden="">{_lines(narrow, display, lead)}</span>'
    )


def _lines(parts: Sequence[Box], display: bool, lead: Box) -> str:
    return "<br>".join(mathml(row(QQUAD if m else lead, part), display) for m, part in enumerate(parts))


def _broken(parts: Iterable[str | Box]) -> str:
    """Words and formulas, of which long ones go on in lines of their own."""
    return "".join(fitted(part, LISTED) if isinstance(part, Box) else escape(part) for part in parts)


def _grid(block: Grid) -> str:
    if len(block.rows[0]) <= MOST_COLUMNS:
        return _signs(block.rows, "")
    # on a phone it goes downwards
    return _signs(block.rows, ' class="broad"') + _signs([*zip(*block.rows, strict=True)], ' class="narrow" hidden=""')


def _signs(rows: Sequence[Sequence[Sequence[str | Box]]], which: str) -> str:
    head, *rest = ([_words(cell) for cell in row] for row in rows)
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "\n".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>' for row in rest
    )
    return f'<div{which}><div class="wide"><table class="signs">\n<tr>{top}</tr>\n{body}\n</table></div></div>'


def _table(rows: Iterable[tuple[str, str, str]]) -> str:
    cells = "\n".join(
        f'<tr><td class="left">{left}</td><td>{right}</td><td class="reason">{reason}</td></tr>'
        for left, right, reason in rows
    )
    return f'<div class="formula"><table role="presentation">\n{cells}\n</table></div>'


def _equalities(block: Equalities) -> str:
    rows = []
    left = mathml(block.left, display=True)
    for line in block.lines:
        rows.append((left, fitted(line.right, ROOM, True, EQUALS), _words(line.reason)))
        left = ""
    return _table(rows)


def _statement(block: Statement) -> str:
    return _table(("", fitted(formula, ROOM, True), "") for formula in block.formulas)


def _listing(block: Listing) -> str:
    rows = "\n".join(f'<tr><th scope="row">{escape(n)}</th><td>{_broken(parts)}</td></tr>' for n, parts in block.rows)
    return f'<div class="wide"><table class="facts">\n{rows}\n</table></div>'


def _picture(block: Picture) -> str:
    return (
        f'<p><img class="plot" src="{escape(block.name)}.svg" alt="{escape(block.shows)}" width="640" height="420"></p>'
    )


def _links(block: Links) -> str:
    links = ", ".join(f'<a href="{escape(name)}.html">{escape(text)}</a>' for text, name in block.pages)
    return f"<p>{escape(block.word)} {links}.</p>"


_WRITE: dict[type[Block], Callable[[Any], str]] = {
    Grid: _grid,
    Links: _links,
    Listing: _listing,
    Picture: _picture,
    Heading: _heading,
    Paragraph: _paragraph,
    Equalities: _equalities,
    Statement: _statement,
}
