"""NumPy source: a module that stands alone, with the same steps in the same order as the callables."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isinf, isnan
from types import ModuleType
from typing import Any

from sympy import Expr, Symbol

from ..definition import Definition
from ..errors import InputError, NotSupportedError
from ..numeric import runtime, vector_runtime
from ..numeric.function import compile_function
from ..numeric.operations import OPERATIONS
from ..numeric.program import Place, Program, Step, Steps
from ..numeric.source import Source
from ..numeric.vector import VectorFunction
from ..numeric.vector_steps import VectorSource
from .python_text import docstring, identifier

__all__ = ["source"]

_BINARY = frozenset({"add", "sub", "mul", "div", "pow", "max", "min", "less", "less_equal", "equal", "and", "or"})

#: Operation → its value; {a}, {b}, {c} are its arguments.
EXPRESSIONS: dict[str, str] = {
    **{
        name: f"np.{op.ufunc}({{a}}, {{b}})" if name in _BINARY else f"np.{op.ufunc}({{a}})"
        for name, op in OPERATIONS.items()
        if op.ufunc
    },
    "select": "np.where({a}, {b}, {c})",
}

#: Operation → a statement that puts its value into {out}.
STATEMENTS: dict[str, str] = {
    **{name: text.removesuffix(")") + ", out={out})" for name, text in EXPRESSIONS.items()},
    "copy": "np.copyto({out}, {a})",
    "select": "select({a}, {b}, {c}, {out})",
}


def source(definition: Definition, orders: Sequence[int] = (0, 1), values: Mapping[Symbol, Expr] = {}) -> str:
    """Return a module that needs NumPy only, with a function for each order; `values` replace the defaults of parameters.

    Raises as `compile_function`, and InputError where there is no order.
    """
    if not orders:
        raise InputError("at least one order must be given")
    functions = [compile_function(definition, order, values) for order in orders]
    support = vector_runtime if isinstance(functions[0], VectorFunction) else runtime
    taken = {
        node.name
        for node in ast.parse(inspect.getsource(support)).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    names = [identifier(f.source.name, taken) for f in functions]
    about = f"{definition.title}, in NumPy: {', '.join(names)}.\n\nDerived by symact from {definition.expr}."
    parts = [
        f"{docstring(about)}\n\nfrom __future__ import annotations\n\n{_imports(support)}\n\n__all__ = {names!r}",
        _body(support),
    ]
    for name, function in zip(names, functions, strict=True):
        data = function.source
        parts.append(_vector(name, data) if isinstance(data, VectorSource) else _Writer(name, data).module())
    return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"


def _last_import(module: ModuleType) -> tuple[list[str], int]:
    text = inspect.getsource(module)
    imports = [node for node in ast.parse(text).body if isinstance(node, ast.Import | ast.ImportFrom)]
    return text.splitlines(), int(imports[-1].end_lineno or 0)


def _imports(module: ModuleType) -> str:
    lines, last = _last_import(module)
    first = lines.index("from __future__ import annotations") + 1
    return "\n".join(lines[first:last]).strip("\n")


def _body(module: ModuleType) -> str:
    """The source of a module without its docstring and imports."""
    lines, last = _last_import(module)
    return "\n".join(lines[last:])


def _number(value: float) -> str:
    if isnan(value):
        return "np.nan"
    return ("-np.inf" if value < 0 else "np.inf") if isinf(value) else repr(float(value))


def _tuple(items: Iterable[str]) -> str:
    items = list(items)
    return "(" + ", ".join(items) + ("," if len(items) == 1 else "") + ")"


def _item(item: Any) -> str:
    return _number(item) if isinstance(item, float) else repr(item)


def _expression(step: Step, name: str, number: Callable[[float], str]) -> str:
    """The value of a step whose arguments stand in a list."""
    args = [f"{name}[{a[1]}]" if isinstance(a, tuple) else number(a) for a in step.args]
    return EXPRESSIONS[step.op].format(**dict(zip("abc", args, strict=False)))


# functions of each element


@dataclass
class _Writer:
    """Writes a function with its programs; functions with the same body are written once."""

    name: str
    data: Source
    parts: list[str] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)

    def module(self) -> str:
        """Return the functions of all regions, the kernels and the function itself."""
        tables = {}
        for label, programs in (("general", self.data.general), ("default", self.data.default)):
            entries = []
            for dtype, program in programs.items():
                prefix = f"_{self.name}_{dtype}" + ("_default" if label == "default" else "")
                entries.append(f'"{dtype}": {self._kernel(prefix, program)}')
            tables[label] = "{" + ", ".join(entries) + "}"
        self.parts.append(self._function(tables["general"], tables["default"]))
        return "\n\n\n".join(self.parts)

    def _once(self, name: str, signature: str, body: str) -> str:
        """Write a function unless there is one with this body; return its name."""
        if body not in self.written:
            self.written[body] = name
            self.parts.append(f"def {name}{signature}:\n{body}")
        return self.written[body]

    def _kernel(self, prefix: str, program: Program) -> str:
        fields = {
            "dtype": repr(program.dtype),
            "uniform": self._uniform(f"{prefix}_uniform", program),
            "bounds": _tuple(map(_item, program.bounds)),
            "closed": repr(program.closed),
            "common": self._codes(f"{prefix}_common", program.common, program),
            "regions": self._codes(f"{prefix}_region", program.regions, program),
            "points": _tuple(_tuple(map(_item, point)) for point in program.points),
            "limits": _tuple(map(_item, program.limits)),
            "floats": repr(program.floats),
            "masks": repr(program.masks),
            "natural": repr(program.natural),
            "exact": repr(program.exact),
        }
        text = "Kernel(\n" + "".join(f"    {key}={value},\n" for key, value in fields.items()) + ")"
        if text not in self.written:
            self.written[text] = prefix.upper()
            self.parts.append(f"{prefix.upper()} = {text}")
        return self.written[text]

    def _codes(self, prefix: str, codes: Sequence[Steps], program: Program) -> str:
        found = []
        for k, steps in enumerate(codes):
            about = docstring(f"{steps.about or 'A value that several regions need'}.", 1)
            body = "\n".join([about, *(f"    {_statement(step, program)}" for step in steps.steps)])
            name = self._once(f"{prefix}_{k}", "(x: Any, out: Any, w: list[Any], u: Sequence[Any]) -> None", body)
            found.append(f"        Code({name}, {steps.uses!r}, {steps.cost:.3g}),\n")
        return "(\n" + "".join(found) + "    )" if found else "()"

    def _uniform(self, name: str, program: Program) -> str:
        if not program.uniform:
            return "list"
        lines = ['    """Append to the parameters what is made from them alone."""', "    u = list(given)"]
        lines += [
            f"    u.append({_expression(s, 'u', lambda v: f'np.{program.dtype}({_number(v)})')})"
            for s in program.uniform
        ]
        return self._once(name, "(given: Sequence[Any]) -> Sequence[Any]", "\n".join([*lines, "    return u"]))

    def _function(self, general: str, default: str) -> str:
        """The public function: checks the parameters and chooses the program."""
        known = self.data.parameters
        keywords = "".join(
            f", {p.name}: Any" + ("" if p.default is None else f" = {_number(p.default)}") for p in known
        )
        lines = [
            f"def {self.name}(x: Any, out: Any = None{', *' if known else ''}{keywords}) -> Any:",
            docstring(self.data.doc, 1),
        ]
        if not known:
            return "\n".join([*lines, f"    return apply({general}, x, out, [])"])
        lines.append(f"    given = [{', '.join(f'real({p.name!r}, {p.name})' for p in known)}]")
        if self.data.default:
            same = " and ".join(f"np.array_equal({p.name}, {_number(p.default or 0.0)})" for p in known)
            lines += [f"    if {same}:", f"        return apply({default}, x, out, [])"]
        for p in known:
            if p.condition is not None:
                lines.append("    v: list[Any] = list(given)")
                lines += [
                    f"    v.append({_expression(s, 'v', lambda a: f'np.float64({_number(a)})')})"
                    for s in p.condition.steps
                ]
                result = p.condition.result
                lines.append(f"    if not np.all({f'v[{result[1]}]' if isinstance(result, tuple) else result}):")
                lines.append(f"        raise ValueError({f'{p.name} must satisfy {p.condition.text}'!r})")
        return "\n".join([*lines, f"    return apply({general}, x, out, given)"])


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


# functions of a vector


def _vector(name: str, data: VectorSource) -> str:
    lines = [f"def _{name}_steps(x: Any) -> Any:", docstring(f"Compute {name} for the vectors in the rows of x.", 1)]
    lines.append("    r: list[Any] = [x]")
    for step in data.steps:
        args = [f"r[{a[1]}]" if isinstance(a, tuple) else f"np.float64({_number(a)})" for a in step.args]
        text = EXPRESSIONS.get(step.op, f"{step.op}({', '.join(args)})").format(**dict(zip("abc", args, strict=False)))
        lines.append(f"    r.append({text})")
    result = f"r[{data.result[1]}]" if isinstance(data.result, tuple) else f"np.full(x.shape, {_number(data.result)})"
    lines.append(f"    return {result}")
    public = [f"def {name}(x: Any, axis: int = -1, out: Any = None) -> Any:", docstring(data.doc, 1)]
    public.append(f"    return apply_along(_{name}_steps, x, axis, out, {data.axes})")
    return "\n".join(lines) + "\n\n\n" + "\n".join(public)
