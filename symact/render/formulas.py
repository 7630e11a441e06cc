"""Texts in which formulas stand between words, each written in its own way."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from .latex import latex
from .layout import Style, layout
from .mathml import mathml
from .tex import escaped

__all__ = ["Formulas", "as_html", "as_latex", "as_markdown"]


class Formulas:
    """Formulas taken out of a text while the words around them are escaped."""

    def __init__(self) -> None:
        self._found: list[Any] = []

    def take(self, formula: Any) -> str:
        """Return a mark that stands for a formula, or for text that is a number already."""
        self._found.append(formula)
        return f"@{len(self._found) - 1}@"

    def put(self, text: str, words: Callable[[str], str], formula: Callable[[Any], str]) -> str:
        """Return the text with its words and its formulas written."""
        parts = text.split("@")
        return "".join(formula(self._found[int(part)]) if k % 2 else words(part) for k, part in enumerate(parts))


def as_markdown(formulas: Formulas, text: str) -> str:
    """Return a text for the cell of a table in Markdown."""
    return formulas.put(
        text,
        lambda words: words.replace("*", r"\*").replace("|", r"\|"),
        lambda value: _tex(value).replace("|", r"\vert "),
    )


def as_latex(formulas: Formulas, text: str) -> str:
    """Return a text for LaTeX."""
    return formulas.put(text, _spaced, _tex)


def as_html(formulas: Formulas, text: str) -> str:
    """Return a text for HTML, with formulas in MathML."""
    return formulas.put(
        text, escape, lambda value: escape(value) if isinstance(value, str) else mathml(layout(value, Style()))
    )


def _tex(value: Any) -> str:
    return f"${value if isinstance(value, str) else latex(value)}$"


def _spaced(words: str) -> str:
    """Words for LaTeX, with the spaces at their ends."""
    inner = escaped(words)
    return f"{' ' * words.startswith(' ')}{inner}{' ' * (words.endswith(' ') and bool(inner))}"
