"""Boxes as Unicode on one line: f′(x) = α·eˣ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
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
    is_sum,
)

__all__ = ["linear", "primes", "raised"]

_UPPER = dict(
    zip(
        "0123456789+−=()abcdefghijklmnoprstuvwxyzβγδθφχ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵝᵞᵟᶿᵠᵡ",
        strict=True,
    )
)
_LOWER = dict(zip("0123456789+−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", strict=True))
#: Longer exponents are hard to read raised.
LONGEST_RAISED = 4


def linear(box: Box) -> str:
    """Return a box as one line of Unicode.

    >>> from symact.render.boxes import Name, Number, Script
    >>> linear(Script(Name("x", "x"), Number("2")))
    'x²'
    """
    return _LINEAR[type(box)](box)


def raised(text: str) -> str | None:
    """Return a short exponent in raised characters, None where there are none."""
    return _mapped(text, _UPPER)


def primes(order: int) -> str:
    """Return the primes of a derivative, or its order in brackets from the fourth on."""
    return "′″‴"[order - 1] if order < 4 else f"⁽{raised(str(order))}⁾"


def _mapped(text: str, table: dict[str, str]) -> str | None:
    short = len(text) <= LONGEST_RAISED and all(c in table for c in text)
    return "".join(table[c] for c in text) if short else None


def _grouped(text: str) -> str:
    return text if len(text) == 1 or (text.isascii() and text.isalpha()) or text.isdigit() else f"({text})"


def _script(box: Script) -> str:
    text = linear(box.base)
    if box.lower is not None:
        lower = linear(box.lower)
        text += _mapped(lower, _LOWER) or f"_{_grouped(lower)}"
    if box.upper is not None:
        upper = linear(box.upper)
        text += raised(upper) or f"^{_grouped(upper)}"
    return text


#: Kinds of marks that stand between spaces, and those with a space behind.
_BETWEEN = frozenset({"binary", "relation"})


def _row(parts: Sequence[Box]) -> str:
    line = ""
    for m, part in enumerate(parts):
        kind = part.kind if isinstance(part, Mark) else ""
        text = linear(part)
        if kind in _BETWEEN:
            line += f" {text} " if m else f"{text} "
        elif kind == "comma":
            line += f"{text} "
        else:
            apart = m and isinstance(parts[m - 1], Operator)
            line += f" {text}" if apart else text
    return line


def _product(factors: Sequence[Box]) -> str:
    line = linear(factors[0])
    for before, factor in pairwise(factors):
        text = linear(factor)
        # 2x and 2π, but 2·tanh(x) and α·x
        joined = isinstance(before, Number) and (isinstance(factor, Script | Fence | Root) or len(text) == 1)
        marks = isinstance(before, Mark) or isinstance(factor, Mark)
        line += text if marks or (joined and not text[0].isdigit()) else f"·{text}"
    return line


def _fraction(box: Fraction) -> str:
    top, bottom = linear(box.top), linear(box.bottom)
    top = f"({top})" if is_sum(box.top) or isinstance(box.top, Cases) else top
    grouped = is_sum(box.bottom) or isinstance(box.bottom, Product | Fraction)
    return f"{top}/({bottom})" if grouped else f"{top}/{bottom}"


def _root(box: Root) -> str:
    body = linear(box.body)
    sign = {"3": "∛", "4": "∜"}.get(linear(box.index), "") if box.index is not None else "√"
    if not sign and box.index is not None:
        return f"{_grouped(body)}^(1/{linear(box.index)})"
    return sign + (body if len(body) == 1 or isinstance(box.body, Number) else f"({body})")


def _operator(box: Operator) -> str:
    name = linear(box.name)
    inside = "..".join(linear(end) for end in (box.below, box.above) if end is not None)
    return f"{name}[{inside.replace(' ', '')}]" if inside else name


def _cases(box: Cases) -> str:
    return "{" + "; ".join(f"{linear(value)} {linear(condition)}".rstrip() for value, condition in box.rows) + "}"


_LINEAR: dict[type[Box], Callable[[Any], str]] = {
    Name: lambda b: b.text,
    Number: lambda b: b.digits,
    Mark: lambda b: b.text,
    Words: lambda b: b.text,
    Row: lambda b: _row(b.parts),
    Product: lambda b: _product(b.factors),
    Fraction: _fraction,
    Script: _script,
    Primed: lambda b: linear(b.base) + primes(b.order),
    Root: _root,
    Fence: lambda b: f"{b.left}{linear(b.body)}{b.right}",
    Operator: _operator,
    Cases: _cases,
}
