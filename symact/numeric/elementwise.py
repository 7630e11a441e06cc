"""What all callables have: kernels compiled for sources of one activation, or NumPy's operations block by block."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from inspect import signature
from typing import Any, ClassVar

import numpy as np

from ..errors import InputError, NotSupportedError
from . import runtime
from .binding import bind
from .large import Threaded
from .llvm.kernels import Kernel, about, kernel
from .parameters import NumericParameter
from .program import Program
from .source import Source

__all__ = ["Elementwise"]

#: What else than parameters a ufunc may be given by name.
_OF_UFUNCS = frozenset({"where", "casting", "order", "dtype", "subok", "signature"})


class Elementwise:
    """What all callables have: sources of the same activation, compiled as one kernel, or run by NumPy block by block.

    Each instance has a class of its own, so that without parameters a call goes straight to the kernel.
    """

    #: The class that it is an instance of, its own left out.
    made_from: ClassVar[type[Any]]
    #: What a call takes.
    arguments = "x"
    #: Whether a second array is multiplied to the result.
    upstream = False
    #: What a ufunc takes for `out` where there is none.
    nowhere: Any = None
    #: Whether calls may go straight to the kernel.
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
        found = self._compiled[1]
        return None if found is None else found.ufunc

    @property
    def backend(self) -> str:
        """What computes: "llvm" with the CPU, or "numpy" and why."""
        return self._compiled[2]

    @cached_property
    def _compiled(self) -> tuple[Kernel | None, Kernel | None, str]:
        """The kernel with parameters, the one for the defaults, and what is in use."""
        count = len(self.source.parameters)
        try:
            general = self._kernel([s.vectors for s in self.sources], count)
            defaults = [s.default_vectors for s in self.sources]
            special = None if count and not all(defaults) else self._kernel(defaults, 0) if count else general
            return general, special, about(general.target)
        except NotSupportedError as reason:
            return None, None, f"numpy ({reason})"

    def _kernel(self, programs: Sequence[Mapping[str, Program]], parameters: int) -> Kernel:
        return kernel(self.__name__, self.__doc__ or "", programs, parameters, self.upstream)

    def threaded(self, threads: int) -> Threaded:
        """Return the same for big arrays: shared among threads, and new results put into memory that is used again."""
        return Threaded(self, threads)

    def _call(self, arrays: Sequence[Any], out: Any, given: dict[str, Any]) -> Any:
        kernels = self._compiled
        if kernels[0] is None:
            return self._by_numpy(arrays, out, given)
        general, default = kernels[0].ufunc, self.ufunc
        if out is None:
            out = self.nowhere
        if kernels[1] is not None and self.nowhere is None and self.direct:
            self._shorten(kernels[1])
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

    def _shorten(self, default: Kernel) -> None:
        """From now on calls go straight to the kernel for the defaults, or nearly so."""
        this: Any = self
        self.__signature__ = signature(this)
        otherwise: Callable[..., Any] = default.ufunc
        if self.source.parameters:
            otherwise = _with_parameters(self.__name__, default.ufunc, self._call, self.upstream)
        own: Any = type(self)
        # Python looks a call up in the class, which is this instance's alone
        own.__call__ = default.shortcut(otherwise) or staticmethod(otherwise)

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
        return type(self).made_from, self.sources

    def __repr__(self) -> str:
        names = "".join(map(_shown, self.source.parameters))
        return f"<{type(self).__name__} {self.__name__}({self.arguments}, out=None{names})>"


def _bound(made: Mapping[str, Program], parameters: int) -> dict[str, runtime.Kernel]:
    return {name: bind(program, parameters) for name, program in made.items()}


def _with_parameters(name: str, default: np.ufunc, otherwise: Callable[..., Any], upstream: bool) -> Callable[..., Any]:
    """What calls the ufunc for the defaults where no parameters are given; errors about arguments say its name."""

    def call(x: Any, out: Any = None, **given: Any) -> Any:
        return otherwise((x,), out, given) if given else default(x, out)

    def with_upstream(x: Any, g: Any, out: Any = None, **given: Any) -> Any:
        return otherwise((x, g), out, given) if given else default(x, g, out)

    found = with_upstream if upstream else call
    found.__qualname__ = name
    return found


def _typed(x: Any) -> Any:
    return x if hasattr(type(x), "__array_ufunc__") else np.asarray(x)


def _shown(p: NumericParameter) -> str:
    return f", {p.name}" + ("" if p.default is None else f"={p.default:.6g}")
