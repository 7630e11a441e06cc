"""C99 source: a header, functions of arrays of float and of double that compilers vectorise, and a program that tests them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sympy import Expr, Symbol

from ..definition import Definition
from ..errors import InputError, NotSupportedError
from ..numeric import NumpyFunction, compile_function
from ..numeric.llvm.form import Form
from ..numeric.llvm.lowering import Lowering
from ..numeric.parameters import with_values
from ..numeric.rounding import nearest
from ..numeric.samples import parameter_points
from ..numeric.source import Source
from ..proof.algebra.assume import assuming
from .c_elementary import FUNCTIONS, with_needed
from .c_header import TYPES, bound, header, identifier, parameter_names, prototype, public_name
from .c_program import comment, number, test_program

__all__ = ["EXPRESSIONS", "source"]

#: Operation → its value; {a}, {b}, {c} are its arguments. Those with an underscore are in `c_elementary`.
EXPRESSIONS: dict[str, str] = {
    "add": "{a} + {b}",
    "sub": "{a} - {b}",
    "mul": "{a} * {b}",
    "div": "{a} / {b}",
    "neg": "-{a}",
    "abs": "fabs({a})",
    "less": "{a} < {b}",
    "less_equal": "{a} <= {b}",
    "equal": "{a} == {b}",
    "and": "{a} & {b}",
    "or": "{a} | {b}",
    "not": "!{a}",
    "select": "{a} ? {b} : {c}",
    "pow": "pow({a}, {b})",
    **{
        name: f"{name}({{a}})"
        for name in ("sqrt", "rint", "cbrt", "sin", "cos", "tan", "asin", "acos", "asinh", "acosh", "atanh")
    },
    **{name: f"{name}_({{a}})" for name in ("exp", "expm1", "log", "log1p", "tanh", "sinh", "cosh", "atan", "sign")},
    "max": "max_({a}, {b})",
    "min": "min_({a}, {b})",
}
_MASKS = frozenset({"less", "less_equal", "equal", "and", "or", "not"})


def source(
    definition: Definition,
    orders: Sequence[int] = (0, 1),
    values: Mapping[Symbol, Expr] = {},
    name: str = "",
    dtypes: Sequence[str] = tuple(TYPES),
) -> dict[str, str]:
    """Return the texts of NAME.h, NAME.c and NAME_test.c by file name, with a function for each order and each type.

    `dtypes` are float64 (double) and float32 (float). Parameters are arguments of type double; one without a default is
    measured at a value in its domain, which the header states. Raises NotSupportedError for a function of a vector,
    InputError where there is no order, or no or another type; otherwise as `compile_function`.
    """
    if not orders:
        raise InputError("at least one order must be given")
    if not dtypes or not set(dtypes) <= TYPES.keys():
        raise InputError(f"C source has functions of {' and '.join(TYPES)}, not {', '.join(dtypes) or 'none'}")
    kinds = [kind for dtype, kind in TYPES.items() if dtype in dtypes]
    if definition.vector:
        raise NotSupportedError(f"{definition.name} is a function of a vector; C source is for functions of one number")
    required = {p.symbol for p in definition.parameters if p.default is None} - values.keys()
    known = assuming(*(p.assume for p in definition.parameters))
    first = parameter_points(definition.parameters, known, 1)[0]
    chosen = with_values(definition, {**{symbol: first[symbol] for symbol in required}, **values})
    stem = name or identifier(definition.name)
    functions = []
    for order in orders:
        made = compile_function(chosen, order)
        assert isinstance(made, NumpyFunction)
        functions.append(made.source)
    parts = [_function(data, kind) for data in functions for kind in kinds]
    used = {item for _, called in parts for item in called}
    about = f"{definition.title}: {definition.expr}. Derived by symact."
    return {
        f"{stem}.h": header(stem, {s.name for s in required}, functions, kinds, about),
        f"{stem}.c": _body(stem, about, with_needed(used), [text for text, _ in parts]),
        f"{stem}_test.c": test_program(stem, chosen, functions, kinds, public_name, bound),
    }


def _body(stem: str, about: str, elementary: Sequence[str], functions: Sequence[str]) -> str:
    pragma = """/* sums and products must be rounded one by one; floating-point operations have no side effects here */
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off", "no-trapping-math")
#endif

/* the processor chooses at run time how wide vectors are */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__gnu_linux__)
#define VECTOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VECTOR
#endif

/* a call that is left in a loop keeps it from using vectors */
#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif"""
    includes = f'#include "{stem}.h"\n\n#include <float.h>\n#include <math.h>\n#include <stdint.h>\n#include <string.h>'
    return "\n\n".join([comment(about), includes, pragma, *elementary, *functions]) + "\n"


def _function(data: Source, kind: str) -> tuple[str, set[str]]:
    """The function of arrays with those of its regions; and the names of the elementary functions it calls."""
    program = data.portable["float64" if kind == "double" else "float32"]
    lowering = Lowering((program,), len(data.parameters), 53)
    (form,) = lowering.plain
    writer = _Writer(lowering, parameter_names(data))
    public = public_name(data, kind)
    arguments = "".join(f", double {name}" for name in parameter_names(data))
    passed = "".join(f", {name}" for name in parameter_names(data))
    parts = []
    for k, (result, steps) in enumerate(zip(form.results, program.regions, strict=True)):
        lines = writer.lines([result])
        unused = "" if lowering.x in lowering.graph.needed([result]) else "\n    (void)x;"
        unused += "".join(
            f"\n    (void){n};"
            for n, a in zip(parameter_names(data), lowering.given, strict=True)
            if a not in lowering.graph.needed([result])
        )
        parts.append(
            "\n".join(
                [
                    comment(steps.about or "a region"),
                    f"INLINE double {public}_{k}(double x{arguments})\n{{{unused}",
                    *lines,
                    f"    return {writer.place(result)};\n}}",
                ]
            )
        )
    parts.append(_chosen(public, form, writer, arguments, passed, kind))
    value = f"{public}_at(x[i]{passed})" if kind == "double" else f"(float){public}_at((double)x[i]{passed})"
    loop = f"    for (size_t i = 0; i < n; i++)\n        y[i] = {value};"
    parts.append(f"VECTOR {prototype(data, kind)}\n{{\n{loop}\n}}")
    return "\n\n".join(parts), writer.used


def _chosen(public: str, form: Form, writer: _Writer, arguments: str, passed: str, kind: str) -> str:
    """The value at one x: all regions computed, one chosen; then what holds at single points, at infinity and for nan."""
    program = form.program
    last = len(form.results) - 1
    outside = [*form.bounds, *(a for a, _ in form.points), *(v for _, v in form.points if isinstance(v, int))]
    outside += [
        v for v, natural in zip(form.limits, program.natural, strict=False) if isinstance(v, int) and not natural
    ]
    body = writer.lines(outside)
    body += [f"    const double y{k} = {public}_{k}(x{passed});" for k in range(last + 1)]
    body.append(f"    double y = y{last};")
    for k in reversed(range(last)):
        relation = "<=" if program.closed[k] else "<"
        body.append(f"    y = x {relation} {writer.place(form.bounds[k])} ? y{k} : y;")
    for at, v in form.points:
        value = writer.place(v) if isinstance(v, int) else "x" if v == "x" else "-x"
        body.append(f"    y = x == {writer.place(at)} ? {value} : y;")
    for limit, side, region, natural in zip(
        form.limits, ("-(double)INFINITY", "(double)INFINITY"), (0, last), program.natural, strict=False
    ):
        if natural:
            continue
        if limit == "form":
            largest = {"double": "DBL_MAX", "float": "(double)FLT_MAX"}[kind]
            sign = "-" if side.startswith("-") else ""
            far, end = ("low", "low_end") if sign else ("high", "high_end")
            body.append(f"    const double {far} = {public}_{region}({sign}{largest}{passed});")
            huge = {"double": "1.3e154", "float": "1.8e19"}[kind]
            body.append(f"    const double {end} = fabs({far}) > {huge} ? copysign((double)INFINITY, {far}) : {far};")
            body.append(f"    y = x == {side} && y != y ? {end} : y;")
        else:
            value = "(double)NAN" if limit is None else writer.place(limit)
            body.append(f"    y = x == {side} ? {value} : y;")
    if not program.natural[2]:
        body.append("    y = x != x ? x : y;")
    return "\n".join([f"INLINE double {public}_at(double x{arguments})", "{", *body, "    return y;", "}"])


class _Writer:
    """Writes nodes of a graph as statements."""

    def __init__(self, lowering: Lowering, parameters: Sequence[str]) -> None:
        self.graph, self.x = lowering.graph, lowering.x
        self.named = {lowering.x: "x", **dict(zip(lowering.given, parameters, strict=True))}
        self.used: set[str] = set()

    def place(self, a: int) -> str:
        """Return a constant, an argument or a variable."""
        node = self.graph.nodes[a]
        if node.op == "number":
            assert node.value is not None
            return number(nearest(node.value))
        return self.named.get(a, f"v{a}")

    def lines(self, results: Sequence[int]) -> list[str]:
        """Return the statements that compute nodes."""
        found = []
        for a in self.graph.needed(results):
            node = self.graph.nodes[a]
            if node.args:
                if node.op not in EXPRESSIONS:
                    raise NotSupportedError(f"C has no operation {node.op}")
                text = EXPRESSIONS[node.op].format(**dict(zip("abc", map(self.place, node.args), strict=False)))
                self.used |= {name for name in FUNCTIONS if re.search(rf"\b{name}\(", text)}
                found.append(f"    const {'int' if node.op in _MASKS else 'double'} v{a} = {text};")
        return found
