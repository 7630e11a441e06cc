"""The vocabulary: functions and constants by name, and what is said about a word that is neither."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from difflib import get_close_matches
from functools import cache

from sympy import (
    Abs,
    E,
    Expr,
    Heaviside,
    LambertW,
    Max,
    Min,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    erf,
    erfc,
    erfinv,
    exp,
    log,
    oo,
    pi,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

from .. import catalogue
from ..catalogue.constants import selu_alpha, selu_scale
from ..definition import Definition
from ..errors import InputError
from .limits import shown

__all__ = [
    "CLAIM_WORDS",
    "CONSTANTS",
    "FUNCTIONS",
    "PROPERTIES",
    "VARIADIC",
    "check_parameter",
    "definition",
    "is_function",
    "unknown_function",
]

#: Functions of one argument.
FUNCTIONS: dict[str, Callable[[Expr], Expr]] = {
    "exp": exp,
    "log": log,
    "ln": log,
    "sqrt": sqrt,
    "sin": sin,
    "cos": cos,
    "tan": tan,
    "asin": asin,
    "arcsin": asin,
    "acos": acos,
    "arccos": acos,
    "atan": atan,
    "arctan": atan,
    "sinh": sinh,
    "cosh": cosh,
    "tanh": tanh,
    "asinh": asinh,
    "arcsinh": asinh,
    "acosh": acosh,
    "arccosh": acosh,
    "atanh": atanh,
    "arctanh": atanh,
    "erf": erf,
    "erfc": erfc,
    "erfinv": erfinv,
    "LambertW": LambertW,
    "Abs": Abs,
    "abs": Abs,
    "sign": sign,
    "Heaviside": Heaviside,
}

#: Functions of two or more arguments.
VARIADIC: dict[str, Callable[..., Expr]] = {"Max": Max, "max": Max, "Min": Min, "min": Min}

#: Infinity is read by name too, but only where a bound or a limit stands.
CONSTANTS: dict[str, Expr] = {
    "pi": pi,
    "E": E,
    "oo": oo,
    "selu_scale": selu_scale,
    "selu_alpha": selu_alpha,
}

#: Properties p(e, v) in claims; smooth(e, v, k) has an order besides.
PROPERTIES = (
    "odd",
    "even",
    "increasing",
    "strictly_increasing",
    "decreasing",
    "strictly_decreasing",
    "convex",
    "concave",
    "continuous",
    "monotonic",
    "smooth",
)

#: What is called in claims only.
CLAIM_WORDS = frozenset(
    (*PROPERTIES, "diff", "limit", "integral", "expectation", "range", "Sum", "KroneckerDelta", "cross_entropy")
)

#: Words that mean something elsewhere and would pass for parameters here.
_MISLEADING = {
    "e": "'e' can be read in two ways: write E or exp(1) for Euler's number, another letter for a parameter",
    "I": "'I' is not read: expressions are real",
    "Pi": "unknown name 'Pi': write pi",
    "PI": "unknown name 'PI': write pi",
    "inf": "unknown name 'inf': write oo for infinity",
    "infinity": "unknown name 'infinity': write oo for infinity",
    "Infinity": "unknown name 'Infinity': write oo for infinity",
    "nan": "'nan' is not a real number",
    "zoo": "'zoo' is not a real number",
    "Interval": "'Interval' is a set: write Interval(a, b) where a set is expected",
}

#: Shorter names are never taken for a misspelt function, longer ones only when this close to one.
_SHORTEST_TYPO = 4
_CLOSE = 0.84


def definition(name: str) -> Definition | None:
    """Return the catalogue's definition of this name or alias, None if it has none."""
    return catalogue.find(name)


def is_function(name: str) -> bool:
    """Return whether an expression may call this name."""
    return name in FUNCTIONS or name in VARIADIC or name == "Piecewise" or definition(name) is not None


def check_parameter(name: str, declared: Collection[str] = ()) -> None:
    """Refuse a name that isn't one for a parameter: a function's, one that is a letter away, or a misleading one."""
    if name in declared:
        return
    if name in _MISLEADING:
        raise InputError(_MISLEADING[name])
    if name in _parameter_names():
        return
    if is_function(name):
        raise InputError(f"'{name}' is a function: write {name}(x)")
    if name in CLAIM_WORDS:
        raise InputError(f"'{name}' is a word of claims, written with parentheses; for a parameter choose another name")
    near = _nearest(name, (), _CLOSE)
    if near and len(name) >= _SHORTEST_TYPO:
        raise InputError(f"unknown name '{name}'; did you mean {near}? For a parameter choose another name")


def unknown_function(name: str, more: Iterable[str] = ()) -> InputError:
    """Return the error for a call of an unknown function; `more` are the names that are known there besides."""
    near = _nearest(name, more, 0.6)
    if near:
        return InputError(f"unknown function {shown(name)}; did you mean {near}?")
    if len(name) == 1:
        return InputError(f"unknown function '{name}'; for a product write {name}*(…)")
    return InputError(f"unknown function {shown(name)}; `symact list` shows the known ones")


def _nearest(name: str, more: Iterable[str], cutoff: float) -> str | None:
    known = [*FUNCTIONS, *VARIADIC, "Piecewise", *_catalogue_names(), *more]
    spelled = {word.lower(): word for word in known}
    text = name.lower()
    # two neighbours that changed places are the likeliest mistake
    swapped = {text[:k] + text[k + 1] + text[k] + text[k + 2 :] for k in range(len(text) - 1)}
    near = sorted(swapped & spelled.keys()) or get_close_matches(text, spelled, n=1, cutoff=cutoff)
    return f"'{spelled[near[0]]}'" if near else None


@cache
def _catalogue_names() -> frozenset[str]:
    return frozenset((*catalogue.names(), *catalogue.aliases()))


@cache
def _parameter_names() -> frozenset[str]:
    return frozenset(p.symbol.name for d in catalogue.definitions() for p in d.parameters)
