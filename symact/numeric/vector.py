"""Functions of a vector: sums and largest entries lowered with the largest entry taken out, which the algebra shows to cancel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sympy as sp
from sympy import Dummy, Expr, Indexed, S, Sum, Symbol

from ..definition import Definition
from ..errors import NotSupportedError
from ..proof.numbers import balls
from ..symbols import LargestOf, i, j, n, v
from . import vector_runtime
from .binding import function
from .expand import Expansion
from .forms import Form, Lowering, shifted
from .graph import Graph
from .kernels import rewritten
from .program import Place, Step
from .proving import proved_equal
from .rounding import nearest

__all__ = ["VectorFunction", "VectorSource", "compile_vector", "vector_steps"]

#: Steps on whole vectors, by name in vector_runtime.
WHOLE = (
    *("distance", "distance_error", "sum_others", "total", "largest", "least", "place_of_largest", "place_of_least"),
    *("indicator", "length", "column", "row", "matrix"),
)


@dataclass(frozen=True)
class VectorSource:
    """A function of a vector as plain data: steps over registers, of which number 0 holds the vectors."""

    name: str
    order: int
    doc: str
    steps: tuple[Step, ...]
    result: Place
    keeps: bool
    proved: bool


class VectorFunction:
    """f(x, axis=-1, out=None): a function of the vectors along an axis.

    Of order 0 it keeps the shape, or drops the axis if it has a single value. Of order 1 it gives the Jacobian, shape
    x.shape + (n,) with d f_i/d v_k at (…, i, …, k), or the gradient, shape x.shape. Dtypes are kept, integers become
    float64. Raises TypeError for other dtypes, ValueError for an empty axis.
    """

    def __init__(self, source: VectorSource) -> None:
        self.source = source
        self.__name__ = self.__qualname__ = source.name
        self.__doc__ = source.doc

    @property
    def order(self) -> int:
        """How often the function is differentiated."""
        return self.source.order

    def __call__(self, x: Any, axis: int = -1, out: Any = None) -> Any:
        """Return the value for the vectors along an axis, in `out` if given."""
        return vector_runtime.apply_along(self._run, x, axis, out, self.source.keeps, self.source.order)

    def _run(self, vectors: Any) -> Any:
        registers: list[Any] = [vectors]
        for step in self.source.steps:
            args = [registers[a[1]] if isinstance(a, tuple) else np.float64(a) for a in step.args]
            if step.op in WHOLE:
                registers.append(getattr(vector_runtime, step.op)(*args))
            else:
                registers.append(np.where(*args) if step.op == "select" else function(step.op)(*args))
        result = self.source.result
        return registers[result[1]] if isinstance(result, tuple) else np.full(vectors.shape, result)

    def __reduce__(self) -> tuple[Any, ...]:
        return VectorFunction, (self.source,)

    def __repr__(self) -> str:
        return f"<VectorFunction {self.__name__}(x, axis=-1, out=None)>"


def compile_vector(definition: Definition, order: int) -> VectorFunction:
    """Return a function of a vector, or its Jacobian or gradient, as a NumPy callable.

    Raises NotSupportedError for another order and for parameters.
    """
    if order not in (0, 1):
        raise NotSupportedError(f"{definition.name} maps a vector: only orders 0 and 1 are supported, not {order}")
    if definition.parameters:
        raise NotSupportedError(f"{definition.name} maps a vector and has parameters, which is not supported")
    return VectorFunction(vector_steps(definition, order))


# An expression in entries: the entry v_i, the entry v_k by which it is differentiated, and one symbol for each reduction.
_own, _other = Symbol("a", real=True), Symbol("b", real=True)


@dataclass(frozen=True)
class _Reduction:
    """A sum or a largest value of term(t) over all entries t."""

    symbol: Symbol
    head: Any
    term: Expr


def vector_steps(definition: Definition, order: int) -> VectorSource:
    """Return the steps of a function of a vector."""
    expr, reductions = _abstracted(definition.expr)
    keeps = expr.has(_own)
    builder = _Builder(reductions, keeps, order)
    if order == 0:
        result = builder.value(expr)
    elif keeps:
        result = builder.jacobian(expr)
    else:
        result = builder.gradient(expr)
    what = "" if order == 0 else "the Jacobian of " if keeps else "the gradient of "
    shape = "the shape of x" if keeps or order else "the shape of x without the axis"
    if keeps and order:
        shape = "the shape of x and one more axis at the end, for the entry by which is differentiated"
    doc = (
        f"{definition.title}: {what}{definition.name}(v) = {definition.expr}, along an axis.\n\n"
        f"x: a list or an array of vectors along `axis`. Returns an array with {shape}.\n"
        f"Source: {definition.source or 'the definition'}."
    )
    name = definition.name + ("_derivative" if order else "")
    return VectorSource(name, order, doc, tuple(builder.steps), result, keeps, builder.proved)


def _abstracted(expr: Expr) -> tuple[Expr, list[_Reduction]]:
    """Put symbols for v_i and for the reductions."""
    found: list[_Reduction] = []
    for node in sorted(expr.atoms(Sum, LargestOf), key=str):
        index, low, high = node.limits[0]
        if len(node.limits) != 1 or low != 1 or high != n:
            raise NotSupportedError(f"{node} doesn't run over all entries")
        term = node.function.xreplace({v[index]: _other})
        if term.atoms(Indexed) or term.has(Sum, LargestOf):
            raise NotSupportedError(f"{node} isn't a sum or largest value of a function of single entries")
        found.append(_Reduction(Dummy("R", positive=isinstance(node, Sum) and _positive(term)), type(node), term))
        expr = expr.xreplace({node: found[-1].symbol})
    expr = expr.xreplace({v[i]: _own})
    if expr.atoms(Indexed) or expr.has(i, j):
        raise NotSupportedError(f"{expr} has other entries than v_i")
    return expr, found


def _positive(term: Expr) -> bool | None:
    return True if isinstance(term, sp.exp) else None


@dataclass
class _Builder:
    """Turns expressions in entries and reductions into steps.

    The entries are taken relative to a reference entry m, the largest (the least where exponents are negative):
    v = m + u. Then sum exp(c*v_j) = exp(c*m)*(1 + T), where T is the sum of exp(c*u_j) over the other entries.
    """

    reductions: list[_Reduction]
    keeps: bool
    order: int
    steps: list[Step] = field(default_factory=list)
    proved: bool = True

    def __post_init__(self) -> None:
        rates = [_rate(r.term) for r in self.reductions if r.head is Sum]
        known = [c for c in rates if c is not None]
        self.rate: Expr | None = None
        if known and (all(c > 0 for c in known) or all(c < 0 for c in known)):
            self.rate = known[0]
        self.symbols: dict[Symbol, Place] = {}
        self.lows: dict[Symbol, Place] = {}
        self.places: dict[int, Place] = {}
        self.graph = Graph()
        x: Place = ("register", 0)
        self.u, self.w, self.m = Symbol("u", real=True), Symbol("w", real=True), Symbol("m", real=True)
        largest = self.rate is None or self.rate > 0
        needs_place = self.rate is not None or any(r.head is LargestOf for r in self.reductions)
        self.place = self._step("place_of_largest" if largest else "place_of_least", x) if needs_place else None
        if self.rate is not None:
            reference = self._step("largest" if largest else "least", x)
            distance = self._step("distance", x, reference, self.place, float(not self.keeps))
            self.symbols |= {self.m: reference, self.u: distance}
            self.lows[self.u] = self._step("distance_error", x, reference, distance)
        else:
            self.symbols[self.u] = x
        self.values = {r.symbol: self._reduced(r) for r in self.reductions}

    def _step(self, op: str, *args: Any) -> Place:
        self.steps.append(Step(op, args, ("register", len(self.steps) + 1)))
        return self.steps[-1].out

    def _moved(self, expr: Expr) -> Expr:
        """The expression with entries relative to the reference."""
        start = self.m if self.rate is not None else S.Zero
        return expr.xreplace({_own: start + self.u, _other: start + self.w})

    def _reduced(self, reduction: _Reduction) -> Expr:
        """Compute a reduction; return it in symbols."""
        rate = _rate(reduction.term)
        symbol = Dummy("T", nonnegative=True)
        if reduction.head is Sum and self.rate is not None and rate is not None:
            entries = self._node(sp.exp(rate * self.u))
            self.symbols[symbol] = self._step("sum_others", entries, self.place)
            return sp.exp(rate * self.m) * (1 + symbol)
        if reduction.head is LargestOf and reduction.term == _other and self.rate is not None and self.rate > 0:
            return self.m
        term = self._node(reduction.term.xreplace({_other: self._entry()}))
        self.symbols[symbol] = self._step("total" if reduction.head is Sum else "largest", term)
        return symbol

    def _entry(self) -> Expr:
        return self.m + self.u if self.rate is not None else self.u

    def value(self, expr: Expr) -> Place:
        """The function itself."""
        return self._node(self._moved(expr).xreplace(self.values))

    def gradient(self, expr: Expr) -> Place:
        """d f/d v_k for a function with a single value."""
        total = sum((expr.diff(r.symbol) * r.term.diff(_other) for r in self.reductions if r.head is Sum), S.Zero)
        # the entry by which is differentiated takes the place of the own one
        found = self._node(self._moved(total.xreplace({_other: _own})).xreplace(self.values))
        return self._with_largest(expr, found, lambda place: place)

    def jacobian(self, expr: Expr) -> Place:
        """d f_i/d v_k: one expression off the diagonal, one on it."""
        off = sum((expr.diff(r.symbol) * r.term.diff(_other) for r in self.reductions if r.head is Sum), S.Zero)
        on = (expr.diff(_own) + off).xreplace({_other: _own})
        diagonal = self._node(self._moved(on).xreplace(self.values), cancels=True)
        lifted = {s: self._step("column", place) for s, place in self.symbols.items()}
        low = {s: self._step("column", place) for s, place in self.lows.items()}
        rows = {self.w: self._step("row", self.symbols[self.u])}
        low |= {self.w: self._step("row", self.lows[self.u])} if self.lows else {}
        saved = self.symbols, self.lows, self.places
        self.symbols, self.lows, self.places = {**lifted, **rows}, low, {}
        found = self._node(self._moved(off).xreplace(self.values))
        self.symbols, self.lows, self.places = saved
        result = self._step("matrix", found, diagonal, ("register", 0))
        return self._with_largest(expr, result, lambda place: self._step("row", place))

    def _with_largest(self, expr: Expr, found: Place, shaped: Callable[[Place], Place]) -> Place:
        """Add the derivative through the largest entries: at the (first) largest one."""
        for r in self.reductions:
            if r.head is LargestOf:
                if r.term != _other:
                    raise NotSupportedError("the derivative of the largest value of a function of entries")
                factor = self._node(self._moved(expr.diff(r.symbol)).xreplace(self.values))
                one = shaped(self._step("indicator", ("register", 0), self.place))
                found = self._step("add", found, self._step("mul", factor, one))
        return found

    def _node(self, expr: Expr, cancels: bool = False) -> Place:
        """Lower an expression to steps; `cancels`: with exponentials as 1 + expm1, for what vanishes at the reference."""
        written, tower = rewritten(expr, self._sign, split=True)
        if not proved_equal(tower.meaning(tower.kernels.quotient(written).expr()), expr, []):
            self.proved = False
        if cancels:
            written = shifted(written, tower.kernels)
        node = Lowering(self.graph, tower.kernels, self.u, Form()).node(written)
        expansion = Expansion(self.graph, precise=bool(self.lows))
        for symbol, low in self.lows.items():
            mark = Symbol(f"low_{symbol}", real=True)
            self.symbols[mark] = low
            expansion._pairs[self.graph.symbol(symbol)] = self.graph.symbol(symbol), self.graph.symbol(mark)
        return self._emit(expansion.node(node))

    def _emit(self, a: int) -> Place:
        """Steps for a node and all it needs."""
        for b in self.graph.needed([a]):
            if b in self.places:
                continue
            node = self.graph.nodes[b]
            if node.op == "number":
                self.places[b] = nearest(node.value)
            elif node.op == "symbol":
                self.places[b] = self._step("length", ("register", 0)) if node.value == n else self.symbols[node.value]
            else:
                self.places[b] = self._step(node.op, *(self.places[c] for c in node.args))
        return self.places[a]

    def _sign(self, expr: Expr) -> int:
        """A guess of a sign from values at one place."""
        at: Mapping[Any, Expr] = {
            s: sp.Rational(-13, 11) if s in (self.u, self.w) else sp.Rational(7, 10) for s in expr.free_symbols
        }
        ball = balls.enclose(expr, at, 200)
        return 1 if ball > 0 else -1 if ball < 0 else 0


def _rate(term: Expr) -> Expr | None:
    """The c of a term exp(c*t), None for another term."""
    if isinstance(term, sp.exp):
        c = term.exp / _other
        return c if c.is_number and c.is_real else None
    return None
