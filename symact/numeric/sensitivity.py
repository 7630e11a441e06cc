"""How much the rounding errors of nodes count in a result, at sample points: a first-order error analysis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Symbol

from .graph import Graph
from .measure import Grid, evaluate
from .operations import OPERATIONS
from .rounding import nearest, split

__all__ = ["DTYPES", "ERRORS", "EXACT", "LIBRARY", "contributions", "fused_products", "node_values", "worth_keeping"]

Floats = NDArray[np.float64]

#: Operations that round nothing.
EXACT = frozenset(
    {"symbol", "neg", "abs", "select", "max", "min", "sign", "rint", "less", "less_equal", "equal", "and", "or", "not"}
)
#: Errors in units in the last place of operations; the others have half a unit, what the C library computes LIBRARY.
ERRORS = {
    "exp": 0.54, "log": 0.63, "log1p": 0.64, "expm1": 1.7, "sin": 0.8, "cos": 0.8, "atan": 0.6, "tanh": 0.7,
    "sinh": 2.5, "cosh": 1.5, **dict.fromkeys(("add", "sub", "mul", "div", "sqrt", "fma", "lost", "inverse"), 0.5),
}  # fmt: skip
LIBRARY = 1.5
#: Digits of the arithmetic → its dtype.
DTYPES = {53: "float64", 24: "float32"}


def fused_products(graph: Graph, nodes: Sequence[int]) -> dict[int, int]:
    """Return the sums and differences with a product that nothing else needs, and the product."""
    count = Counter(b for a in nodes for b in graph.nodes[a].args)
    found = {}
    for a in nodes:
        node = graph.nodes[a]
        products = [b for b in node.args if graph.nodes[b].op == "mul" and count[b] == 1]
        if node.op in ("add", "sub") and products:
            found[a] = products[-1]
    return found


def node_values(
    graph: Graph, nodes: Sequence[int], variable: Symbol, rows: Sequence[tuple[Grid, Any]], digits: int = 53
) -> dict[int, Floats]:
    """Return the floating-point values of nodes at the chosen points of grids, one after the other."""
    dtype = DTYPES[digits]
    parts = [evaluate(graph, nodes, variable, grid.x[chosen], grid.point, dtype) for grid, chosen in rows]
    return {a: np.concatenate([part[a] for part in parts]) for a in nodes}


def contributions(
    graph: Graph, result: int, values: dict[int, Floats], unit: Floats, fused: set[int], digits: int = 53
) -> dict[int, Floats]:
    """Return what the rounding error of each node may change the result by, in units; `fused` products aren't rounded."""
    slopes = {a: np.zeros(unit.shape) for a in values}
    slopes[result] = np.ones(unit.shape)
    found: dict[int, Floats] = {}
    with np.errstate(all="ignore"):
        for a in sorted(values, reverse=True):
            node, slope = graph.nodes[a], slopes[a]
            if node.args and node.op in _PARTIALS:
                args = [values[b] for b in node.args]
                for b, partial in zip(node.args, _PARTIALS[node.op](values[a], *args), strict=True):
                    if partial is not None:
                        slopes[b] = slopes[b] + np.where(slope == 0, 0.0, slope * partial)
            if a not in fused:
                error = np.abs(slope) * _rounding(graph, a, values, digits) / unit
                if np.any(error > 0):
                    found[a] = np.where(np.isfinite(error), error, 0.0)
    return found


def worth_keeping(graph: Graph, result: int, shares: dict[int, Floats], budget: float) -> set[int]:
    """Return the nodes whose errors must be carried along for the rest to come to no more than the budget anywhere.

    The last rounding, that of the result itself, is no such error.
    """
    kept: set[int] = set()
    shares = {a: share for a, share in shares.items() if a != result}
    total = sum(shares.values(), np.zeros(1))
    while total.max() > budget:
        at = int(np.argmax(total))
        here = [(float(share[at]), a) for a, share in shares.items() if a not in kept and _carried(graph, a)]
        largest, a = max(here, default=(0.0, 0))
        if largest == 0:
            total[at] = 0.0
            continue
        kept.add(a)
        total = total - shares[a]
    return kept


def _carried(graph: Graph, a: int) -> bool:
    """Whether a node's own rounding error can be told: that of arithmetic, and of functions that have an excess."""
    op = graph.nodes[a].op
    return op in ("number", "add", "sub", "mul", "div", "sqrt") or f"{op}_excess" in OPERATIONS


def _rounding(graph: Graph, a: int, values: dict[int, Floats], digits: int) -> Any:
    """A bound on a node's own rounding error."""
    node = graph.nodes[a]
    if node.op == "number":
        assert node.value is not None
        if not node.value.is_finite:
            return 0.0
        return abs(nearest(split(node.value, digits)[1]))
    scales = {"mul": node.args, "div": node.args[1:]}.get(node.op, ())
    if node.op in EXACT or any(graph.power_of_two(b) for b in scales):
        return 0.0
    if node.op in ("add", "sub"):
        first, second = (values[b].astype(np.longdouble) for b in node.args)
        exact = first + second if node.op == "add" else first - second
        if not np.any(exact - values[a]):
            return 0.0
    return ERRORS.get(node.op, LIBRARY) * np.spacing(np.abs(values[a]).astype(DTYPES[digits])).astype(np.float64)


#: Operation → its partial derivatives from its value and arguments, None where it is constant in one.
_PARTIALS: dict[str, Callable[..., tuple[Any, ...]]] = {
    "add": lambda v, a, b: (1.0, 1.0),
    "sub": lambda v, a, b: (1.0, -1.0),
    "mul": lambda v, a, b: (b, a),
    "div": lambda v, a, b: (1 / b, -v / b),
    "neg": lambda v, a: (-1.0,),
    "abs": lambda v, a: (np.sign(a),),
    "sqrt": lambda v, a: (0.5 / v,),
    "cbrt": lambda v, a: (v / (3 * a),),
    "pow": lambda v, a, b: (b * v / a, v * np.log(np.abs(a))),
    "exp": lambda v, a: (v,),
    "expm1": lambda v, a: (v + 1,),
    "log": lambda v, a: (1 / a,),
    "log1p": lambda v, a: (1 / (1 + a),),
    "tanh": lambda v, a: (1 - v * v,),
    "sinh": lambda v, a: (np.cosh(a),),
    "cosh": lambda v, a: (np.sinh(a),),
    "sin": lambda v, a: (np.cos(a),),
    "cos": lambda v, a: (-np.sin(a),),
    "tan": lambda v, a: (1 + v * v,),
    "asin": lambda v, a: (1 / np.sqrt(1 - a * a),),
    "acos": lambda v, a: (-1 / np.sqrt(1 - a * a),),
    "atan": lambda v, a: (1 / (1 + a * a),),
    "asinh": lambda v, a: (1 / np.hypot(1, a),),
    "acosh": lambda v, a: (1 / np.sqrt(a * a - 1),),
    "atanh": lambda v, a: (1 / (1 - a * a),),
    "fma": lambda v, a, b, c: (b, a, 1.0),
    "lost": lambda v, a, b, c: (b, a, -1.0),
    "max": lambda v, a, b: (a >= b, a < b),
    "min": lambda v, a, b: (a <= b, a > b),
    "select": lambda v, c, a, b: (None, c != 0, c == 0),
}
