"""What C source declares: the names of its functions and arguments, and the header with the stated errors."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import lru_cache
from math import ceil, isfinite

import numpy as np

from ..definition import Definition
from ..numeric import NumpyFunction, compile_function, runtime
from ..numeric.accuracy import Accuracy, judged, prepared
from ..numeric.binding import bind
from ..numeric.source import Source
from .c_elementary import FUNCTIONS
from .c_program import comment, reference

__all__ = ["TYPES", "bound", "header", "identifier", "parameter_names", "prototype", "public_name"]

#: NumPy's name of a type → C's.
TYPES = {"float64": "double", "float32": "float"}
#: By which factor, and how many units in the last place, compilers and libraries may make results worse.
FACTOR = 1.5
MARGINS = {"double": 3.0, "float": 0.1}
_KEYWORDS = """auto bool break case char const continue default do double else enum extern float for goto if inline int long
main register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while x y n"""
_LIBRARY = """abs acos acosh asin asinh atan atanh cbrt ceil copysign cos cosh erf erfc exp exp2 expm1 fabs fdim floor fma fmax fmin
fmod frexp gamma hypot j0 j1 jn ldexp lgamma log log10 log1p log2 logb modf pow remainder rint round signbit sin sinh sqrt tan
tanh tgamma trunc y0 y1 yn"""
#: Words a C function must not have as its name.
_TAKEN = frozenset([*_KEYWORDS.split(), *_LIBRARY.split(), *FUNCTIONS])


def identifier(name: str) -> str:
    """Return a name that C takes."""
    name = re.sub(r"\W", "_", name, flags=re.ASCII)
    name = name if re.match(r"[A-Za-z_]", name) else f"f_{name}"
    return f"{name}_function" if name in _TAKEN else name


def parameter_names(data: Source) -> list[str]:
    """Return the arguments for parameters."""
    return [identifier(p.name) + "_" for p in data.parameters]


def public_name(data: Source, kind: str) -> str:
    """Return the name of a function of a type."""
    return identifier(data.name) + ("f" if kind == "float" else "")


def prototype(data: Source, kind: str) -> str:
    """Return the declaration of a function of a type."""
    parameters = "".join(f", double {name}" for name in parameter_names(data))
    return f"void {public_name(data, kind)}(const {kind} *x, {kind} *y, size_t n{parameters})"


@lru_cache(maxsize=256)
def _measured(definition: Definition, order: int, dtype: str) -> Accuracy:
    """How wrong the program that C has is, with NumPy's operations; parameters have their defaults."""
    made = compile_function(definition, order)
    assert isinstance(made, NumpyFunction)
    data = made.source
    kernels = {name: bind(program, len(data.parameters)) for name, program in data.portable.items()}
    defaults = [p.default for p in data.parameters]
    places = [reference(definition, order, dtype)]
    if data.parameters and dtype == "float64":
        # the bound that the callable states is that of the program for the defaults
        places.append(prepared(definition, order, np.float64, count=200))
    found = [judged(lambda v: runtime.apply(kernels, v, None, defaults), where) for where in places]
    return max(found, key=lambda accuracy: accuracy.worst)


def bound(data: Source, kind: str) -> float:
    """Return the largest error in units in the last place that is stated of a function: what was measured, and a margin.

    It is infinite where a finite value comes out as nan or infinity.
    """
    if kind == "double":
        worst = data.bound["float64"]
        if data.parameters:
            worst = max(worst, _measured(data.definition, data.order, "float64").worst)
        return ceil(FACTOR * worst) + MARGINS[kind] if isfinite(worst) else worst
    worst = max(_measured(data.definition, data.order, "float32").worst, 0.5)
    return ceil(10 * worst) / 10 + MARGINS[kind] if isfinite(worst) else worst


def _stated(data: Source, kind: str) -> str:
    """A bound in words, or where there is none."""
    found = bound(data, kind)
    if isfinite(found):
        return f"{found:.3g} for {kind}"
    at = _measured(data.definition, data.order, {"double": "float64", "float": "float32"}[kind]).at
    return f"none for {kind}, where nan or an infinity comes out at x = {at:.3g}"


def header(stem: str, required: Set[str], functions: Sequence[Source], kinds: Sequence[str], about: str) -> str:
    """Return the declarations with what is known of errors; `required` parameters have no default but in the test."""
    guard = f"{stem.upper()}_H"
    lines = [
        comment(about),
        f'#ifndef {guard}\n#define {guard}\n\n#include <stddef.h>\n\n#ifdef __cplusplus\nextern "C" {{\n#endif',
    ]
    for data in functions:
        what = {0: "f(x)", 1: "f'(x)", 2: "f''(x)"}[data.order]
        text = f"y[i] = {what} for n elements; y may be x. nan gives nan, an infinity the limit.\n"
        for name, p in zip(parameter_names(data), data.parameters, strict=True):
            default = "" if p.name in required else f", by default {p.default!r}"
            condition = "" if p.condition is None else f", with {p.condition.text}"
            text += f"{name}: the parameter {p.name}{default}{condition}\n"
        errors = ", ".join(_stated(data, kind) for kind in kinds)
        values = [f"{p.name} = {p.default!r}" for p in data.parameters if p.name in required]
        values += ["default parameters"] * (len(values) < len(data.parameters))
        text += (
            f"Largest error in units in the last place: {errors} ({'with ' * bool(values)}{' and '.join(values)}"
            f"{', ' * bool(values)}where |y| is not near a zero; {stem}_test.c measures it)."
        )
        lines.append("\n".join([comment(text), *(f"{prototype(data, kind)};" for kind in kinds)]))
    lines.append("#ifdef __cplusplus\n}\n#endif\n\n#endif")
    return "\n\n".join(lines) + "\n"
