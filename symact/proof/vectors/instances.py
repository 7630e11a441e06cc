"""A statement about vectors of symbolic length at one length and one choice of indices: an ordinary one, which a point may refute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from typing import Any

from sympy import Add, Derivative, Eq, Expr, Indexed, Integer, KroneckerDelta, Max, Rational, S, Sum, Symbol, expand
from sympy.core.relational import Relational

from ...errors import InputError, NotSupportedError, UndecidedError
from ...symbols import LargestOf, real
from ..numbers import balls
from ..numbers.witness import sample_points
from ..steps.comparison import Sides, fits, has_value
from ..verdict import Refuted
from .sums import apart, differentiate, innermost

__all__ = [
    *("LENGTHS", "Instance", "Names", "failure", "holds_at", "instances", "refute"),
    *("solved", "without_derivatives"),
]

#: Lengths in the order in which they are tried, values of other integers, and how many choices are tried at most.
LENGTHS = (2, 1, 3)
INTEGERS = (1, 2, 0, 3, -1)
MAX_INSTANCES = 60
#: Points and bits of a refutation at one instance.
POINTS = 6
MAX_BITS = 1024


class UndefinedError(Exception):
    """The statement has no meaning at this choice: v[3] of a vector of length 2."""


@dataclass(frozen=True)
class Names:
    """The integers of a statement: lengths, indices with the lengths they stay within, and others."""

    lengths: tuple[Symbol, ...]
    ranges: Mapping[Symbol, frozenset[Expr]]
    others: tuple[Symbol, ...]

    @classmethod
    def of(cls, parts: Iterable[Any]) -> Names:
        """Return the integers of expressions and relations whose bound indices have names of their own (`apart`)."""
        parts = list(parts)
        entries = sorted({e for part in parts for e in part.atoms(Indexed)}, key=str)
        bound = {limit[0] for part in parts for fold in part.atoms(Sum, LargestOf) for limit in fold.limits}
        ranges: dict[Symbol, frozenset[Expr]] = {}
        for entry in entries:
            (at,), (length,) = entry.indices, entry.base.shape
            if not (at.is_Symbol or at.is_Integer):
                raise NotSupportedError(f"the index {at} is a sum: indices are names or numbers here")
            if at.is_Symbol and at not in bound:
                ranges[at] = ranges.get(at, frozenset()) | {length}
        for delta in sorted({d for part in parts for d in part.atoms(KroneckerDelta)}, key=str):
            for at in delta.args:
                if not (at.is_Symbol or at.is_Integer):
                    raise NotSupportedError(f"the index {at} is a sum: indices are names or numbers here")
                if at.is_Symbol and at not in bound:
                    ranges.setdefault(at, frozenset())
        highs = {limit[2] for part in parts for fold in part.atoms(Sum, LargestOf) for limit in fold.limits}
        lengths = {entry.base.shape[0] for entry in entries} | {high for high in highs if high.is_Symbol}
        lengths = {length for length in lengths if length.is_Symbol and length not in ranges and length not in bound}
        free = {s for part in parts for s in part.free_symbols if type(s) is Symbol and s.is_integer}
        others = free - lengths - set(ranges) - bound
        return cls(_sorted(lengths), ranges, _sorted(others))


def _sorted(symbols: Iterable[Symbol]) -> tuple[Symbol, ...]:
    return tuple(sorted(symbols, key=lambda s: s.name))


@dataclass(frozen=True)
class Instance:
    """left op right in real symbols; `chosen` are the integers, `entries` the symbols that stand for entries of vectors."""

    left: Expr
    op: str
    right: Expr
    relations: tuple[Relational, ...]
    chosen: Mapping[Symbol, Integer]
    entries: Mapping[Symbol, str]

    @cached_property
    def symbols(self) -> tuple[Symbol, ...]:
        """All real symbols."""
        return _sorted({s for part in (self.left, self.right, *self.relations) for s in part.free_symbols})

    @cached_property
    def sides(self) -> tuple[Expr, Expr]:
        """Both sides with their derivatives carried out; NotSupportedError where one has others than of smooth expressions."""
        return without_derivatives(self.left), without_derivatives(self.right)

    @cached_property
    def differentiated(self) -> set[Expr]:
        """What stands inside derivatives, without derivatives."""
        nodes = {node for side in (self.left, self.right) for node in side.atoms(Derivative)}
        return {without_derivatives(node.expr) for node in nodes}

    def shown(self, symbol: Symbol) -> str:
        """Return what a symbol is called in the statement: v[1] for an entry."""
        return self.entries.get(symbol, symbol.name)

    def named(self, point: Mapping[str, str]) -> dict[str, str]:
        """Return a point of the real symbols as one of the statement: with lengths, indices and entries v[1]."""
        known = {symbol.name: text for symbol, text in self.entries.items()}
        found = {symbol.name: str(value) for symbol, value in self.chosen.items()}
        return found | {known.get(name, name): value for name, value in point.items()}


def instances(
    left: Expr,
    op: str,
    right: Expr,
    relations: Sequence[Relational],
    names: Names,
    lengths: Sequence[int] = LENGTHS,
    count: int | None = MAX_INSTANCES,
) -> Iterator[Instance]:
    """Yield the statement at the lengths, up to `count` times; an assumption about v[i] is made for every i."""
    taken = {s.name for part in (left, right, *relations) for s in part.free_symbols}
    for chosen in islice(_choices(names, lengths), count):
        entries: dict[tuple[str, int], Symbol] = {}
        try:
            sides = [instantiate(side, chosen, entries, taken) for side in (left, right)]
            conditions = [r for given in relations for r in _every(given, chosen, names, entries, taken)]
        except UndefinedError:
            continue
        if any(c == S.false for c in conditions) or any(s.has(S.NaN, S.ComplexInfinity) for s in sides):
            continue
        texts = {symbol: f"{base}[{at}]" for (base, at), symbol in entries.items()}
        kept = tuple(dict.fromkeys(c for c in conditions if c != S.true))
        yield Instance(sides[0], op, sides[1], kept, chosen, texts)


def _choices(names: Names, lengths: Sequence[int]) -> Iterator[dict[Symbol, Integer]]:
    """Lengths, then indices inside them, then other integers."""
    # lengths that differ matter only where there are several
    counts = [[Integer(m) for m in lengths]] * len(names.lengths)
    indices = list(names.ranges)
    for chosen in sorted(product(*counts), key=lambda found: len(set(found))):
        known = dict(zip(names.lengths, chosen, strict=True))
        bounds = [[h.xreplace(known) for h in names.ranges[at]] for at in indices]
        if not all(b.is_Integer for bound in bounds for b in bound):
            continue
        # an index of nothing may be meant to stay within the lengths, so that beyond them nothing is refuted
        inside = min(map(int, chosen), default=3)
        spans = [range(1, 1 + min((int(b) for b in bound), default=inside)) for bound in bounds]
        others = [[Integer(m) for m in INTEGERS if m > 0 or not s.is_positive] for s in names.others]
        for at in product(*spans):
            for more in product(*others):
                found = known | {s: Integer(m) for s, m in zip(indices, at, strict=True)}
                yield found | dict(zip(names.others, more, strict=True))


def _every(
    relation: Any, chosen: Mapping[Symbol, Integer], names: Names, entries: Any, taken: set[str]
) -> Iterator[Any]:
    """A relation between entries at every value of its indices, lengths as chosen; i != j is one between those chosen."""
    indices = [at for at in names.ranges if at in relation.free_symbols] if relation.has(Indexed) else []
    spans = [range(1, 1 + min((int(h.xreplace(dict(chosen))) for h in names.ranges[at]), default=3)) for at in indices]
    for values in product(*spans):
        yield instantiate(relation, {**chosen, **dict(zip(indices, map(Integer, values), strict=True))}, entries, taken)


def instantiate(expr: Any, chosen: Mapping[Symbol, Any], entries: Any, taken: set[str]) -> Any:
    def at(part: Any) -> Any:
        return instantiate(part, chosen, entries, taken)

    if isinstance(expr, Indexed):
        index, length = at(expr.indices[0]), at(expr.base.shape[0])
        if not (index.is_Integer and length.is_Integer and 1 <= index <= length):
            raise UndefinedError
        key = (str(expr.base), int(index))
        if key not in entries:
            name = f"{key[0]}_{key[1]}"
            while name in taken:
                name += "_"
            entries[key] = real(name)
        return entries[key]
    if isinstance(expr, Sum | LargestOf):
        term, index, low, high = innermost(expr)
        first, last = at(low), at(high)
        if not (first.is_Integer and last.is_Integer) or last < first - isinstance(expr, Sum):
            raise UndefinedError
        terms = [
            instantiate(term, {**chosen, index: Integer(m)}, entries, taken) for m in range(int(first), int(last) + 1)
        ]
        return Add(*terms) if isinstance(expr, Sum) else Max(*terms)
    if isinstance(expr, Derivative):
        return Derivative(at(expr.expr), *((at(variable), times) for variable, times in expr.variable_count))
    if not expr.args:
        return chosen.get(expr, expr)
    return expr.func(*map(at, expr.args))


def refute(instance: Instance) -> Refuted | None:
    """Return a refutation at a point of the instance's real symbols, None where none is found quickly."""
    relations = instance.relations
    try:
        rest, known = solved(relations)
    except (NotSupportedError, UndecidedError, InputError):
        return None
    free = [s for s in instance.symbols if s not in known]
    # sides that need not be equal may be so where all entries are
    equal = instance.op in ("<", ">", "!=")
    for number, start in enumerate(sample_points(free, rest, POINTS, origin=equal)):
        point = dict(start)
        for symbol in reversed(known):
            point[symbol] = known[symbol].xreplace(point)
        if not all(v.is_Rational for v in point.values()):
            continue
        if (found := failure(instance, point, exactly=equal and number == 0)) is not None:
            return found
    return None


def failure(instance: Instance, point: Mapping[Symbol, Expr], exactly: bool = True) -> Refuted | None:
    """Return the refutation at a point of all symbols of the instance, None where the point doesn't show one.

    exactly: also where only the exact zero test tells.
    """
    symbols = instance.symbols
    try:
        left, right = instance.sides
        values = [point[s] for s in symbols]
        # log(x) has no derivative at -1, though 1/x has a value there
        if not all(balls.compiled(part, symbols)(*values).is_finite() for part in instance.differentiated):
            return None
        verdict, bits = Sides(left, instance.op, right, symbols).holds(values, MAX_BITS, exactly)
        if verdict is not False or not fits(point, instance.relations):
            return None
        shown = [_decimal(side, {s: point[s] for s in side.free_symbols}) for side in (left, right)]
    except (NotSupportedError, UndecidedError, InputError):
        return None
    found = instance.named({symbol.name: str(value) for symbol, value in point.items()})
    method = "an instance and a ball" if bits else "an instance, both sides equal"
    return Refuted(method, found, shown[0], shown[1], bits)


def holds_at(instance: Instance, point: Mapping[Symbol, Expr]) -> bool:
    """Whether the assumptions of an instance hold at a point, where both sides have values."""
    try:
        return fits(point, instance.relations) and all(has_value(side, point) for side in instance.sides)
    except (NotSupportedError, UndecidedError, InputError):
        return False


def _decimal(expr: Expr, point: Mapping[Symbol, Rational]) -> str:
    """A certified decimal: both bounds where they differ."""
    below, above = balls.digits(expr, point, 12)
    return below if below == above else f"{below} … {above}"


def without_derivatives(expr: Expr) -> Expr:
    """Carry out derivatives of smooth expressions; raise NotSupportedError for others."""
    if isinstance(expr, Derivative):
        found = apart(without_derivatives(expr.expr))
        for variable, times in expr.variable_count:
            for _ in range(int(times)):
                found = differentiate(found, variable)
        return found
    return expr.func(*map(without_derivatives, expr.args)) if expr.has(Derivative) else expr


def solved(relations: Sequence[Relational]) -> tuple[list[Relational], dict[Symbol, Expr]]:
    """Use linear equations to express symbols by others; return the other relations and the symbols in that order."""
    rest: list[Relational] = list(relations)
    found: dict[Symbol, Expr] = {}
    while (equation := next((r for r in rest if isinstance(r, Eq)), None)) is not None:
        gap = expand(equation.lhs - equation.rhs)
        candidates = ((s, gap.diff(s)) for s in _sorted(gap.free_symbols))
        symbol, slope = next(((s, c) for s, c in candidates if c.is_Rational and c != 0), (None, None))
        if symbol is None:
            raise UndecidedError(f"no points are known that satisfy {equation}")
        solution = expand(symbol - gap / slope)
        rest = [r.xreplace({symbol: solution}) for r in rest if r is not equation]
        if S.false in rest:
            raise UndecidedError("the assumptions have no common point")
        rest = [r for r in rest if r != S.true]
        found[symbol] = solution
    return rest, found
