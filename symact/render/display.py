"""A derivation that shows itself: as text, LaTeX, Markdown or HTML, and in a notebook."""

from __future__ import annotations

from sympy import Expr

from ..derivation.steps import Derivation, Step
from . import render

__all__ = ["Page"]


class Page:
    """A derivation with its printed forms; in Jupyter it displays itself.

    `data` is the derivation, `steps` its cases, `result` what was found. `detail` 1 prints the key steps, 2 those of a
    textbook, 3 every single rule.
    """

    def __init__(self, data: Derivation) -> None:
        self.data = data

    @property
    def title(self) -> str:
        """What is derived."""
        return self.data.title

    @property
    def steps(self) -> tuple[Step, ...]:
        """The cases, each with its chain of steps."""
        return self.data.steps

    @property
    def result(self) -> Expr:
        """What was found."""
        return self.data.result

    def latex(self, standalone: bool = False, detail: int = 2) -> str:
        """Return LaTeX: a fragment for amsmath, or a whole document."""
        return render([self.data], "latex", standalone, detail)

    def markdown(self, detail: int = 2) -> str:
        """Return Markdown that GitHub and Jupyter show."""
        return render([self.data], "markdown", detail=detail)

    def text(self, detail: int = 2) -> str:
        """Return Unicode text for a terminal."""
        return render([self.data], "text", detail=detail)

    def html(self, standalone: bool = False, detail: int = 2) -> str:
        """Return HTML with MathML: a section, or a whole page."""
        return render([self.data], "html", standalone, detail)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Page) and self.data == other.data

    def __hash__(self) -> int:
        return hash(self.data)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<{self.title}: {self.result}>"

    def _repr_markdown_(self) -> str:
        return self.markdown()
