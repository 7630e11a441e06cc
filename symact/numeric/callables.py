"""The callables themselves: values, derivatives, and what backpropagation needs of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from .elementwise import Elementwise
from .exact import fill
from .program import NARROW
from .subject import Subject, subject

__all__ = ["ExactFunction", "NumpyFunction", "OutputPullback", "Pullback", "ValueAndGradient"]


class NumpyFunction(Elementwise):
    """f(x, out=None, **parameters) over arrays, lists and scalars.

    Integers become float64; float16, float32 and float64 are kept (and bfloat16, where ml_dtypes is installed and the
    function is compiled), and so is the shape, after broadcasting with parameters that are arrays. NaN gives NaN, ±inf the
    limit (NaN where there is none), and so does a point outside the domain. No warning is ever issued. Compiled where
    llvmlite can do so (see `backend`); then `ufunc` is a NumPy ufunc, and a ufunc's own arguments (where, casting, …) are
    taken. `bound` has the largest error that was measured, in units in the last place, by dtype. Raises TypeError for
    other dtypes and InputError for a parameter outside its domain.
    """

    @property
    def order(self) -> int:
        """How often the activation is differentiated."""
        return self.source.order

    @property
    def bound(self) -> dict[str, float]:
        """The largest measured error in units in the last place, by dtype."""
        made = self._compiled[0]
        if made is None:
            return dict(self.source.bound)
        found = dict(self.source.kernel_bound)
        narrow = found.pop(NARROW, found["float64"])
        return found if made.target.wide else {**found, "float64": narrow}

    def __call__(self, x: Any, out: Any = None, **parameters: Any) -> Any:
        """Return the value at x, in `out` if given."""
        return self._call((x,), out, parameters)


class ExactFunction(NumpyFunction):
    """The same, but every value correctly rounded, from float64 where that tells how to round, else from certain enclosures.

    These take thousands of times as long; float64, and parameters other than the defaults, always need them. Raises
    UndecidedError where enclosures don't tell how to round.
    """

    direct = False

    @property
    def bound(self) -> dict[str, float]:
        """Half a unit in the last place: for certain in float64, else if float64 is as right as measured, or 100 times less."""
        return dict.fromkeys(("float16", "float32", "float64"), 0.5)

    @property
    def backend(self) -> str:
        """What computes."""
        return "float64 where that tells how to round, else ball arithmetic"

    @property
    def ufunc(self) -> None:
        """There is none."""
        return

    @cached_property
    def _subject(self) -> Subject:
        return subject(self.source.definition, self.source.order)

    def _call(self, arrays: Sequence[Any], out: Any, given: dict[str, Any]) -> Any:
        near = np.asarray(super()._call(arrays, None, dict(given)))
        values = self._values(given)
        known = dict(zip((p.name for p in self.source.parameters), values, strict=True))
        call = super()._call

        def wide(x: Any) -> Any:
            return call((x,), None, {})

        short = near.dtype != np.float64 and self._all_defaults(values)
        return fill(self._subject, np.asarray(arrays[0]), known, near, out, wide if short else None)


class Pullback(Elementwise):
    """(x, g, out=None, **parameters) -> g*f'(x): what backpropagation needs of an activation.

    In float32 it is rounded once, or after f'(x) where a single operation gives that; f'(x) beyond the range is infinite.
    """

    arguments = "x, g"
    upstream = True

    def _label(self) -> str:
        return f"{self.source.definition.name}_vjp"

    def _text(self) -> str:
        return f"g times the derivative at x.\n\n{self.source.doc}"

    def __call__(self, x: Any, g: Any, out: Any = None, **parameters: Any) -> Any:
        """Return g*f'(x), in `out` if given."""
        return self._call((x, g), out, parameters)

    def _blocks(self, arrays: Sequence[Any], out: Any, values: Sequence[Any], default: bool) -> Any:
        x, g = arrays
        with np.errstate(all="ignore"):
            return np.multiply(g, self._run(0, x, None, values, default), out=out)


class OutputPullback(Pullback):
    """(y, g, out=None, **parameters) -> g*R(y) with f' = R(f): the same from the saved output y, without x."""

    arguments = "y, g"

    def _label(self) -> str:
        return f"{self.source.name}_vjp"

    def _text(self) -> str:
        return f"g times the slope of the function whose output is given.\n\n{self.source.doc}"


class ValueAndGradient(Elementwise):
    """(x, out=None, **parameters) -> (f(x), f'(x)) in one pass; out is a pair of arrays."""

    nowhere = (None, None)

    def _label(self) -> str:
        return f"{self.source.definition.name}_value_and_grad"

    def _text(self) -> str:
        return f"The value and the derivative at x, a pair.\n\n{self.source.doc}"

    def __call__(self, x: Any, out: Any = None, **parameters: Any) -> Any:
        """Return the pair, in the two arrays of `out` if given."""
        return self._call((x,), out, parameters)

    def _masked(self, found: Any, out: Any, where: Any) -> Any:
        pair = (None, None) if out is None else out
        return tuple(super(ValueAndGradient, self)._masked(f, o, where) for f, o in zip(found, pair, strict=True))

    def _blocks(self, arrays: Sequence[Any], out: Any, values: Sequence[Any], default: bool) -> Any:
        x = arrays[0]
        first, second = (None, None) if out is None else out
        if first is not None and np.may_share_memory(first, x):
            x = np.array(x)
        return self._run(0, x, first, values, default), self._run(1, x, second, values, default)
