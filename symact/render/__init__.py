"""Printing derivations, tables and plots.

Formulas go one way: layout.py turns an expression into boxes and decides there how mathematics is written; tex.py,
unicode.py, picture.py and mathml.py write boxes in a format; document.py turns a derivation into blocks of them, which
latex.py, markdown.py, text.py and page.py put on a page. Plots are in plot.py, which alone needs matplotlib.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..derivation.steps import Derivation
from ..errors import InputError
from .latex import derivations_latex
from .markdown import derivations_markdown
from .page import derivations_html
from .text import derivations_text

__all__ = ["DETAILS", "FORMATS", "render"]

#: Format → how it prints derivations, as a whole document where it has one, at a level of detail.
_SEVERAL: dict[str, Callable[[Sequence[Derivation], bool, int], str]] = {
    "latex": derivations_latex,
    "markdown": lambda found, standalone, detail: derivations_markdown(found, detail),
    "text": lambda found, standalone, detail: derivations_text(found, detail=detail),
    "html": derivations_html,
}

#: The formats there are.
FORMATS = tuple(_SEVERAL)
#: The levels of detail: key steps, those of a textbook, every single rule.
DETAILS = (1, 2, 3)


def render(derivations: Sequence[Derivation], form: str = "latex", standalone: bool = False, detail: int = 2) -> str:
    """Return derivations below each other in a format, `standalone` as a complete LaTeX document or HTML page.

    `detail` is 1 for the key steps, 2 for those of a textbook, 3 for every single rule. Raises InputError for an unknown
    format or level.
    """
    if form not in FORMATS:
        raise InputError(f"unknown format {form!r}; choose one of {', '.join(FORMATS)}")
    if detail not in DETAILS:
        raise InputError(f"unknown level of detail {detail!r}; choose 1, 2 or 3")
    return _SEVERAL[form](derivations, standalone, detail)
