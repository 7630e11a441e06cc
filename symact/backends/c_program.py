"""The C program that compares functions with reference values, and how constants and comments are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import isinf, isnan
from textwrap import wrap
from typing import Any

import numpy as np

from ..definition import Definition
from ..numeric.accuracy import Prepared, prepared
from ..numeric.source import Source

__all__ = ["comment", "number", "reference", "test_program"]

_PROGRAM = """static double ulp(double y, int digits, int least)
{
    int e;
    frexp(y, &e);
    return ldexp(1.0, e - digits < least ? least : e - digits);
}

static int report(const char *name, double worst, double at, double bound)
{
    const int good = worst <= bound || isinf(bound);
    printf("%-40s largest error %.3f ulp at x = %.17g, stated %.3g: %s\\n", name, worst, at, bound, good ? "ok" : "WRONG");
    return good ? 0 : 1;
}"""


def comment(text: str) -> str:
    """Return a comment of whole lines."""
    lines = [line for part in text.splitlines() for line in (wrap(part, 112) or [""])]
    return "/*\n" + "\n".join(f" * {line}".rstrip() for line in lines).replace("*/", "* /") + "\n */"


def number(value: float) -> str:
    """Return a constant."""
    if isnan(value):
        return "(double)NAN"
    if isinf(value):
        return "(double)INFINITY" if value > 0 else "(-(double)INFINITY)"
    return repr(float(value)) if value >= 0 and not np.signbit(value) else f"({float(value)!r})"


def test_program(
    stem: str,
    definition: Definition,
    functions: Sequence[Source],
    kinds: Sequence[str],
    public: Callable[[Source, str], str],
    bound: Callable[[Source, str], float],
) -> str:
    """Return a C program that compares with reference values and returns 1 where a bound is broken.

    Parameters have their defaults. A reference value is a double and what it lacks. `public` names a function of a type,
    `bound` is its stated error.
    """
    lines = [
        comment(f"Compares the functions of {stem}.c with reference values from certain enclosures."),
        f'#include "{stem}.h"\n\n#include <math.h>\n#include <stdio.h>',
        _PROGRAM,
    ]
    calls = []
    for data in functions:
        for kind in kinds:
            text, call = _measurement(definition, data, kind, public(data, kind), bound(data, kind))
            lines.append(text)
            calls.append(call)
    body = "\n".join(f"    wrong |= {call}();" for call in calls)
    lines.append(f"int main(void)\n{{\n    int wrong = 0;\n{body}\n    return wrong;\n}}")
    return "\n\n".join(lines) + "\n"


@lru_cache(maxsize=64)
def reference(definition: Definition, order: int, dtype: str) -> Prepared:
    """Return points of a dtype with the true values there, at the defaults of parameters."""
    return prepared(definition, order, np.dtype(dtype).type, count=30)


def _measurement(definition: Definition, data: Source, kind: str, public: str, bound: float) -> tuple[str, str]:
    """The function that measures another one, and its name."""
    where = reference(definition, data.order, {"double": "float64", "float": "float32"}[kind])
    limit = {"double": 1.7e308, "float": 3.4e38}[kind]
    good = (
        np.isfinite(where.truth.high) & (np.abs(where.truth.high) < limit) & (where.scale <= np.abs(where.truth.high))
    )
    x, high, low = where.x[good], where.truth.high[good], where.truth.low[good]
    name = f"check_{public}"
    defaults = "".join(f", {number(float(p.default or 0.0))}" for p in data.parameters)
    digits, least = {"double": (53, -1074), "float": (24, -149)}[kind]
    suffix = "" if kind == "double" else "f"
    text = f"""static const {kind} {name}_x[] = {{{_list(x, suffix)}}};
static const double {name}_high[] = {{{_list(high)}}};
static const double {name}_low[] = {{{_list(low)}}};

static int {name}(void)
{{
    enum {{ COUNT = {x.size} }};
    {kind} y[COUNT];
    double worst = 0.0, at = 0.0;
    {public}({name}_x, y, COUNT{defaults});
    for (int i = 0; i < COUNT; i++) {{
        const double error = fabs(((double)y[i] - {name}_high[i]) - {name}_low[i]) / ulp({name}_high[i], {digits}, {least});
        if (!(error <= worst)) {{
            worst = error;
            at = (double){name}_x[i];
        }}
    }}
    return report("{public}", worst, at, {number(bound)});
}}"""
    return text, name


def _list(values: Any, suffix: str = "") -> str:
    items = ", ".join(f"{float(v)!r}{suffix}" for v in values)
    return "\n    " + "\n    ".join(wrap(items, 116, break_long_words=False)) + "\n"
