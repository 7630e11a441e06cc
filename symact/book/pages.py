"""The pages of the book in Markdown and LaTeX: chapters, index, cheat sheet and claims."""

from __future__ import annotations

from collections.abc import Sequence

from ..render.block import Block
from ..render.latex import PAGE, blocks_latex, preamble
from ..render.markdown import blocks_markdown, escaped
from .chapter import Chapter

__all__ = ["book_latex", "index_markdown", "page_latex", "page_markdown"]

_PAGE = "a4paper,margin=25mm"
_NOTICE = "Written by `symact book`; every step on it was put to the prover. Don't edit it: edit the definition."


def page_markdown(blocks: Sequence[Block]) -> str:
    """Return a page with a link back to the index."""
    return f"[Index](README.md)\n\n{blocks_markdown(blocks)}\n---\n\n{_NOTICE}\n"


def page_latex(blocks: Sequence[Block]) -> str:
    """Return a page as a document of its own."""
    return _document(blocks_latex(blocks, PAGE))


def index_markdown(chapters: Sequence[Chapter]) -> str:
    """Return the index: a table of all chapters with the facts that are words."""
    names = [name for name, _ in chapters[0].card]
    head = ["Function", "Name", *names, "Steps proved"]
    lines = [_line(head), _line(["---"] * len(head))]
    for chapter in chapters:
        facts = [value for _, value in chapter.card] or ["–"] * len(names)
        lines.append(
            _line([f"[{escaped(chapter.title)}]({chapter.name}.md)", f"`{chapter.name}`", *facts, str(chapter.steps)])
        )
    steps = sum(chapter.steps for chapter in chapters)
    return "\n".join((
        "# Activation functions, derived",
        "",
        f"{len(chapters)} functions, each from one expression; {steps} steps, each proved.",
        "",
        "Also: [all formulas on one sheet](cheat_sheet.md) ([LaTeX](cheat_sheet.tex)), [what textbooks say](claims.md).",
        "Every page is there as LaTeX too, beside its Markdown.",
        "",
        *lines,
        "",
        "Written by `symact book`.",
        "",
    ))  # fmt: skip


def book_latex(chapters: Sequence[Chapter], claims: Sequence[Block]) -> str:
    """Return the whole book as one document with a table of contents."""
    parts = [
        r"\title{Activation functions, derived}",
        r"\author{symact}",
        r"\date{}",
        r"\maketitle",
        f"{len(chapters)} functions, each from one expression; {sum(c.steps for c in chapters)} steps, each proved.",
        r"\tableofcontents",
    ]
    for title, blocks in (*((c.title, c.blocks) for c in chapters), ("What textbooks say", claims)):
        parts += [r"\clearpage", rf"\addcontentsline{{toc}}{{section}}{{{title}}}", blocks_latex(blocks, PAGE)]
    return _document("\n".join(parts))


def _document(body: str) -> str:
    return f"{preamble(_PAGE)}\n\\usepackage{{graphicx}}\n\\begin{{document}}\n\\sloppy\n{body}\n\\end{{document}}\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
