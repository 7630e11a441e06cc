"""The top floor: an Activation gives a definition its facts, derivations and callables; get() and define() hand them out."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sympy import And, Expr, Piecewise, S, Symbol, Tuple
from sympy.core.relational import Relational

from .definition import Definition, Parameter
from .errors import InputError
from .named import named
from .parse import parse_written
from .parse.calls import check_domains
from .parse.objects import evaluable, exact, standard_symbols
from .symbols import i
from .symbols import x as standard_x

if TYPE_CHECKING:
    from .facts.card import Card
    from .facts.record import Facts
    from .numeric import NumpyFunction, Pullback, ValueAndGradient, VectorFunction, VectorOutputPullback, VectorPullback
    from .render.display import Page

__all__ = ["Activation", "define", "get", "names"]


class Activation:
    """An activation function y = f(x; parameters): calling it composes with SymPy, its methods derive and compute.

    >>> import symact
    >>> elu = symact.get("elu")
    >>> elu.expr
    Piecewise((x, x > 0), (alpha*(exp(x) - 1), True))
    >>> elu(2*elu.x)
    elu(2*x)
    """

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    @property
    def name(self) -> str:
        """The name in the catalogue."""
        return self.definition.name

    @property
    def expr(self) -> Expr:
        """The defining expression in x and the parameters."""
        return self.definition.expr

    @property
    def x(self) -> Symbol:
        """The variable of the expression."""
        return self.definition.variable

    @property
    def parameters(self) -> Mapping[Symbol, Parameter]:
        """The parameters by symbol, with default and domain."""
        return MappingProxyType({p.symbol: p for p in self.definition.parameters})

    def __call__(self, argument: Any, *values: Any, **keywords: Any) -> Expr:
        """Return f(argument) with parameter values in order or by name; it stays named until `.doit()`.

        Raises InputError for a value outside a parameter's domain, and where f is a function of a vector.
        """
        if self.definition.vector:
            raise InputError(
                f"{self.name} is a function of a vector; only claims compose it, such as {self.name}(v)[i] > 0"
            )
        known = [p.symbol.name for p in self.definition.parameters]
        given = dict(zip(known, values, strict=False)) | keywords
        unknown = set(keywords) - set(known)
        if unknown or len(values) > len(known) or set(known[: len(values)]) & set(keywords):
            raise InputError(f"{self.name} takes an argument and {', '.join(known) or 'no parameters'}")
        parts = [given.get(p.symbol.name, p.default) for p in self.definition.parameters]
        missing = [name for name, part in zip(known, parts, strict=True) if part is None]
        if missing:
            raise InputError(f"{self.name} needs a value for {', '.join(missing)}")
        numbers = [exact(part) for part in parts]
        check_domains(self.definition, dict(zip(self.parameters, numbers, strict=True)), closed=True)
        return named(self.definition, exact(argument), *numbers)

    def derive(self, what: str = "derivative", *, wrt: Symbol | str | None = None, **values: Any) -> Page:
        """Return the derivation of the derivative or of another fact, step by step.

        `what` is one of derivative, second-derivative, limits, range, symmetry, output-relation, integral, moments; `wrt`
        names a parameter to differentiate by; keywords give parameter values. Raises InputError for anything else.
        """
        from .derivation.proved import proved
        from .render.display import Page

        parameter = None if wrt is None else self._parameter(str(wrt))
        return Page(proved(self._record(values), what, parameter))

    def facts(self, *, timeout: float = 20.0, **values: Any) -> Card:
        """Return the card of f, whose attributes are proved facts, each found when it is first asked for.

        Keywords give parameter values; `timeout` bounds the seconds a fact may take. An attribute such as `range` is a
        Fact, or a list of them where conditions on parameters decide; one that isn't found says why. Raises InputError for
        an unknown parameter, a value outside its domain or a timeout that isn't positive.
        """
        if not 0 < timeout < inf:
            raise InputError(f"a timeout of {timeout:g} s is no time; give a positive number")
        from .render.card import FactCard

        return FactCard(self._record(values), timeout)

    def _record(self, values: Mapping[str, Any]) -> Facts:
        from .facts.record import Facts

        return Facts(self.definition, self._values(values))

    def numpy(self, order: int = 0, mode: str = "accurate", **values: Any) -> NumpyFunction | VectorFunction:
        """Return f or its derivative of order 1 or 2 as a NumPy callable g(x, out=None, **parameters).

        Arrays, lists and scalars are accepted, dtype and shape are kept; NaN gives NaN and ±inf the limit. Keywords fix
        parameter values. The mode "accurate" aims at one unit in the last place, "fast" at three; "exact" rounds every
        result correctly, in float64 slowly; `.bound` has the largest error that was measured. Raises InputError for another
        order or mode or a value outside its domain.
        """
        from .numeric import compile_function

        return compile_function(self.definition, order, self._values(values), mode)

    def vjp(
        self, mode: str = "accurate", *, saved: str = "input", **values: Any
    ) -> Pullback | VectorPullback | VectorOutputPullback:
        """Return (x, g, out=None, **parameters) -> g*f'(x) as a NumPy callable; arguments and errors as for `numpy`.

        Of a function of a vector: (x, g, axis=-1, out=None) -> the product of g with the Jacobian.
        With saved="output": (y, g, out=None, **parameters) -> g*R(y), where f' = R(f) is the output relation among the
        facts and y the saved output f(x); exponentials of the forward pass aren't computed again. It is only as accurate
        as y: where a sigmoid's y was rounded to 1, the slope is 0. A y that f has on a whole interval has slope 0. Where
        the signs of parameters decide, their values are fixed. Of a function of a vector: (y, g, axis=-1, out=None), by
        its Jacobian in terms of y. Raises NotSupportedError where y doesn't tell the slope, OutOfTimeError where the
        search for that takes longer than half a minute.

        >>> import symact
        >>> float(symact.get("sigmoid").vjp(saved="output")(0.5, 8.0))
        2.0
        """
        from .numeric import compile_pullback

        return compile_pullback(self.definition, self._values(values), mode, saved)

    def value_and_grad(self, mode: str = "accurate", **values: Any) -> ValueAndGradient:
        """Return (x, out=None, **parameters) -> (f(x), f'(x)) in one pass; arguments and errors as for `numpy`."""
        from .numeric import compile_value_and_gradient

        return compile_value_and_gradient(self.definition, self._values(values), mode)

    def _parameter(self, name: str) -> Symbol:
        for parameter in self.definition.parameters:
            if parameter.symbol.name == name:
                return parameter.symbol
        known = ", ".join(p.symbol.name for p in self.definition.parameters) or "none"
        raise InputError(f"{self.name} has no parameter {name!r}; its parameters: {known}")

    def _values(self, values: Mapping[str, Any]) -> dict[Symbol, Expr]:
        chosen = {self._parameter(name): exact(value) for name, value in values.items()}
        check_domains(self.definition, chosen)
        return chosen

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Activation) and self.definition == other.definition

    def __hash__(self) -> int:
        return hash(self.definition)

    def __repr__(self) -> str:
        return f"<Activation {self.name}: {self.expr}>"

    def _repr_latex_(self) -> str:
        from .render.latex import latex

        if self.definition.vector:
            head = self.definition.latex or rf"\operatorname{{{self.name}}}".replace("_", r"\_")
            left = f"{head}(v){'_i' * self.expr.has(i)}"
        else:
            left = latex(named(self.definition, self.x, *self.parameters))
        return f"$\\displaystyle {left} = {latex(self.expr)}$"


def get(name: str) -> Activation:
    """Return the activation of this name or alias; raise InputError, with the nearest names, where there is none."""
    from .catalogue import lookup

    if not isinstance(name, str):
        raise InputError(f"the name of an activation is a text such as 'gelu', not {name!r}")
    return Activation(lookup(name))


def names() -> tuple[str, ...]:
    """Return the names in the catalogue."""
    from .catalogue import names as catalogue_names

    return catalogue_names()


def define(
    name: str, expr: Any, *, title: str = "", slopes: Mapping[Any, Any] | None = None, **parameters: Any
) -> Activation:
    """Return an activation of your own: y = expr, in the project's x or any one real symbol.

    Other symbols of the expression are parameters; keywords give their defaults (alpha=1), None makes one required.
    `slopes` gives the slope to use at a kink; elsewhere it is the slope from the left. Text is parsed, never executed.
    Raises InputError for a name that isn't an identifier, what isn't a real expression of functions that symact evaluates,
    and an unclear variable.

    >>> import symact
    >>> gate = symact.define("gate", "x*tanh(exp(x))")
    >>> gate.expr
    x*tanh(exp(x))
    """
    if not (isinstance(name, str) and name.isidentifier() and name.isascii()):
        raise InputError("the name of an activation must be an ASCII identifier such as my_gate")
    written, conditions = _written(expr)
    given = {str(name): default for name, default in parameters.items()}
    meaning = standard_symbols(written, Tuple(written, *conditions).free_symbols, given)
    body, *domain = (part.subs(meaning, simultaneous=True) for part in (written, *conditions))
    body = evaluable(body)
    inside = And(*(c for c in domain if standard_x in c.free_symbols))
    body = body if inside == S.true else Piecewise((body, inside))
    symbols = sorted(body.free_symbols - {standard_x}, key=lambda s: s.name)
    unknown = set(given) - {s.name for s in symbols}
    if unknown:
        raise InputError(f"{', '.join(sorted(unknown))} doesn't occur in the expression")
    records = tuple(
        Parameter(
            s,
            None if given.get(s.name) is None else exact(given[s.name]),
            And(*(c for c in domain if c.free_symbols == {s})),
        )
        for s in symbols
    )
    pairs = tuple((exact(at), exact(slope).subs(meaning)) for at, slope in (slopes or {}).items())
    return Activation(Definition(name, body, title or name, records, slopes=pairs))


def _written(expr: Any) -> tuple[Expr, tuple[Relational, ...]]:
    """Return an expression, and where text is defined as it is written: x/x is no 1 at 0."""
    if isinstance(expr, str):
        return parse_written(expr)
    return exact(expr), ()
