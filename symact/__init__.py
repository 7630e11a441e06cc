"""symact derives, proves and computes activation functions from one SymPy expression each.

>>> import symact
>>> symact.get("sigmoid").derive("output-relation").result
f*(1 - f)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .activation import Activation, define, get, names
    from .errors import InputError, NotSupportedError, OutOfTimeError, SymactError, UndecidedError

__version__ = "0.1.0"

__all__ = [
    "Activation",
    "InputError",
    "NotSupportedError",
    "OutOfTimeError",
    "SymactError",
    "UndecidedError",
    "__version__",
    "define",
    "get",
    "names",
]

#: Public name → the module that has it; loaded on first use, so that `symact --help` needs no SymPy.
_HOMES = {
    **dict.fromkeys(("Activation", "define", "get", "names"), "activation"),
    **dict.fromkeys(("InputError", "NotSupportedError", "OutOfTimeError", "SymactError", "UndecidedError"), "errors"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
