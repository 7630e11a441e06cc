"""The callables themselves: kernels compiled for sources of one activation, or NumPy's operations block by block."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import InputError, NotSupportedError
from . import runtime
from .binding import bind
from .exact import fill
from .large import Threaded
from .llvm.kernels import kernel
from .parameters import NumericParameter
from .program import Program
from .source import Source
from .subject import Subject, subject

__all__ = ["Elementwise", "ExactFunction", "NumpyFunction", "OutputPullback", "Pullback", "ValueAndGradient"]

#: What else than parameters a ufunc may be given by name.
_OF_UFUNCS = frozenset({"where", "casting", "order", "dtype", "subok", "signature"})


class Elementwise:
    """What all callables have: sources of the same activation, compiled as one kernel, or run by NumPy block by block.

    Each instance has a class of its own, so that without parameters a call goes straight to the compiled ufunc.
    """

    #: What a call takes.
    arguments = "x"
    #: Whether a second array is multiplied to the result.
    upstream = False
    #: What a ufunc takes for `out` where there is none.
    nowhere: Any = None
    #: Whether calls may go straight to the ufunc.
    direct = True

    def __new__(cls, *sources: Source) -> Any:
        return super().__new__(type(cls.__name__, (cls,), {"__module__": cls.__module__, "made_from": cls}))

    def __init__(self, *sources: Source) -> None:
        self.sources = sources
        self.__name__ = self.__qualname__ = self._label()
        self.__doc__ = self._text()

    def _label(self) -> str:
        return self.sources[0].name

    def _text(self) -> str:
        return self.sources[0].doc

    @property
    def source(self) -> Source:
        """The data of the (first) function."""
        return self.sources[0]

    @property
    def ufunc(self) -> np.ufunc | None:
        """The compiled ufunc for the defaults of the parameters; None where one has no default or NumPy runs the function."""
        return self._compiled[1]

    @property
    def backend(self) -> str:
        """What computes: "llvm" with the CPU, or "numpy" and why."""
        return self._compiled[2]

    @cached_property
    def _compiled(self) -> tuple[np.ufunc | None, np.ufunc | None, str]:
        """The ufunc with parameters, the one for the defaults, and what is in use."""
        count = len(self.source.parameters)
        try:
            general, about = kernel(
                self.__name__, self.__doc__ or "", [s.vectors for s in self.sources], count, self.upstream
            )
            if not count:
                return general, general, about
            defaults = [s.default_vectors for s in self.sources]
            if not all(defaults):
                return general, None, about
            return general, kernel(self.__name__, self.__doc__ or "", defaults, 0, self.upstream)[0], about
        except NotSupportedError as reason:
            return None, None, f"numpy ({reason})"

    def threaded(self, threads: int) -> Threaded:
        """Return the same for big arrays: shared among threads, and new results put into memory that is used again."""
        return Threaded(self, threads)

    def _call(self, arrays: Sequence[Any], out: Any, given: dict[str, Any]) -> Any:
        general, default, _ = self._compiled
        if general is None:
            return self._by_numpy(arrays, out, given)
        if out is None:
            out = self.nowhere
        if default is not None and self.nowhere is None and self.direct:
            # from now on calls go straight to the ufunc, or nearly so
            call = _shortened(default, self._call, self.upstream) if self.source.parameters else default
            setattr(type(self), "__call__", call)  # noqa: B010
        if not given and default is not None:
            return default(*arrays, out=out)
        options = {
            name: given.pop(name) for name in _OF_UFUNCS & given.keys() - {p.name for p in self.source.parameters}
        }
        values = self._values(given)
        if default is not None and self._all_defaults(values):
            return default(*arrays, out=out, **options)
        # beside float64 parameters a Python number would be taken for any type that can hold it
        return general(*map(_typed, arrays), *values, out=out, **options)

    def _by_numpy(self, arrays: Sequence[Any], out: Any, given: dict[str, Any]) -> Any:
        """The same block by block; of a ufunc's options only `where`."""
        where = given.pop("where", True) if not any(p.name == "where" for p in self.source.parameters) else True
        values = self._values(given)
        default = self._all_defaults(values)
        if where is not True:
            found = self._blocks(arrays, None, values, default)
            return self._masked(found, out, where)
        return self._blocks(arrays, out, values, default)

    def _masked(self, found: Any, out: Any, where: Any) -> Any:
        out = np.empty_like(found) if out is None else out
        np.copyto(out, found, where=where, casting="same_kind")
        return out

    def _blocks(self, arrays: Sequence[Any], out: Any, values: Sequence[Any], default: bool) -> Any:
        return self._run(0, arrays[0], out, values, default)

    def _run(self, number: int, x: Any, out: Any, values: Sequence[Any], default: bool) -> Any:
        """One of the functions by NumPy."""
        general, special = self._bound_programs[number]
        if default and special:
            return runtime.apply(special, x, out, ())
        return runtime.apply(general, x, out, values)

    @cached_property
    def _bound_programs(self) -> list[tuple[dict[str, runtime.Kernel], dict[str, runtime.Kernel]]]:
        return [(_bound(s.general, len(s.parameters)), _bound(s.default, 0)) for s in self.sources]

    def _all_defaults(self, values: Sequence[Any]) -> bool:
        return all(p.is_default(value) for p, value in zip(self.source.parameters, values, strict=True))

    def _values(self, given: Mapping[str, Any]) -> list[Any]:
        """Return the values of all parameters in order, checked."""
        known = self.source.parameters
        unknown = set(given) - {p.name for p in known}
        if unknown:
            names = ", ".join(p.name for p in known) or "none"
            raise TypeError(f"{self.__name__}() has no parameter {unknown.pop()!r}; its parameters: {names}")
        missing = [p.name for p in known if p.default is None and p.name not in given]
        if missing:
            raise TypeError(f"{self.__name__}() needs a value for {', '.join(missing)}")
        values = [runtime.real(p.name, given.get(p.name, p.default)) for p in known]
        for p in known:
            if p.condition is not None and not np.all(p.holds(values)):
                raise InputError(f"{p.name} must satisfy {p.condition.text}")
        return values

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).made_from, self.sources  # type: ignore[attr-defined]

    def __repr__(self) -> str:
        names = "".join(map(_shown, self.source.parameters))
        return f"<{type(self).__name__} {self.__name__}({self.arguments}, out=None{names})>"


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
        return dict(self.source.bound)

    def __call__(self, x: Any, out: Any = None, **parameters: Any) -> Any:
        """Return the value at x, in `out` if given."""
        return self._call((x,), out, parameters)


class ExactFunction(NumpyFunction):
    """The same, but every value correctly rounded from certain enclosures: thousands of times slower, for comparison.

    Raises UndecidedError where enclosures don't tell how to round.
    """

    direct = False

    @property
    def bound(self) -> dict[str, float]:
        """Half a unit in the last place, for certain."""
        return dict.fromkeys(("float16", "float32", "float64"), 0.5)

    @property
    def backend(self) -> str:
        """What computes."""
        return "ball arithmetic"

    @property
    def ufunc(self) -> None:
        """There is none."""
        return

    @cached_property
    def _subject(self) -> Subject:
        return subject(self.source.definition, self.source.order)

    def _call(self, arrays: Sequence[Any], out: Any, given: dict[str, Any]) -> Any:
        near = np.asarray(super()._call(arrays, None, dict(given)))
        values = dict(zip((p.name for p in self.source.parameters), self._values(given), strict=True))
        return fill(self._subject, np.asarray(arrays[0]), values, near, out)


class Pullback(Elementwise):
    """(x, g, out=None, **parameters) -> g*f'(x), rounded once in float32: what backpropagation needs of an activation."""

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


def _bound(made: Mapping[str, Program], parameters: int) -> dict[str, runtime.Kernel]:
    return {name: bind(program, parameters) for name, program in made.items()}


def _shortened(default: np.ufunc, otherwise: Callable[..., Any], upstream: bool) -> Callable[..., Any]:
    """A method that calls the ufunc for the defaults where no parameters are given."""

    def call(self: Any, x: Any, out: Any = None, **given: Any) -> Any:
        return otherwise((x,), out, given) if given else default(x, out)

    def with_upstream(self: Any, x: Any, g: Any, out: Any = None, **given: Any) -> Any:
        return otherwise((x, g), out, given) if given else default(x, g, out)

    return with_upstream if upstream else call


def _typed(x: Any) -> Any:
    return x if hasattr(type(x), "__array_ufunc__") else np.asarray(x)


def _shown(p: NumericParameter) -> str:
    return f", {p.name}" + ("" if p.default is None else f"={p.default:.6g}")
