"""Printing derivations, tables and plots.

Formulas go one way: layout.py turns an expression into boxes and decides there how mathematics is written; tex.py,
unicode.py, picture.py and mathml.py write boxes in a format; document.py turns a derivation into blocks of them, which
latex.py, markdown.py, text.py and page.py put on a page. Plots are in plot.py, which alone needs matplotlib.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..derivation.steps import Derivation
from ..errors import InputError
from .latex import derivation_latex, derivations_latex
from .markdown import derivation_markdown, derivations_markdown
from .page import derivation_html, derivations_html
from .text import derivation_text, derivations_text

__all__ = ["FORMATS", "render"]

#: Format → how it prints one derivation.
FORMATS: dict[str, Callable[[Derivation], str]] = {
    "latex": derivation_latex,
    "markdown": derivation_markdown,
    "text": derivation_text,
    "html": derivation_html,
}

_SEVERAL: dict[str, Callable[[Sequence[Derivation], bool], str]] = {
    "latex": derivations_latex,
    "markdown": lambda found, standalone: derivations_markdown(found),
    "text": lambda found, standalone: derivations_text(found),
    "html": derivations_html,
}


def render(derivations: Sequence[Derivation], form: str = "latex", standalone: bool = False) -> str:
    """Return derivations below each other in a format, `standalone` as a complete LaTeX document or HTML page.

    Raises InputError for an unknown format.
    """
    if form not in _SEVERAL:
        raise InputError(f"unknown format {form!r}; choose one of {', '.join(_SEVERAL)}")
    return _SEVERAL[form](derivations, standalone)
