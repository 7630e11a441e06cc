"""The real symbols of the project, made here and nowhere else."""

from __future__ import annotations

from functools import cache
from typing import Any

from sympy import IndexedBase, Symbol
from sympy.concrete.expr_with_intlimits import ExprWithIntLimits
from sympy.functions.elementary.miscellaneous import Max

__all__ = ["C", "LargestOf", "f", "i", "j", "k", "n", "real", "v", "x", "z"]


@cache
def real(name: str) -> Symbol:
    """Return the one real symbol of this name."""
    return Symbol(name, real=True)


x = real("x")
z = real("z")

#: The output f(x), as it appears in a relation such as f' = f*(1 - f).
f = real("f")

#: The constant of integration.
C = real("C")

#: The length of a vector and the indices into it, which count from 1.
n = Symbol("n", integer=True, positive=True)
i = Symbol("i", integer=True, positive=True)
j = Symbol("j", integer=True, positive=True)
k = Symbol("k", integer=True, positive=True)

#: The real vector (v_1, …, v_n).
v = IndexedBase("v", shape=(n,), real=True)


class LargestOf(ExprWithIntLimits):
    """max e over an index, LargestOf(v[j], (j, 1, n)): what Sum is to Add, this is to Max."""

    def doit(self, **hints: Any) -> Any:
        """Return Max(e(a), …, e(b)) where both ends of the index are numbers."""
        index, low, high = self.limits[0]
        if not (low.is_Integer and high.is_Integer):
            return self
        term = self.function.doit(**hints) if hints.get("deep", True) else self.function
        return Max(*(term.subs(index, m) for m in range(int(low), int(high) + 1)))

    def _sympystr(self, printer: Any) -> str:
        return f"Max({', '.join(map(printer._print, self.args))})"

    def _latex(self, printer: Any) -> str:
        index, low, high = (printer._print(part) for part in self.limits[0])
        return rf"\max_{{{low} \le {index} \le {high}}} {printer._print(self.function)}"
