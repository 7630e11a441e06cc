"""Sums over an index of symbolic length: their derivatives, and a normal form that is linear in sums that can't be reduced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

import sympy as sp
from sympy import Add, Derivative, Expr, Indexed, Integer, KroneckerDelta, Mul, Pow, S, Sum, Symbol, exp, log

from ...errors import NotSupportedError, UndecidedError
from ...symbols import LargestOf

__all__ = ["Normalizer", "apart", "differentiate", "innermost", "is_positive"]

#: Heads that bind an index.
FOLDS = (Sum, LargestOf)

#: Functions whose derivative SymPy's fdiff gives wherever they are defined and differentiable.
SMOOTH: frozenset[Any] = frozenset(
    (
        *(exp, log, sp.sin, sp.cos, sp.tan, sp.asin, sp.acos, sp.atan, sp.sinh, sp.cosh, sp.tanh),
        *(sp.asinh, sp.acosh, sp.atanh, sp.erf, sp.erfc),
    )
)

#: Parts of an expression in normal form; beyond that the work isn't worth it.
MAX_SIZE = 4000


def _index(name: str) -> Symbol:
    """Return a bound index whose name no text can contain."""
    return Symbol(name, integer=True, positive=True)


def innermost(fold: Expr) -> tuple[Expr, Symbol, Expr, Expr]:
    """Return (term, index, low, high) of the outermost index of a Sum or LargestOf; the term holds the inner ones."""
    *inner, (index, low, high) = fold.limits
    term = fold.func(fold.function, *inner) if inner else fold.function
    return term, index, low, high


def apart(expr: Expr, names: Any = None) -> Expr:
    """Return `expr` with another name for every bound index, each fold over one index."""
    names = count(1) if names is None else names
    if isinstance(expr, FOLDS):
        term, index, low, high = innermost(expr)
        fresh = _index(f"@{next(names)}")
        return expr.func(
            apart(term.xreplace({index: fresh}) if not _binds(term, index) else term, names), (fresh, low, high)
        )
    if not expr.args or isinstance(expr, Indexed):
        return expr
    if isinstance(expr, Derivative):
        return Derivative(apart(expr.expr, names), *expr.variable_count)
    return expr.func(*(apart(part, names) for part in expr.args))


def _binds(expr: Expr, index: Symbol) -> bool:
    return any(limit[0] == index for fold in expr.atoms(*FOLDS) for limit in fold.limits)


def differentiate(expr: Expr, variable: Expr) -> Expr:
    """Return the derivative in a symbol or an entry v[j]; bound indices must have names of their own (`apart`).

    Raises NotSupportedError where the variable stands inside a function that isn't smooth.
    """
    if isinstance(expr, Indexed):
        if isinstance(variable, Indexed) and expr.base == variable.base:
            return KroneckerDelta(expr.indices[0], variable.indices[0])
        return S.Zero
    if expr == variable:
        return S.One
    if not _depends(expr, variable):
        return S.Zero
    if isinstance(expr, Derivative):
        return differentiate(_carried_out(expr), variable)
    if isinstance(expr, Add):
        return Add(*(differentiate(term, variable) for term in expr.args))
    if isinstance(expr, Mul):
        parts = expr.args
        return Add(*(Mul(*parts[:m], differentiate(part, variable), *parts[m + 1 :]) for m, part in enumerate(parts)))
    if isinstance(expr, Pow):
        base, power = expr.args
        if not _depends(power, variable):
            return power * base ** (power - 1) * differentiate(base, variable)
        rate = differentiate(power, variable) * log(base) + power * differentiate(base, variable) / base
        return expr * rate
    if isinstance(expr, Sum):
        term, index, low, high = innermost(expr)
        return _sum(differentiate(term, variable), index, low, high)
    if expr.func in SMOOTH:
        return expr.fdiff(1) * differentiate(expr.args[0], variable)
    if isinstance(expr, LargestOf):
        raise NotSupportedError("a maximum of entries has no derivative where several are the largest")
    raise NotSupportedError(f"the derivative of {expr.func.__name__} in {variable} is not known to exist")


def _depends(expr: Expr, variable: Expr) -> bool:
    """Whether the derivative may differ from 0: every entry of the vector counts."""
    if isinstance(variable, Indexed):
        return any(entry.base == variable.base for entry in expr.atoms(Indexed))
    return variable in expr.free_symbols


def _carried_out(expr: Derivative) -> Expr:
    found = expr.expr
    for variable, times in expr.variable_count:
        if not times.is_Integer:
            raise NotSupportedError(f"a derivative of order {times} is not known")
        for _ in range(int(times)):
            found = differentiate(found, variable)
            _check_size(found)
    return found


def _check_size(expr: Expr) -> None:
    if sum(1 for _ in sp.preorder_traversal(expr)) > MAX_SIZE:
        raise UndecidedError("the sums grow too large")


def is_positive(expr: Expr, positive: Callable[[Expr], bool]) -> bool:
    """Return whether `expr` is certainly positive wherever it is defined; `positive` answers for symbols and entries."""
    if expr.is_Rational:
        return bool(expr > 0)
    if isinstance(expr, exp) or expr in (sp.pi, sp.E):
        return True
    if isinstance(expr, Add | Mul):
        return all(is_positive(part, positive) for part in expr.args) or positive(expr)
    if isinstance(expr, Pow):
        return is_positive(expr.base, positive)
    if isinstance(expr, Sum):
        term, _, low, high = innermost(expr)
        return low == 1 and bool(high.is_positive) and is_positive(term, positive)
    if isinstance(expr, LargestOf):
        return is_positive(innermost(expr)[0], positive)
    return bool(expr.is_Symbol and expr.is_positive) or positive(expr)


class Normalizer:
    """Brings expressions into normal form for indices that lie in known ranges.

    `ranges` gives the length N of a free index that certainly lies in 1 … N. `positive` answers for symbols and entries.
    """

    def __init__(self, ranges: Mapping[Expr, frozenset[Expr]], positive: Callable[[Expr], bool]) -> None:
        self.ranges = dict(ranges)
        self.positive = positive

    def __call__(self, expr: Expr) -> Expr:
        """Return the normal form; bound indices must have names of their own (`apart`).

        Raises UndecidedError and NotSupportedError for what it can't reduce.
        """
        if not expr.args or isinstance(expr, Indexed | KroneckerDelta):
            return expr
        if isinstance(expr, Derivative):
            return self(_carried_out(expr))
        if isinstance(expr, Sum | LargestOf):
            term, index, low, high = innermost(expr)
            self.ranges[index] = frozenset((high,)) if low == 1 else frozenset()
            reduce = self._sum if isinstance(expr, Sum) else self._largest
            return reduce(self(term), index, low, high)
        if isinstance(expr, log):
            return self._log(self(expr.args[0]))
        if isinstance(expr, sp.Integral | sp.Limit) or expr.func.__name__ == "Expectation":
            raise NotSupportedError(f"{expr.func.__name__} under or around sums of symbolic length is not supported")
        return expr.func(*(self(part) for part in expr.args))  # conditions of a Piecewise included

    def _log(self, argument: Expr) -> Expr:
        """Split positive factors off a logarithm."""
        terms = []
        rest = []
        for factor in Mul.make_args(sp.factor_terms(_exponentials_apart(argument))):
            base, power = (factor, S.One) if isinstance(factor, exp) else factor.as_base_exp()
            if isinstance(factor, exp):
                terms.append(factor.args[0])
            elif is_positive(base, self.positive) and not power.has(Sum):
                terms.append(power * log(base))
            else:
                rest.append(factor)
        return Add(*terms, *([log(Mul(*rest))] if rest else []))

    def _sum(self, term: Expr, index: Symbol, low: Expr, high: Expr) -> Expr:
        for delta in sorted((d for d in term.atoms(KroneckerDelta) if index in d.args), key=str):
            if delta in term.atoms(KroneckerDelta):
                return self._collapse(term, delta, index, low, high)
        found = []
        expanded = expanded_in(term, index)
        _check_size(expanded)
        for part in Add.make_args(expanded):
            outside, inside = part.as_independent(index, as_Add=False)
            found.append(outside * _kernel(inside, index, low, high))
        return Add(*found)

    def _collapse(self, term: Expr, delta: KroneckerDelta, index: Symbol, low: Expr, high: Expr) -> Expr:
        """Σ F(δ_kj, k) = Σ F(0, k) + F(1, j) − F(0, j) for an index j inside the range of k."""
        other = next(part for part in delta.args if part != index) if delta.args[0] != delta.args[1] else index
        if low != 1 or high not in self.ranges.get(other, ()):
            raise UndecidedError(f"{other} is not known to lie in the range of the sum")
        without, having = term.xreplace({delta: S.Zero}), term.xreplace({delta: S.One})
        at = {index: other}
        return self._sum(without, index, low, high) + self(having.xreplace(at)) - self(without.xreplace(at))

    def _largest(self, term: Expr, index: Symbol, low: Expr, high: Expr) -> Expr:
        if any(index in d.args for d in term.atoms(KroneckerDelta)):
            raise UndecidedError("a maximum over KroneckerDelta is not reduced")
        shift, inside = sp.expand(term).as_independent(index, as_Add=True)
        factor, inside = inside.as_independent(index, as_Add=False)
        if not is_positive(factor, self.positive):
            factor, inside = S.One, factor * inside
        if inside == 0:
            return shift
        return shift + factor * _canonical(LargestOf, inside, index, low, high)


def expanded_in(expr: Expr, index: Symbol) -> Expr:
    """Multiply out what depends on the index, exponentials of sums split into products."""
    return sp.expand(
        _exponentials_apart(expr),
        power_exp=False, power_base=False, log=False, multinomial=True, mul=True, basic=False,
    )  # fmt: skip


def _exponentials_apart(expr: Expr) -> Expr:
    """Write exp(a + b) as exp(a)*exp(b), which SymPy keeps apart unless a and b are multiples of each other."""
    return expr.replace(
        lambda e: isinstance(e, exp) and isinstance(sp.expand_mul(e.args[0]), Add),
        lambda e: Mul(*(exp(term) for term in sp.expand_mul(e.args[0]).args)),
    )


def _kernel(inside: Expr, index: Symbol, low: Expr, high: Expr) -> Expr:
    if not inside.has(index):
        if low == 1 and high.is_positive:
            return inside * high
        raise UndecidedError("the number of terms of a sum is not known to be positive")
    return _canonical(Sum, inside, index, low, high)


def _sum(term: Expr, index: Symbol, low: Expr, high: Expr) -> Expr:
    return S.Zero if term == 0 else Sum(term, (index, low, high))


def _canonical(head: Any, inside: Expr, index: Symbol, low: Expr, high: Expr) -> Expr:
    """The fold with a bound index that is named by its depth."""
    bound = {limit[0].name for fold in inside.atoms(*FOLDS) for limit in fold.limits}
    depth = max((int(name[1:]) for name in bound), default=0) + 1
    while _index(f"#{depth}") in inside.free_symbols - {index}:
        depth += 1
    name = _index(f"#{depth}")
    return head(inside.xreplace({index: name}), (name, Integer(low) if low == 1 else low, high))
