"""Expressions in the entries of a vector as steps; the largest entry is taken out of sums, which the algebra shows to cancel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy as sp
from sympy import Dummy, Expr, Indexed, S, Sum, Symbol

from ..errors import NotSupportedError
from ..proof.numbers import balls
from ..symbols import LargestOf, i, j, n, v
from .expand import Expansion
from .forms import Form, Lowering
from .graph import Graph
from .kernels import rewritten
from .program import Place, Step
from .proving import proved_equal
from .rewriting import shifted
from .rounding import nearest

__all__ = ["OTHER", "OWN", "Builder", "Reduction", "abstracted"]

# An expression in entries: the entry v_i, the entry v_k by which it is differentiated, and one symbol for each reduction.
OWN, OTHER = Symbol("a", real=True), Symbol("b", real=True)


@dataclass(frozen=True)
class Reduction:
    """A sum or a largest value of term(t) over all entries t."""

    symbol: Symbol
    head: Any
    term: Expr


def abstracted(expr: Expr) -> tuple[Expr, list[Reduction]]:
    """Put symbols for v_i and for the reductions."""
    found: list[Reduction] = []
    for node in sorted(expr.atoms(Sum, LargestOf), key=str):
        index, low, high = node.limits[0]
        if len(node.limits) != 1 or low != 1 or high != n:
            raise NotSupportedError(f"{node} doesn't run over all entries")
        term = node.function.xreplace({v[index]: OTHER})
        if term.atoms(Indexed) or term.has(Sum, LargestOf):
            raise NotSupportedError(f"{node} isn't a sum or largest value of a function of single entries")
        found.append(Reduction(Dummy("R", positive=isinstance(node, Sum) and _positive(term)), type(node), term))
        expr = expr.xreplace({node: found[-1].symbol})
    expr = expr.xreplace({v[i]: OWN})
    if expr.atoms(Indexed) or expr.has(i, j):
        raise NotSupportedError(f"{expr} has other entries than v_i")
    return expr, found


def _positive(term: Expr) -> bool | None:
    return True if isinstance(term, sp.exp) else None


@dataclass
class Builder:
    """Turns expressions in entries and reductions into steps.

    The entries are taken relative to a reference entry m, the largest (the least where exponents are negative):
    v = m + u. Then sum exp(c*v_j) = exp(c*m)*(1 + T), where T is the sum of exp(c*u_j) over the other entries.
    """

    reductions: list[Reduction]
    keeps: bool
    inputs: int
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
        self.steps.append(Step(op, args, ("register", len(self.steps) + self.inputs)))
        return self.steps[-1].out

    def _moved(self, expr: Expr) -> Expr:
        """The expression with entries relative to the reference."""
        start = self.m if self.rate is not None else S.Zero
        return expr.xreplace({OWN: start + self.u, OTHER: start + self.w})

    def _reduced(self, reduction: Reduction) -> Expr:
        """Compute a reduction; return it in symbols."""
        rate = _rate(reduction.term)
        symbol = Dummy("T", nonnegative=True)
        if reduction.head is Sum and self.rate is not None and rate is not None:
            entries = self._node(sp.exp(rate * self.u))
            self.symbols[symbol] = self._step("sum_others", entries, self.place)
            return sp.exp(rate * self.m) * (1 + symbol)
        if reduction.head is LargestOf and reduction.term == OTHER and self.rate is not None and self.rate > 0:
            return self.m
        term = self._node(reduction.term.xreplace({OTHER: self._entry()}))
        self.symbols[symbol] = self._step("total" if reduction.head is Sum else "largest", term)
        return symbol

    def _entry(self) -> Expr:
        return self.m + self.u if self.rate is not None else self.u

    def value(self, expr: Expr) -> Place:
        """The function itself."""
        return self._node(self._moved(expr).xreplace(self.values))

    def gradient(self, expr: Expr) -> Place:
        """d f/d v_k for a function with a single value."""
        total = sum((expr.diff(r.symbol) * r.term.diff(OTHER) for r in self.reductions if r.head is Sum), S.Zero)
        # the entry by which is differentiated takes the place of the own one
        found = self._node(self._moved(total.xreplace({OTHER: OWN})).xreplace(self.values))
        return self._with_largest(expr, found, lambda factor, one: self._step("mul", factor, one))

    def jacobian(self, expr: Expr) -> Place:
        """d f_i/d v_k: one expression off the diagonal, one on it."""
        off = sum((expr.diff(r.symbol) * r.term.diff(OTHER) for r in self.reductions if r.head is Sum), S.Zero)
        on = (expr.diff(OWN) + off).xreplace({OTHER: OWN})
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
        return self._with_largest(expr, result, self._outer)

    def _outer(self, factor: Place, one: Place) -> Place:
        """The matrix of products of two vectors, or of a number and a vector."""
        left = self._step("column", factor) if isinstance(factor, tuple) else factor
        return self._step("mul", left, self._step("row", one))

    def pullback(self, expr: Expr) -> Place:
        """sum over i of g_i*d f_i/d v_k, which is g_k*d f_k/d v_k (direct) + sum over R of dR/d v_k * sum of g_i*d f_i/d R.

        At the reference entry the direct part and its own part of the sums may cancel: there they are taken together.
        """
        g: Place = ("register", 1)
        if not self.keeps:
            return self._step("mul", self.gradient(expr), g)
        direct = self._moved(expr.diff(OWN)).xreplace(self.values)
        found = self._times(g, direct)
        together, beside = direct, S.Zero
        for r in self.reductions:
            if r.head is Sum:
                weight, slope = self._parts(expr, r)
                weighted = self._times(g, weight)
                found = self._spread(found, weighted, slope)
                if self.rate is not None:
                    others = Dummy("O", real=True)
                    self.symbols[others] = self._step("sum_others", weighted, self.place)
                    together, beside = together + weight * slope, beside + slope * others
        if self.rate is not None:
            found = self._at_reference(found, g, together, beside)
        return self._with_largest(
            expr, found, lambda factor, one: self._step("mul", one, self._step("total", self._step("mul", g, factor)))
        )

    def spread(self, diagonal: Expr, products: Sequence[tuple[Expr, Expr]]) -> Place:
        """sum over i of g_i*J_ik, where J_ik is diagonal(v_k) for i = k, plus the sum of weight(v_i)*slope(v_k) over the products."""
        g: Place = ("register", 1)
        found = self._times(g, self._moved(diagonal))
        for weight, slope in products:
            found = self._spread(found, self._times(g, self._moved(weight)), self._moved(slope))
        return found

    def _spread(self, found: Place, weighted: Place, slope: Expr) -> Place:
        """Add the slope times the sum of what is weighted."""
        total = Dummy("G", real=True)
        self.symbols[total] = self._step("total", weighted)
        return self._step("add", found, self._node(slope * total))

    def _times(self, g: Place, factor: Expr) -> Place:
        """g times an expression."""
        return g if factor == 1 else self._step("mul", g, self._node(factor))

    def _parts(self, expr: Expr, r: Reduction) -> tuple[Expr, Expr]:
        """d f_i/d R as it depends on v_i, and dR/d v_k, moved so that the reference entry cancels in both."""
        rate = _rate(r.term)
        rate = S.Zero if rate is None or self.rate is None else rate
        weight = self._moved(expr.diff(r.symbol)).xreplace(self.values) * sp.exp(rate * self.m)
        slope = self._moved(r.term.diff(OTHER).xreplace({OTHER: OWN})) * sp.exp(-rate * self.m)
        return weight, slope

    def _at_reference(self, found: Place, g: Place, together: Expr, beside: Expr) -> Place:
        """Put g*together + beside, with u = 0, where the reference entry is."""
        here = Dummy("H", real=True)
        self.symbols[here] = self._step("entry", g, self.place)
        value = self._node((here * together + beside).xreplace({self.u: S.Zero}))
        # 0, or nan where the entry is nan
        value = self._step("add", value, self._step("entry", self.symbols[self.u], self.place))
        return self._step("with_entry", found, self.place, value)

    def _with_largest(self, expr: Expr, found: Place, through: Callable[[Place, Place], Place]) -> Place:
        """Add the derivative through the largest entries: at the (first) largest one."""
        for r in self.reductions:
            if r.head is LargestOf:
                if r.term != OTHER:
                    raise NotSupportedError("the derivative of the largest value of a function of entries")
                factor = self._node(self._moved(expr.diff(r.symbol)).xreplace(self.values))
                found = self._step("add", found, through(factor, self._step("indicator", ("register", 0), self.place)))
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
        c = term.exp / OTHER
        return c if c.is_number and c.is_real else None
    return None
