"""What the values of facts consist of: their parts, texts that are expressions by themselves, numbers with decimals beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from sympy import Interval, Rational
from sympy.core.relational import Relational

from ..claims.model import Extent
from ..claims.statements import stretches
from ..named import unfold
from ..parse import parse_assumptions, parse_claim, parse_expression
from ..proof.certificates.requirements import require
from ..proof.steps.cases import signs_of
from ..proof.steps.comparison import certain_sign
from ..symbols import real

__all__ = ["check_value"]

#: Texts in a value or in what is given that are no expressions.
_WORDS = frozenset(
    ("oo", "-oo", "none", "infinite", "undefined", "smooth", "joins", "inflection_points", "domain", "+", "-", "!=")
)
#: Least numbers of certain digits of a number that is only enclosed, and of one that is exact.
DIGITS, MORE_DIGITS = 19, 28
#: Decimals, times what parameters contribute or plus that.
_DECIMAL = re.compile(r"(?P<number>-?\d{1,400}(\.\d{1,400})?(e-?\d{1,3})?)(?P<moved>(\*\(| \+ ).*)?")

#: Facts whose values are words, each of which stands for predicates, or read by themselves.
_NO_TEXTS = frozenset({"domain", "parity", "monotonicity", "convexity", "continuity"})
#: Facts whose values are expressions in x.
_FORMULAS = frozenset({"asymptotes", "derivative", "output_relation", "inverse", "antiderivative"})
#: Parts that are words of their own.
_READ_APART = frozenset({"set", "kind", "fact", "latex", "obstruction", "independent", "recurring"})


def check_value(name: str, expression: str, value: Any, assume: Sequence[str], given: Mapping[str, Any]) -> None:
    """Refuse a value with other parts than such a fact has, texts that aren't expressions by themselves, and numbers outside
    the enclosures beside them.
    """
    require(_SHAPES.get(name, _text)(value), f"the fact {name} has a value of other parts")
    domains = [given["domain"]] if isinstance(given.get("domain"), str) else []
    domains += [value] if name == "domain" else []
    domains += [given["value"]] if given.get("fact") == "domain" else []
    ends = [end for text in domains for part in stretches(text) for end in (part[0], part[2])]
    shown = {key: part for key, part in given.items() if key != "domain" and part not in domains}
    stated = list(_texts(None if name in _NO_TEXTS else value))
    formulas, numbers = (stated, []) if name in _FORMULAS else ([], stated)
    for text in (expression, *formulas):
        if text not in _WORDS:
            parse_expression(text)
    for text in (*ends, *numbers, *_texts(shown)):
        if text not in _WORDS:
            require(real("x") not in parse_expression(text).free_symbols, f"{text} is no number, as it has x in it")
    if name == "asymptotes":
        lines = [unfold(parse_expression(line)) for line in value.values() if line is not None]
        require(all(line.is_polynomial(real("x")) for line in lines), "an asymptote is a line")
    known = parse_assumptions(assume).relations
    for number in _numbers(value):
        _check_number(number, known)


def _check_number(number: Mapping[str, Any], known: Sequence[Relational]) -> None:
    """Decimals on both sides of a number, of many digits; with parameters times what these contribute, or none."""
    exact, ends = number["exact"], [number["lower"], number["upper"]]
    value = None if exact is None else unfold(parse_expression(exact))
    if value is not None and value.free_symbols:
        for end, signs in zip(ends, ({0, 1}, {-1, 0}), strict=True):
            if end is not None:
                found = signs_of(value - unfold(parse_expression(end)), known)
                require(found <= signs, f"{exact} is not between the bounds beside it")
        return
    parts = [part for end in ends if isinstance(end, str) and (part := _DECIMAL.fullmatch(end))]
    require(len(parts) == 2, "a number has no decimals")
    (below, moved), (above, other) = ((part["number"], part["moved"]) for part in parts)
    require(moved == other and (value is None or not moved), "the decimals of a number are moved apart")
    low, high = Fraction(below), Fraction(above)
    width = max(abs(low), abs(high)) / 10 ** (DIGITS if exact is None else MORE_DIGITS)
    require(
        low <= high <= low + max(width, Fraction(1, 10 ** (2 * MORE_DIGITS))), "a number has too few certain digits"
    )
    if value is not None:
        require(
            certain_sign(value - Rational(low)) >= 0 >= certain_sign(value - Rational(high)), f"{exact} is not there"
        )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            if key == "set" and part is not None:
                stated = parse_claim(f"range(x, x) == {part}").statement
                require(
                    isinstance(stated, Extent) and not isinstance(stated.values, Interval), f"{part} is one interval"
                )
            elif key not in _READ_APART:
                yield from _texts(part)


def _numbers(value: Any) -> Iterator[Mapping[str, Any]]:
    """Numbers that are shown exactly, or enclosed."""
    if isinstance(value, dict) and set(value) == _NUMBER:
        yield value
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _numbers(part)


# parts

_Shape = Callable[[Any], bool]
_NUMBER = {"exact", "lower", "upper"}


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _nothing(value: Any) -> bool:
    return value is None


def _yes_or_no(value: Any) -> bool:
    return isinstance(value, bool)


def _finite(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == _NUMBER and all(p is None or _text(p) for p in value.values())


def _number(value: Any) -> bool:
    return _finite(value) or value in ("oo", "-oo", "none")


def _endless(value: Any) -> bool:
    return bool(value == "infinite")


def _span(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_text, value))


def _either(*shapes: _Shape) -> _Shape:
    return lambda value: any(shape(value) for shape in shapes)


def _all(shape: _Shape) -> _Shape:
    return lambda value: isinstance(value, list) and all(map(shape, value))


def _parts(shapes: Mapping[str, _Shape]) -> _Shape:
    return lambda value: (
        isinstance(value, dict) and set(value) == set(shapes) and all(shape(value[k]) for k, shape in shapes.items())
    )


#: Fact → what its value is made of, if not one text.
_SHAPES: dict[str, _Shape] = {
    "range": _parts(
        {
            **dict.fromkeys(("inf", "sup"), _number),
            **dict.fromkeys(("inf_attained", "sup_attained"), _yes_or_no),
            "set": _either(_text, _nothing),
        }
    ),
    "joins": _all(
        _parts(
            {
                "x": _finite,
                "value": _either(_finite, _nothing),
                **dict.fromkeys(("left", "right", "slope_left", "slope_right"), _number),
            }
        )
    ),
    "asymptotes": _parts(dict.fromkeys(("-oo", "oo"), _either(_text, _nothing))),
    "point_symmetry": _either(_nothing, _parts(dict.fromkeys(("x", "y"), _finite))),
    **dict.fromkeys(
        ("limit_minus_inf", "limit_plus_inf", "lipschitz", "gaussian_mean", "gaussian_second_moment", "gain"), _number
    ),
    **dict.fromkeys(("zeros", "inflection_points"), _either(_endless, _all(_either(_finite, _span)))),
    "stationary_points": _either(_endless, _all(_either(_parts({"x": _finite, "f": _finite, "kind": _text}), _span))),
    "derivative": _parts(dict.fromkeys(("expression", "latex"), _text)),
    **dict.fromkeys(("output_relation", "inverse", "antiderivative"), _either(_text, _nothing)),
}
