"""Boxes as LaTeX mathematics, for which amsmath is enough."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from typing import Any, ClassVar

from .boxes import (
    Box,
    Cases,
    Fence,
    Fraction,
    Mark,
    Name,
    Number,
    Operator,
    Primed,
    Product,
    Root,
    Row,
    Script,
    Words,
)
from .greek import LETTERS

__all__ = ["TexWriter", "escaped", "tex"]

_ASCII = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\ensuremath{<}",
    ">": r"\ensuremath{>}",
    "|": r"\ensuremath{|}",
    '"': "''",
}
#: Characters of formulas in running text → mathematics.
_SIGNS = LETTERS | {
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "≈": r"\approx",
    "→": r"\to",
    "∞": r"\infty",
    "·": r"\cdot",
    "×": r"\times",
    "−": "-",
    "±": r"\pm",
    "∈": r"\in",
    "√": r"\surd",
    "′": "'",
    "″": "''",
    "ℝ": r"\mathbf{R}",
    "∂": r"\partial",
    "∫": r"\int",
    "∑": r"\sum",
    "∅": r"\emptyset",
    "∪": r"\cup",
    "ˣ": "^x",
    "⁻": "^-",
    **{character: f"^{digit}" for digit, character in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{character: f"_{digit}" for digit, character in enumerate("₀₁₂₃₄₅₆₇₈₉")},
}
#: What LaTeX sets from UTF-8 without more packages: Western letters, dashes and quotation marks.
_LATIN = re.compile(r"[\x20-\x7e\u00c0-\u017f\u2013\u2014\u2018\u2019\u201c\u201d\u2026]")


def escaped(text: str) -> str:
    """Return plain text so that LaTeX prints it, in paragraphs and in \\text alike."""
    return "".join(_ASCII.get(c) or _character(c) for c in " ".join(text.split()))


def _character(c: str) -> str:
    if c in _SIGNS:
        return rf"\ensuremath{{{_SIGNS[c]}}}"
    if _LATIN.fullmatch(c):
        return c
    plain = "".join(d for d in unicodedata.normalize("NFKD", c) if d.isascii() and d.isprintable())
    return "".join(_ASCII.get(d, d) for d in plain) or f"[U+{ord(c):04X}]"


def tex(box: Box) -> str:
    """Return a box in LaTeX, without dollar signs.

    >>> from symact.render.boxes import Fraction, Name, Number
    >>> tex(Fraction(Name("x", "x"), Number("6")))
    '\\\\frac{x}{6}'
    """
    return TexWriter().write(box)


_SPACED = {"binary", "relation", "times", "space"}


class TexWriter:
    """The table from box to LaTeX; a dialect overrides `words` and `finish`."""

    def words(self, text: str) -> str:
        """Return words as the argument of \\text."""
        return escaped(text)

    def finish(self, text: str) -> str:
        """Return a whole formula as it goes to the page."""
        return text

    def formula(self, box: Box) -> str:
        """Return a whole formula."""
        return self.finish(self.write(box))

    def write(self, box: Box) -> str:
        """Return a box as part of a formula."""
        return self.TABLE[type(box)](self, box)

    def text(self, text: str) -> str:
        """Return words in a formula, with the spaces at their ends."""
        return rf"\text{{{' ' * text.startswith(' ')}{self.words(text)}{' ' * (text.endswith(' ') and text != ' ')}}}"

    def _row(self, box: Row) -> str:
        line = ""
        previous: Box | None = None
        for part in box.parts:
            text = self.write(part)
            kind = part.kind if isinstance(part, Mark) else ""
            before = previous.kind if isinstance(previous, Mark) else ""
            named = isinstance(previous, Name | Primed) and not _is_operator(previous)
            if isinstance(part, Fence) and not part.plain and named:
                # without the braces TeX sets a space between the name and large brackets
                text = f"{{{text}}}"
            if kind == "prefix" and isinstance(previous, Words):
                # TeX takes a minus after words for a difference
                text = f"{{{text}}}"
            if previous is None:
                line = "{} " + text if kind in {"binary", "times"} else text
            elif kind in _SPACED or before in {*_SPACED, "comma"} or {Words, Operator} & {type(part), type(previous)}:
                line = f"{line} {text}"
            else:
                line = _touching(line, text)
            previous = part
        return line

    def _product(self, box: Product) -> str:
        line = self.write(box.factors[0])
        for before, factor in pairwise(box.factors):
            # words would run into their neighbours
            line += (r" \, " if _is_word(before) or _is_word(factor) else " ") + self.write(factor)
        return line

    def _fence(self, box: Fence) -> str:
        body = self.write(box.body)
        left, right = ("\\" + side if side in "{}" else side for side in (box.left, box.right))
        return f"{left}{body}{right}" if box.plain else _touching(rf"\left{left}", body) + rf"\right{right}"

    def _fraction(self, box: Fraction) -> str:
        top, bottom = self.write(box.top), self.write(box.bottom)
        return f"{top}/{bottom}" if box.slashed else rf"\frac{{{top}}}{{{bottom}}}"

    def _primed(self, box: Primed) -> str:
        return self.write(box.base) + ("'" * box.order if box.order < 4 else f"^{{({box.order})}}")

    def _root(self, box: Root) -> str:
        index = "" if box.index is None else f"[{self.write(box.index)}]"
        return rf"\sqrt{index}{{{self.write(box.body)}}}"

    def _cases(self, box: Cases) -> str:
        rows = (f"{self.write(value)} & {self.write(condition)}".rstrip() for value, condition in box.rows)
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"

    def _scripted(self, box: Script) -> str:
        # e^{x} keeps its braces; so do all exponents but single letters and figures
        euler = isinstance(box.base, Name) and box.base.latex == "e"
        return self.write(box.base) + self._script("_", box.lower) + self._script("^", box.upper, euler)

    def _operator(self, box: Operator) -> str:
        return self.write(box.name) + self._script("_", box.below, True) + self._script("^", box.above, True)

    def _script(self, sign: str, box: Box | None, braces: bool = False) -> str:
        if box is None:
            return ""
        inside = self.write(box).replace(" = ", "=")
        return f"{sign}{inside}" if len(inside) == 1 and inside.isalnum() and not braces else f"{sign}{{{inside}}}"

    TABLE: ClassVar[dict[type[Box], Callable[[Any, Any], str]]] = {
        Name: lambda self, b: b.latex,
        Number: lambda self, b: b.digits,
        Mark: lambda self, b: b.latex,
        Words: lambda self, b: self.text(b.text),
        Row: _row,
        Product: _product,
        Fraction: _fraction,
        Script: _scripted,
        Primed: _primed,
        Root: _root,
        Fence: _fence,
        Operator: _operator,
        Cases: _cases,
    }


def _touching(left: str, right: str) -> str:
    """A space where the name of a command would run into what follows."""
    if re.search(r"\\[A-Za-z]+$", left) and re.match(r"[A-Za-z]|\\(?!left)", right):
        return f"{left} {right}"
    return left + right


def _is_word(box: Box) -> bool:
    return isinstance(box, Name) and not box.operator and box.latex.startswith(r"\mathrm")


def _is_operator(box: Box) -> bool:
    return box.operator if isinstance(box, Name) else isinstance(box, Primed) and _is_operator(box.base)
