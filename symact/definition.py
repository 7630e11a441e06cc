"""What an activation is: a frozen record of data, without behaviour."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, S, Symbol
from sympy.logic.boolalg import Boolean

from .symbols import x

__all__ = ["Definition", "Implementation", "Parameter"]


@dataclass(frozen=True)
class Parameter:
    """A parameter of an activation: its symbol, its exact default (None if it has none) and its domain as a relation."""

    symbol: Symbol
    default: Expr | None = None
    assume: Boolean = S.true
    meaning: str = ""


@dataclass(frozen=True)
class Implementation:
    """Where a library has the function: its name there and the defaults it uses where they differ from ours."""

    library: str
    name: str
    defaults: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Definition:
    """One activation: y = expr(variable; parameters), elementwise unless `vector` says it maps a vector v_1 … v_n.

    `slopes` pairs a kink with the slope that is used there by convention; at an unlisted kink it is the slope from the left.
    """

    name: str
    expr: Expr
    title: str
    parameters: tuple[Parameter, ...] = ()
    aliases: tuple[str, ...] = ()
    latex: str | None = None
    slopes: tuple[tuple[Expr, Expr], ...] = ()
    source: str = ""
    libraries: tuple[Implementation, ...] = ()
    note: str = ""
    variable: Symbol = x
    vector: bool = False
