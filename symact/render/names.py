"""Names and signs: how symbols, functions and relations are called in LaTeX and in Unicode."""

from __future__ import annotations

import re
import unicodedata

from .boxes import Box, Mark, Name, Script
from .greek import GREEK, LETTERS

__all__ = [
    "COMMA",
    "DIFFERENTIAL",
    "EQUALS",
    "EULER",
    "FUNCTIONS",
    "INFINITY",
    "MINUS",
    "NEGATIVE",
    "PARTIAL",
    "PLUS",
    "PRODUCT",
    "SIGNS",
    "SUM",
    "TIMES",
    "TO",
    "UNION",
    "operator",
    "symbol_name",
]

PLUS = Mark("+", "+", "binary")
MINUS = Mark("-", "−", "binary")
NEGATIVE = Mark("-", "−", "prefix")
COMMA = Mark(",", ",", "comma")
EQUALS = Mark("=", "=", "relation")
INFINITY = Name(r"\infty", "∞")
UNION = Mark(r"\cup", "∪", "relation")
SIGNS = {
    "=": EQUALS,
    "<": Mark("<", "<", "relation"),
    ">": Mark(">", ">", "relation"),
    "<=": Mark(r"\le", "≤", "relation"),
    ">=": Mark(r"\ge", "≥", "relation"),
    "!=": Mark(r"\ne", "≠", "relation"),
}
TO = Mark(r"\to", "→", "relation")
DIFFERENTIAL = Name("d", "d")
PARTIAL = Name(r"\partial", "∂")
EULER = Name("e", "e")
SUM = Name(r"\sum", "Σ", operator=True)
PRODUCT = Name(r"\prod", "∏", operator=True)
TIMES = Mark(r"\cdot", "·", "times")


def operator(name: str, text: str | None = None) -> Name:
    """Return the upright name of a function, a command of LaTeX or any word."""
    latex = name if name.startswith("\\") else rf"\operatorname{{{name}}}"
    return Name(latex, text or name.lstrip("\\"), operator=True)


#: SymPy class → how the function is called; an operator such as tanh takes its power before the argument.
FUNCTIONS: dict[str, Name] = {
    **{
        name: operator("\\" + name)
        for name in ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth")
    },
    **{name: operator(name) for name in ("erf", "erfc", "erfi", "sech", "csch", "sinc")},
    "log": operator(r"\ln"),
    "asin": operator(r"\arcsin"),
    "acos": operator(r"\arccos"),
    "atan": operator(r"\arctan"),
    "asinh": operator("arsinh"),
    "acosh": operator("arcosh"),
    "atanh": operator("artanh"),
    "erfinv": Name(r"\operatorname{erf}^{-1}", "erf⁻¹"),
    "erfcinv": Name(r"\operatorname{erfc}^{-1}", "erfc⁻¹"),
    "sign": operator("sgn"),
    "gamma": Name(r"\Gamma", "Γ"),
    "Max": operator(r"\max"),
    "Min": operator(r"\min"),
}


def _letter(word: str) -> tuple[str, str]:
    """LaTeX and Unicode of one word of a name: Greek, a single letter, or upright letters."""
    if word in GREEK:
        return GREEK[word]
    if word in LETTERS:
        return LETTERS[word], word
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if c.isascii() and (c.isalnum() or c == "_"))
    plain = plain or "".join(f"u{ord(c):x}" for c in word)
    if len(plain) == 1 or plain.isdigit():
        return plain, word
    escaped = plain.replace("_", r"\_")
    return rf"\mathrm{{{escaped}}}", word


def symbol_name(name: str) -> Box:
    """Return alpha as α, alpha_p and x1 with an index, and min_val upright as a whole."""
    if name in GREEK:
        return Name(*_letter(name))
    match = re.fullmatch(r"(\w*?[^\W\d_])_?(\d+)|([^\W_]+)_([^\W_]+)", name)
    if match:
        base, lower = [part for part in match.groups() if part is not None]
        if base in GREEK or len(base) == 1:
            return Script(Name(*_letter(base)), lower=Name(*_letter(lower)))
    return Name(*_letter(name))
