"""Numbers and SymPy expressions from callers: made exact, in the project's symbols, of functions that are known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from numbers import Real
from typing import Any

from sympy import (
    Expr,
    Float,
    Ne,
    Piecewise,
    Rational,
    Symbol,
    SympifyError,
    cos,
    cosh,
    coth,
    csc,
    csch,
    sec,
    sech,
    sin,
    sinc,
    sinh,
    sympify,
    tanh,
)
from sympy.core.relational import Relational

from ..errors import InputError, NotSupportedError, UndecidedError
from ..named import unfold
from ..proof.numbers.balls import compiled
from ..symbols import real, x
from .assumptions import parse_assumptions
from .expression import parse_expression

__all__ = ["evaluable", "exact", "relations", "standard_symbols"]

#: Functions that text doesn't have, by those it has, whose zeros are seen.
_WRITTEN_OUT: dict[Any, Callable[[Expr], Expr]] = {
    sec: lambda u: 1 / cos(u),
    csc: lambda u: 1 / sin(u),
    coth: lambda u: 1 / tanh(u),
    sech: lambda u: 1 / cosh(u),
    csch: lambda u: 1 / sinh(u),
    sinc: lambda u: Piecewise((sin(u) / u, Ne(u, 0)), (1, True)),
}


def exact(value: Any) -> Expr:
    """Return a SymPy expression with exact numbers; a float of any width stands for the decimal it prints as, text is read.

    Raises InputError for infinite floats and NaN, and for what is neither a real number nor an expression.
    """
    if isinstance(value, str):
        return parse_expression(value)
    try:
        # SymPy keeps fewer digits of a float32 or a Decimal than they print
        expr = Rational(str(value)) if isinstance(value, Real | Decimal) else sympify(value, strict=True)
    except (SympifyError, TypeError, ValueError) as reason:
        raise InputError(f"{value!r} is neither a number nor an expression") from reason
    if not isinstance(expr, Expr):
        raise InputError(f"{value!r} is neither a number nor an expression")
    return expr.xreplace({number: Rational(str(number)) for number in expr.atoms(Float)})


def relations(assume: Iterable[Relational | str]) -> tuple[Relational, ...]:
    """Return relations as they are, and those that texts such as "a > 0" state; raise InputError for others and declarations."""
    if isinstance(assume, str):
        raise InputError('assume is a list: write assume=["a > 0"]')
    given = tuple(assume)
    stated = parse_assumptions(t for t in given if isinstance(t, str))
    if stated.vectors or stated.matrices or stated.integers:
        raise InputError("vectors, matrices and integers are declared for claims; parameters of a function are real")
    found = (*(r for r in given if not isinstance(r, str)), *stated.relations)
    for relation in found:
        if not isinstance(relation, Relational):
            raise InputError(f"{relation!r} is no assumption: write a relation such as a > 0")
    return found


def standard_symbols(expr: Expr, free: Collection[Symbol], parameters: Collection[str] = ()) -> dict[Symbol, Symbol]:
    """Return the project's symbols for the `free` ones of `expr`: x for its variable, real ones for its parameters.

    The variable is x, or else the only symbol that isn't named as a parameter; raises InputError where that isn't clear.
    """
    names = {symbol.name for symbol in free}
    variable = x.name
    if variable not in names:
        others = sorted(names.difference(parameters))
        if len(others) != 1:
            raise InputError(
                f"{expr} must have one variable: x, or a single symbol that isn't a parameter with a default; "
                f"found {', '.join(others) or 'none'}"
            )
        (variable,) = others
    return {symbol: x if symbol.name == variable else real(symbol.name) for symbol in free}


def evaluable(expr: Any) -> Expr:
    """Return a real expression of functions that balls evaluate, reciprocals such as csch(x) written out.

    Raises InputError for anything else: its poles and jumps wouldn't be seen, and what is said of it could be wrong.
    """
    try:
        if not isinstance(expr, Expr):
            raise NotSupportedError(f"it is a {type(expr).__name__}")
        expr = expr.replace(lambda e: e.func in _WRITTEN_OUT, lambda e: _WRITTEN_OUT[e.func](*e.args))
        compiled(unfold(expr), tuple(expr.free_symbols))
    except (NotSupportedError, UndecidedError) as reason:
        raise InputError(f"{expr} isn't a real expression of functions that are known: {reason}") from reason
    return expr
