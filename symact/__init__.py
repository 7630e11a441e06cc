"""symact derives, proves and computes activation functions from one SymPy expression each.

>>> import symact
>>> symact.get("sigmoid").derive("output-relation").result
f*(1 - f)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import testing
    from .activation import Activation, define, get, names
    from .errors import InputError, NotSupportedError, OutOfTimeError, SymactError, UndecidedError
    from .facts.recognition import Match, find
    from .proof.verdict import Proved, Refuted, Undecided
    from .verification import verify, verify_all

__version__ = "0.1.0"

__all__ = [
    "Activation",
    "InputError",
    "Match",
    "NotSupportedError",
    "OutOfTimeError",
    "Proved",
    "Refuted",
    "SymactError",
    "Undecided",
    "UndecidedError",
    "__version__",
    "define",
    "find",
    "get",
    "names",
    "testing",
    "verify",
    "verify_all",
]

#: Public name → the module that has it; loaded on first use, so that `symact --help` needs no SymPy.
_HOMES = {
    **dict.fromkeys(("Activation", "define", "get", "names"), "activation"),
    **dict.fromkeys(("Match", "find"), "facts.recognition"),
    **dict.fromkeys(("verify", "verify_all"), "verification"),
    **dict.fromkeys(("Proved", "Refuted", "Undecided"), "proof.verdict"),
    **dict.fromkeys(("InputError", "NotSupportedError", "OutOfTimeError", "SymactError", "UndecidedError"), "errors"),
}


def __getattr__(name: str) -> Any:
    if name == "testing":
        return import_module(".testing", __name__)
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
