"""NumPy source: a module that stands alone, with the same steps in the same order as the callables."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Mapping, Sequence
from math import isinf, isnan
from textwrap import indent, wrap
from types import ModuleType
from typing import Any

from sympy import Expr, Symbol

from ..definition import Definition
from ..errors import InputError, NotSupportedError
from ..numeric import runtime, vector_runtime
from ..numeric.function import Source, compile_function
from ..numeric.graph import OPERATIONS
from ..numeric.program import Place, Program, Step, Steps
from ..numeric.vector import VectorFunction, VectorSource

__all__ = ["source"]

#: Operation → a statement that does it; {a}, {b}, {c} are its arguments, {out} the array for the result.
STATEMENTS: dict[str, str] = {
    **{name: f"np.{op.ufunc}({{a}}, out={{out}})" for name, op in OPERATIONS.items() if op.ufunc},
    "copy": "np.copyto({out}, {a})",
    "select": "select({a}, {b}, {c}, {out})",
}
for _name in ("add", "sub", "mul", "div", "pow", "max", "min", "less", "less_equal", "equal", "and", "or"):
    STATEMENTS[_name] = STATEMENTS[_name].replace("{a}", "{a}, {b}")

#: Operation → an expression for its value, for what doesn't depend on x and for whole vectors.
EXPRESSIONS: dict[str, str] = {
    **{name: text.replace(", out={out}", "") for name, text in STATEMENTS.items()},
    "select": "np.where({a}, {b}, {c})",
    "copy": "{a}",
}

WIDTH = 118


def source(definition: Definition, orders: Sequence[int] = (0, 1), values: Mapping[Symbol, Expr] = {}) -> str:
    """Return a module that needs NumPy only, with a function for each order; `values` replace the defaults of parameters.

    Raises as `compile_function`.
    """
    functions = [compile_function(definition, order, values) for order in orders]
    if not functions:
        raise InputError("at least one order must be given")
    names = [_identifier(f.source.name) for f in functions]
    whole = any(isinstance(f, VectorFunction) for f in functions)
    parts = [
        _docstring(f"{definition.title}, in NumPy: {', '.join(names)}.\n\nWritten by symact; every form is derived from the formula."),
        "from __future__ import annotations",
        "from collections.abc import Callable, Mapping, Sequence\nfrom typing import Any, NamedTuple\n\nimport numpy as np",
        f"__all__ = [{', '.join(repr(name) for name in names)}]",
        _body(vector_runtime if whole else runtime),
    ]
    for name, function in zip(names, functions, strict=True):
        data = function.source
        parts.append(_vector(name, data) if isinstance(data, VectorSource) else _elementwise(name, data))
    return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"


def _identifier(name: str) -> str:
    name = re.sub(r"\W", "_", name)
    return name if name.isidentifier() else f"f_{name}"


def _body(module: ModuleType) -> str:
    """The source of a module without its docstring and imports."""
    text = inspect.getsource(module)
    last = [node for node in ast.parse(text).body if isinstance(node, ast.Import | ast.ImportFrom)][-1]
    return "".join(text.splitlines(keepends=True)[last.end_lineno :])


def _docstring(text: str, level: int = 0) -> str:
    lines = [part for line in text.splitlines() for part in (wrap(line, WIDTH - 4 * level) or [""])]
    body = "\n".join(lines).replace("\\", "\\\\").replace('"""', "'''")
    return indent(f'"""{body}\n"""' if len(lines) > 1 else f'"""{body}"""', " " * 4 * level, lambda line: bool(line.strip()))


def _number(value: float) -> str:
    if isnan(value):
        return "np.nan"
    return ("-np.inf" if value < 0 else "np.inf") if isinf(value) else repr(float(value))


# functions of each element


def _elementwise(name: str, data: Source) -> str:
    parts = []
    tables = []
    for label, programs in (("general", data.general), ("default", data.default)):
        entries = []
        for dtype, program in programs.items():
            prefix = f"_{name}_{label}_{dtype}"
            code, kernel = _kernel(prefix, program, len(data.parameters) if label == "general" else 0)
            parts += code
            parts.append(f"{prefix.upper()} = {kernel}")
            entries.append(f'"{dtype}": {prefix.upper()}')
        tables.append("{" + ", ".join(entries) + "}")
    parts.append(_function(name, data, tables))
    return "\n\n\n".join(parts)


def _kernel(prefix: str, program: Program, parameters: int) -> tuple[list[str], str]:
    """The functions of a program, and the expression that puts them together."""
    parts = []
    codes: dict[str, list[str]] = {"common": [], "regions": []}
    for kind, items in (("common", program.common), ("regions", program.regions)):
        for k, steps in enumerate(items):
            function = f"{prefix}_{'region' if kind == 'regions' else 'common'}_{k}"
            about = steps.about or "a value that several regions need"
            parts.append(_steps(function, steps, about, program))
            codes[kind].append(f"Code({function}, {steps.uses!r}, {steps.cost:.3g})")
    parts.append(_uniform(f"{prefix}_uniform", program, parameters))
    fields = [
        ("dtype", repr(program.dtype)),
        ("uniform", f"{prefix}_uniform"),
        ("bounds", _tuple(map(_item, program.bounds))),
        ("closed", repr(program.closed)),
        ("common", _tuple(codes["common"])),
        ("regions", _tuple(codes["regions"])),
        ("points", _tuple(f"({_item(at)}, {_item(value)})" for at, value in program.points)),
        ("limits", _tuple(map(_item, program.limits))),
        ("floats", repr(program.floats)),
        ("masks", repr(program.masks)),
        ("natural", repr(program.natural)),
        ("exact", repr(program.exact)),
    ]
    return parts, "Kernel(\n" + "".join(f"    {name}={value},\n" for name, value in fields) + ")"


def _tuple(items: Any) -> str:
    items = list(items)
    return "(" + ", ".join(items) + ("," if len(items) == 1 else "") + ")"


def _item(item: Any) -> str:
    return _number(item) if isinstance(item, float) else repr(item)


def _place(place: Place, program: Program) -> str:
    if not isinstance(place, tuple):
        return _number(place)
    kind, k = place
    if kind in ("x", "out"):
        return kind
    return f"u[{k}]" if kind == "uniform" else f"w[{k + (program.floats if kind == 'mask' else 0)}]"


def _statement(step: Step, program: Program) -> str:
    if step.op not in STATEMENTS:
        raise NotSupportedError(f"NumPy has no operation {step.op}")
    args = dict(zip("abc", (_place(a, program) for a in step.args), strict=False))
    return STATEMENTS[step.op].format(**args, out=_place(step.out, program))


def _steps(function: str, steps: Steps, about: str, program: Program) -> str:
    lines = [f"    {_statement(step, program)}" for step in steps.steps]
    return "\n".join([f"def {function}(x, out, w, u):", _docstring(about + ".", 1), *lines]).replace(
        "(x, out, w, u):", "(x: Any, out: Any, w: list[Any], u: Sequence[Any]) -> None:"
    )


def _uniform(function: str, program: Program, parameters: int) -> str:
    lines = [f"def {function}(given: Sequence[Any]) -> Sequence[Any]:"]
    lines.append('    """Values that don\'t depend on x: the parameters, and what is made from them."""')
    lines.append("    u = list(given)")
    kind = f"np.{program.dtype}"
    for step in program.uniform:
        lines.append(f"    u.append({_expression(step, 'u', lambda v: f'{kind}({_number(v)})')})")
    lines.append("    return u")
    return "\n".join(lines)


def _expression(step: Step, name: str, number: Any) -> str:
    args = [f"{name}[{a[1]}]" if isinstance(a, tuple) else number(a) for a in step.args]
    return EXPRESSIONS[step.op].format(**dict(zip("abc", args, strict=False)))


def _function(name: str, data: Source, tables: Sequence[str]) -> str:
    """The public function: checks the parameters and chooses the program."""
    general, default = tables
    known = data.parameters
    keywords = "".join(
        f", {p.name}: Any" + ("" if p.default is None else f" = {_number(p.default)}") for p in known
    )
    lines = [f"def {name}(x: Any, out: Any = None{', *' if known else ''}{keywords}) -> Any:", _docstring(data.doc, 1)]
    lines.append(f"    given: list[Any] = [{', '.join(f'real({p.name!r}, {p.name})' for p in known)}]")
    if data.default:
        lines.append(f"    if all(np.ndim(p) == 0 and p == d for p, d in zip(given, [{', '.join(_number(p.default or 0.0) for p in known)}])):")
        lines.append(f"        return apply({default}, x, out, [])")
    for p in known:
        if p.condition is not None:
            lines.append("    v: list[Any] = list(given)")
            lines += [f"    v.append({_expression(step, 'v', lambda a: f'np.float64({_number(a)})')})" for step in p.condition.steps]
            result = p.condition.result
            lines.append(f"    if not np.all({f'v[{result[1]}]' if isinstance(result, tuple) else result}):")
            lines.append(f"        raise ValueError({f'{p.name} must satisfy {p.condition.text}'!r})")
    lines.append(f"    return apply({general}, x, out, given)")
    return "\n".join(lines)


# functions of a vector


def _vector(name: str, data: VectorSource) -> str:
    lines = [f"def _{name}_steps(x: Any) -> Any:", f'    """{name} of the vectors in the rows of x."""', "    r: list[Any] = [x]"]
    for step in data.steps:
        args = [f"r[{a[1]}]" if isinstance(a, tuple) else f"np.float64({_number(a)})" for a in step.args]
        if step.op in EXPRESSIONS:
            text = EXPRESSIONS[step.op].format(**dict(zip("abc", args, strict=False)))
        else:
            text = f"{step.op}({', '.join(args)})"
        lines.append(f"    r.append({text})")
    result = f"r[{data.result[1]}]" if isinstance(data.result, tuple) else f"np.full(x.shape, {_number(data.result)})"
    lines.append(f"    return {result}")
    public = [f"def {name}(x: Any, axis: int = -1, out: Any = None) -> Any:", _docstring(data.doc, 1)]
    public.append(f"    return apply_along(_{name}_steps, x, axis, out, {data.keeps!r}, {data.order!r})")
    return "\n".join(lines) + "\n\n\n" + "\n".join(public)
