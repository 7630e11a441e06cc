"""Boxes as MathML, which browsers set without scripts."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

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

__all__ = ["mathml"]

_APPLY = "<mo>&#x2061;</mo>"
_TIMES = "<mo>&#x2062;</mo>"
_THIN = '<mspace width="0.17em"></mspace>'
_SUMS = {"Σ": "∑", "∏": "∏"}


def mathml(box: Box, display: bool = False) -> str:
    """Return a formula as a <math> element, set as a display or for running text.

    >>> from symact.render.boxes import Name
    >>> mathml(Name(r"\\\\alpha", "α"))
    '<math><mi>α</mi></math>'
    """
    return f"<math{' displaystyle=' + chr(34) + 'true' + chr(34) if display else ''}>{_part(box)}</math>"


def _part(box: Box | None) -> str:
    return "<mrow></mrow>" if box is None else _MATHML[type(box)](box)


def _mark(box: Mark) -> str:
    if box.kind == "space":
        return f'<mspace width="{len(box.text) / 2}em"></mspace>'
    form = {"prefix": "prefix", "binary": "infix", "open": "prefix", "close": "postfix"}.get(box.kind)
    return f"<mo{f' form={chr(34)}{form}{chr(34)}' if form else ''}>{escape(box.text)}</mo>"


def _row(box: Row) -> str:
    parts = []
    for m, part in enumerate(box.parts):
        applied = isinstance(part, Fence) and m and isinstance(box.parts[m - 1], Name | Primed | Script)
        parts.append((_APPLY if applied else "") + _part(part))
    return f"<mrow>{''.join(parts)}</mrow>"


def _product(box: Product) -> str:
    parts = [_part(box.factors[0])]
    for before, factor in zip(box.factors, box.factors[1:], strict=False):
        if not isinstance(before, Mark) and not isinstance(factor, Mark):
            parts.append(_TIMES)
            if _is_word(before) or _is_word(factor):
                parts.append(_THIN)
        parts.append(_part(factor))
    return f"<mrow>{''.join(parts)}</mrow>"


def _is_word(box: Box) -> bool:
    """Whether a factor is a name of several letters, perhaps with a power, which would run into the next."""
    base = box.base if isinstance(box, Script) else box
    return isinstance(base, Name) and len(base.text) > 1


def _fraction(box: Fraction) -> str:
    if box.slashed:
        return f"<mrow>{_part(box.top)}<mo>/</mo>{_part(box.bottom)}</mrow>"
    return f"<mfrac>{_part(box.top)}{_part(box.bottom)}</mfrac>"


def _script(box: Script) -> str:
    base, upper, lower = _part(box.base), box.upper, box.lower
    if upper is None or lower is None:
        tag, end = ("msub", lower) if upper is None else ("msup", upper)
        return f"<{tag}>{base}{_part(end)}</{tag}>"
    return f"<msubsup>{base}{_part(lower)}{_part(upper)}</msubsup>"


def _root(box: Root) -> str:
    body = _part(box.body)
    return f"<msqrt>{body}</msqrt>" if box.index is None else f"<mroot>{body}{_part(box.index)}</mroot>"


def _primed(box: Primed) -> str:
    if box.order < 4:
        return f"<msup>{_part(box.base)}<mo>{'′″‴'[box.order - 1]}</mo></msup>"
    return f"<msup>{_part(box.base)}<mrow><mo>(</mo><mn>{box.order}</mn><mo>)</mo></mrow></msup>"


def _fence(box: Fence) -> str:
    stretchy = "false" if box.plain else "true"
    left = f'<mo form="prefix" stretchy="{stretchy}">{box.left}</mo>'
    return f'<mrow>{left}{_part(box.body)}<mo form="postfix" stretchy="{stretchy}">{box.right}</mo></mrow>'


def _operator(box: Operator) -> str:
    text = box.name.text
    sign = f"<mo>{_SUMS.get(text, text)}</mo>"
    if text == "∫":
        return f"<msubsup>{sign}{_part(box.below)}{_part(box.above)}</msubsup>" if box.below else sign
    if box.above is None:
        return f"<munder>{sign}{_part(box.below)}</munder>" if box.below else sign
    return f"<munderover>{sign}{_part(box.below)}{_part(box.above)}</munderover>"


def _cases(box: Cases) -> str:
    cell = '<mtd style="text-align: left; padding: 0.2em 1em 0.2em 0">'
    rows = "".join(
        f"<mtr>{cell}{_part(value)}</mtd>{cell}{_part(condition)}</mtd></mtr>" for value, condition in box.rows
    )
    return f'<mrow><mo form="prefix" stretchy="true">{{</mo><mtable>{rows}</mtable></mrow>'


def _words(box: Words) -> str:
    # spaces at the ends of <mtext> are dropped
    return f"<mtext>{escape(box.text).replace(' ', '&#xa0;')}</mtext>"


_MATHML: dict[type[Box], Callable[[Any], str]] = {
    Name: lambda b: f"<mi>{escape(b.text)}</mi>",
    Number: lambda b: f"<mn>{b.digits}</mn>",
    Mark: _mark,
    Words: _words,
    Row: _row,
    Product: _product,
    Fraction: _fraction,
    Script: _script,
    Primed: _primed,
    Root: _root,
    Fence: _fence,
    Operator: _operator,
    Cases: _cases,
}
