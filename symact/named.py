"""The one SymPy head through which sigmoid(2*x) stays named until .doit()."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sympy import ITE, And, AtomicExpr, Expr, Function, Integer, Not, Or, S, Symbol
from sympy.core.function import ArgumentIndexError
from sympy.logic.boolalg import Boolean

from .definition import Definition
from .errors import InputError
from .proof.algebra.assume import assuming
from .proof.functions.pieces import split

__all__ = ["Named", "derivative_of", "named", "unfold"]


class Tag(AtomicExpr):
    """The definition a named function refers to, as an atom inside an expression."""

    is_commutative = True
    is_number = False
    __slots__ = ("definition",)

    def __new__(cls, definition: Definition) -> Tag:
        tag: Tag = super().__new__(cls)
        tag.definition = definition
        return tag

    def __getnewargs__(self) -> tuple[Definition]:
        return (self.definition,)

    def _hashable_content(self) -> tuple[Any, ...]:
        return (self.definition,)

    def compare(self, other: Any) -> int:
        """Order by name, then by content: definitions themselves have no order, but sums need one."""
        if not isinstance(other, Tag):
            return int(super().compare(other))
        a, b = ((t.definition.name, str(t.definition)) for t in (self, other))
        return (a > b) - (a < b)

    def sort_key(self, order: Any = None) -> Any:
        """Sort by name."""
        return self.class_key(), (1, (self.definition.name,)), S.One.sort_key(), S.One

    def _sympystr(self, printer: Any) -> str:
        return str(self.definition.name)


class Named(Function):
    """f or one of its derivatives at an argument: Named(tag, n, u, *parameters) is f⁽ⁿ⁾(u; parameters).

    It differentiates by the chain rule (to f⁽ⁿ⁺¹⁾), substitutes in its arguments, and becomes its definition by `.doit()`,
    `.rewrite(…)` and in limits and series.
    """

    @classmethod
    def eval(cls, *args: Any) -> None:
        """Never evaluate: the name stays."""
        return

    @property
    def definition(self) -> Definition:
        """The definition behind the name."""
        definition: Definition = self.args[0].definition
        return definition

    @property
    def order(self) -> int:
        """How often f is differentiated with respect to its argument."""
        return int(self.args[1])

    @property
    def argument(self) -> Expr:
        """The u of f(u)."""
        return self.args[2]

    def fdiff(self, argindex: int = 1) -> Expr:
        """Return ∂/∂u (argindex 3) as the next named derivative, ∂/∂parameter in terms of the definition."""
        if argindex == 3:
            return self.func(self.args[0], self.args[1] + 1, *self.args[2:])
        if argindex > 3:
            parameter = self.definition.parameters[argindex - 4].symbol
            return _written_out(self, parameter)
        raise ArgumentIndexError(self, argindex)

    def doit(self, **hints: Any) -> Expr:
        """Return the definition with the arguments put in."""
        parts = [a.doit(**hints) for a in self.args[2:]] if hints.get("deep", True) else self.args[2:]
        return _written_out(self.func(*self.args[:2], *parts))

    def _eval_rewrite(self, rule: Any, args: Any, **hints: Any) -> Expr:
        body = self.func(*args).doit(deep=False)
        return body if rule is None else body.rewrite(rule, **hints)

    def _eval_evalf(self, prec: int) -> Expr | None:
        return self.doit()._eval_evalf(prec)

    def _eval_is_real(self) -> bool | None:
        # only what SymPy is sure of for the definition: log1mexp of a real number need not be real
        real = all(a.is_real for a in self.args[2:]) and self.order == 0 and self.definition.expr.is_real
        return True if real else None

    def _eval_nseries(self, x: Symbol, n: int, logx: Any, cdir: int = 0) -> Expr:
        return self.doit()._eval_nseries(x, n=n, logx=logx, cdir=cdir)

    def _eval_as_leading_term(self, x: Symbol, logx: Any = None, cdir: int = 0) -> Expr:
        return self.doit().as_leading_term(x, logx=logx, cdir=cdir)

    def shown(self) -> tuple[Expr, ...]:
        """The arguments worth printing: parameters at their defaults are left out from the end."""
        shown = list(self.args[2:])
        defaults = [p.default for p in self.definition.parameters]
        while defaults and shown[-1] == defaults[-1]:
            shown.pop()
            defaults.pop()
        return tuple(shown)

    def _sympystr(self, printer: Any) -> str:
        inside = ", ".join(map(printer._print, self.shown()))
        call = f"{self.definition.name}({inside})"
        if not self.order:
            return call
        # an apostrophe can't be read back, a derivative at a point can
        return f"diff({call}, {printer._print(self.argument)}, {self.order})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        escaped = self.definition.name.replace("_", r"\_")
        name = self.definition.latex or rf"\operatorname{{{escaped}}}"
        primes = "'" * self.order if self.order < 4 else f"^{{({self.order})}}"
        inside = ", ".join(map(printer._print, self.shown()))
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"{name}{primes}{power}\left({inside}\right)"

    def _code(self, printer: Any) -> str:
        return str(printer._print(self.doit()))

    _pythoncode = _numpycode = _scipycode = _mpmathcode = _ccode = _code


def named(definition: Definition, argument: Expr, *values: Expr) -> Expr:
    """Return f(argument) with parameter values in order, defaults for the rest; raise InputError where one is missing."""
    parameters = definition.parameters
    if len(values) > len(parameters):
        raise InputError(f"{definition.name} takes at most {len(parameters)} parameters, not {len(values)}")
    missing = [p.symbol.name for p in parameters[len(values) :] if p.default is None]
    if missing:
        raise InputError(f"{definition.name} needs a value for {', '.join(missing)}")
    defaults = [p.default for p in parameters[len(values) :]]
    return Named(Tag(definition), Integer(0), argument, *values, *defaults)


def derivative_of(definition: Definition, order: int, argument: Expr, *values: Expr) -> Expr:
    """Return f⁽ᵒʳᵈᵉʳ⁾(argument), named."""
    base = named(definition, argument, *values)
    return base.func(base.args[0], Integer(order), *base.args[2:])


def unfold(expr: Expr) -> Expr:
    """Return `expr` with every named function replaced by its definition, and nothing else evaluated."""
    while nodes := expr.atoms(Named):
        expr = expr.xreplace({node: node.doit(deep=False) for node in nodes})
    # what SymPy makes of a condition on a Piecewise
    return expr.replace(lambda e: isinstance(e, ITE), _chosen)


def _chosen(node: ITE) -> Boolean:
    """If c then a, else b: (c and a) or (not c and b)."""
    condition, first, second = node.args
    return Or(And(condition, first), And(Not(condition), second))


@lru_cache(maxsize=1024)
def _written_out(node: Named, parameter: Symbol | None = None) -> Expr:
    """What a named function stands for, or its derivative with respect to a parameter."""
    definition = node.definition
    symbols = (definition.variable, *(p.symbol for p in definition.parameters))
    body = _derivative(definition, node.order, parameter)
    return body.subs(dict(zip(symbols, node.args[2:], strict=True)), simultaneous=True)


def _derivative(definition: Definition, order: int, parameter: Symbol | None = None) -> Expr:
    """The n-th derivative of the definition in its own symbols, at kinks by its convention, and once in a parameter."""
    if order == 0 and parameter is None:
        return definition.expr
    known = assuming(*(p.assume for p in definition.parameters))
    body = split(definition.expr, definition.variable, known)
    for m in range(order):
        body = body.derivative(definition.slopes if m == 0 else ())
    if parameter is not None:
        # away from the joins; these have measure zero and the parameter may move them
        body = body.map(lambda e: e.diff(parameter))
    return body.expression()
