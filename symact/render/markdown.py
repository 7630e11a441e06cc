"""GitHub flavoured Markdown with formulas that GitHub and Jupyter both show.

GitHub treats the text between dollar signs as Markdown before MathJax sees it, and Jupyter knows no ```math blocks. So
formulas stand in $$ blocks and are written without anything Markdown changes: no backslash before punctuation (rows end
in \\cr, not \\\\), no underscore that could open or close emphasis, no asterisk, and no \\operatorname, which GitHub
refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sympy import Basic, Symbol

from ..derivation.steps import Derivation
from ..proof.algebra.assume import NOTHING, Assumptions
from .block import Block, Equalities, Grid, Heading, Links, Listing, Paragraph, Picture, Statement
from .document import blocks
from .latex import equality_rows, running, statement_rows
from .layout import Style, layout
from .tex import TexWriter

__all__ = ["MarkdownWriter", "blocks_markdown", "derivation_markdown", "derivations_markdown", "escaped", "markdown"]

#: Width of a page on GitHub or in a notebook, in em.
ROOM = 52.0

#: What TeX or Markdown would take for a command → a character that looks like it.
_LOOKALIKES = str.maketrans("\\{}$%&#_^~*<>`|[]", "＼｛｝＄％＆＃＿＾～∗‹›ʻ∣［］")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_UNSAFE = (
    # rows, then braces, thin spaces and underscores as commands of letters
    (re.compile(r"\\\\"), r"\\cr"),
    (re.compile(r"\\\{"), r"\\lbrace "),
    (re.compile(r"\\\}"), r"\\rbrace "),
    (re.compile(r"\\,"), r"\\thinspace"),
    (re.compile(r"\\_"), r"\\underline{\\enspace}"),
    (re.compile(r"\\operatorname(\{[^{}]*\})"), r"\\mathop{\\mathrm\1}"),
    # with a space before each of them, no underscore can close emphasis
    (re.compile(r"\s*_"), " _"),
)


class MarkdownWriter(TexWriter):
    """LaTeX that survives Markdown; `in_table` also keeps clear of bars, which part cells."""

    def __init__(self, in_table: bool = False) -> None:
        self.in_table = in_table

    def words(self, text: str) -> str:
        """Return words for \\text."""
        return " ".join(text.split()).translate(_LOOKALIKES)

    def finish(self, text: str) -> str:
        """Return a formula without the signs Markdown would change."""
        for pattern, replacement in _UNSAFE:
            text = pattern.sub(replacement, text)
        return (text.replace("|", r"\vert ") if self.in_table else text).strip()


def escaped(text: str) -> str:
    """Return plain text so that Markdown prints it."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def markdown(expr: Basic, variable: Symbol | None = None, known: Assumptions = NOTHING) -> str:
    """Return an expression as a displayed formula in Markdown.

    >>> from symact.symbols import x
    >>> print(markdown(x**2/2))
    $$
    \\frac{x^2}{2}
    $$
    """
    return f"$$\n{MarkdownWriter().formula(layout(expr, Style(variable, known=known)))}\n$$"


def derivation_markdown(derivation: Derivation, detail: int = 2) -> str:
    """Return a derivation in Markdown."""
    return blocks_markdown(blocks(derivation, detail))


def derivations_markdown(derivations: Iterable[Derivation], detail: int = 2) -> str:
    """Return several derivations below each other."""
    return "\n".join(derivation_markdown(derivation, detail) for derivation in derivations)


def blocks_markdown(found: Iterable[Block]) -> str:
    """Return blocks below each other."""
    return "\n\n".join(_WRITE[type(block)](block) for block in found) + "\n"


def _heading(block: Heading) -> str:
    return f"{'#' * block.level} {escaped(block.text)}"


def _paragraph(block: Paragraph) -> str:
    return running(block, MarkdownWriter(), escaped)


def _display(rows: Sequence[str]) -> str:
    body = " \\cr\n".join(rows)
    return f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$"


def _equalities(block: Equalities) -> str:
    return _display(equality_rows(block, ROOM, MarkdownWriter()))


def _statement(block: Statement) -> str:
    return _display(statement_rows(block, ROOM, MarkdownWriter()))


def _grid(block: Grid) -> str:
    writer = MarkdownWriter(in_table=True)
    rows = ["| " + " | ".join(running(Paragraph(cell), writer, escaped) for cell in row) + " |" for row in block.rows]
    rule = "|" + " :-: |" * len(block.rows[0])
    return "\n".join((rows[0], rule, *rows[1:]))


def _listing(block: Listing) -> str:
    writer = MarkdownWriter(in_table=True)
    rows = (f"| {escaped(name)} | {running(Paragraph(parts), writer, escaped)} |" for name, parts in block.rows)
    return "\n".join(("| | |", "|---|---|", *rows))


def _picture(block: Picture) -> str:
    return f"![{escaped(block.shows)}]({block.name}.svg)"


def _links(block: Links) -> str:
    return f"{escaped(block.word)} {', '.join(f'[{escaped(text)}]({name}.md)' for text, name in block.pages)}."


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
