"""What a statement about vectors becomes in one case of equal indices: a relation between ordinary real expressions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from math import prod
from typing import Any

from sympy import Derivative, Expr, Indexed, KroneckerDelta, S, Sum, Symbol, exp
from sympy.core.relational import Relational

from ...claims.model import Claim, Relation
from ...errors import NotSupportedError, SymactError
from ...symbols import LargestOf, real
from ..algebra.assume import Assumptions, assuming
from .folds import is_nonnegative, largest_exponent, outer_folds, terms_of_maximum
from .instances import Names
from .sums import Normalizer, apart, innermost, is_positive

__all__ = ["Ordinary", "Problem", "partitions", "problem_of"]

Replaced = dict[Expr, Expr]

#: Choices of indices at which an assumption about entries is put down.
MAX_PLACES = 32


@dataclass(frozen=True)
class Ordinary:
    """left op right under relations, without sums and entries: it implies the statement in its case."""

    left: Expr
    op: str
    right: Expr
    relations: tuple[Relational, ...]


@dataclass(frozen=True)
class Problem:
    """A statement whose bound indices have names of their own, and its integers."""

    left: Expr
    op: str
    right: Expr
    relations: tuple[Relational, ...]
    names: Names

    @property
    def needs_cases(self) -> bool:
        """Whether it matters from the start which indices are equal."""
        return any(bool(p.has(KroneckerDelta)) or _has_entry_derivative(p) for p in (self.left, self.right))

    def indices(self) -> list[Expr]:
        """Return the free indices, numbers first, so that a class of equal ones is named by its number."""
        parts = (self.left, self.right)
        used = {e.indices[0] for p in parts for e in p.atoms(Indexed)} | {
            a for p in parts for d in p.atoms(KroneckerDelta) for a in d.args
        }
        numbers = sorted(u for u in used if u.is_Integer)
        return [*numbers, *sorted((u for u in used if u in self.names.ranges), key=str)]

    def ordinary(self, classes: Sequence[Sequence[Expr]] | None) -> Iterator[Ordinary]:
        """Yield relations that each imply the statement where exactly the indices of a class are equal; None: in all cases.

        An assumption about entries at an index that the statement doesn't have holds at every index. Yields nothing where
        the assumptions exclude the case. Raises UndecidedError and NotSupportedError where a sum can't be reduced.
        """
        distinct = classes is not None
        groups = classes or []
        merge = _merged(groups)
        heads = [group[0] for group in groups]
        ranges: dict[Expr, frozenset[Expr]] = {}
        for at, lengths in self._ranges().items():
            head = merge.get(at, at)
            ranges[head] = ranges.get(head, frozenset()) | lengths
        deltas = {KroneckerDelta(a, b): S.Zero for a in heads for b in heads if a != b} if distinct else {}

        def prepared(part: Expr, normalize: Normalizer) -> Expr:
            return normalize(part.xreplace(merge).xreplace(deltas)).xreplace(deltas)

        given = list(dict.fromkeys(r.xreplace(merge) for stated in self.relations for r in self._everywhere(stated)))
        known = assuming(*(r for r in given if isinstance(r, Relational) and not r.has(Sum, LargestOf)))
        plain = Normalizer(ranges, lambda e: False)
        normalize = Normalizer(ranges, lambda e: (e.is_Symbol or isinstance(e, Indexed)) and known.sign(e) == 1)
        left, right = prepared(self.left, normalize), prepared(self.right, normalize)
        relations = []
        for relation in given:
            try:
                found = relation.func(*(prepared(side, plain) for side in relation.args))
            except SymactError:
                continue  # fewer assumptions prove no more than is true
            if found != S.true:
                relations.append(found)
        if S.false in relations:
            return
        for kernels, facts in self._abstractions(left, right, relations, heads, ranges, known):
            conditions = [
                relation.func(*(_replaced(side, kernels) for side in relation.args)) for relation in relations
            ]
            conditions = [c for c in (*conditions, *facts) if c != S.true]
            if S.false not in conditions:
                # sums that were written as products let logarithms be split once more
                facts_known = assuming(*conditions)
                again = Normalizer({}, partial(_has_sign, facts_known))
                sides = [again(_replaced(side, kernels)) for side in (left, right)]
                yield Ordinary(sides[0], self.op, sides[1], tuple(dict.fromkeys(conditions)))

    def excludes(self, classes: Sequence[Sequence[Expr]]) -> bool:
        """Return whether an assumption about indices, such as i != j, excludes that exactly those of a class are equal."""
        return any(relation.xreplace(_merged(classes)) == S.false for relation in self.relations)

    def _everywhere(self, relation: Relational) -> Iterator[Relational]:
        """What is assumed, at every index of the statement for an index that isn't one of them."""
        yield relation
        ranges, own = self._ranges(), self.indices()
        indices = [at for at in self.names.ranges if at in relation.free_symbols and at not in own]
        places = [[other for other, lengths in ranges.items() if ranges[at] <= lengths] for at in indices]
        if prod(map(len, places)) <= MAX_PLACES:
            yield from (relation.xreplace(dict(zip(indices, chosen, strict=True))) for chosen in product(*places))

    def _ranges(self) -> dict[Expr, frozenset[Expr]]:
        """Indices, and numbers used as such, with the lengths they stay within."""
        found: dict[Expr, frozenset[Expr]] = dict(self.names.ranges)
        for part in (self.left, self.right):
            for entry in part.atoms(Indexed):
                if entry.indices[0].is_Integer:
                    found[entry.indices[0]] = found.get(entry.indices[0], frozenset()) | {entry.base.shape[0]}
        return found

    def _abstractions(
        self,
        left: Expr,
        right: Expr,
        relations: Sequence[Relational],
        classes: Sequence[Expr],
        ranges: Any,
        known: Assumptions,
    ) -> Iterator[tuple[Replaced, list[Any]]]:
        """Yield what stands for sums, maxima and entries, and what is known of it; every choice is true of the original."""
        parts = (left, right, *relations)
        taken = {s.name for p in parts for s in p.free_symbols}
        entries: Replaced = {}
        facts: list[Any] = []
        folds = sorted({f for p in parts for f in outer_folds(p)}, key=str)
        inside = (term for fold in folds for term in terms_of_maximum(fold, [*classes, *ranges], ranges))
        for entry in sorted({e for p in (*parts, *inside) for e in p.atoms(Indexed) if not _bound_in(e)}, key=str):
            entries[entry] = _fresh(str(entry.base), taken)
        for integer in sorted(
            {s for p in parts for s in p.free_symbols if s.is_Symbol and s.is_integer and s.name[0] not in "#@"},
            key=str,
        ):
            entries[integer] = _fresh(integer.name, taken)
            if integer.is_positive:
                count = sum(integer in ranges.get(c, ()) for c in classes)
                facts.append(entries[integer] >= max(1, count))

        plain, plain_facts = dict(entries), list(facts)
        for fold in folds:
            plain[fold] = _fresh("s", taken)
            if is_positive(fold, partial(_has_sign, known)):
                plain_facts.append(plain[fold] > 0)
            elif isinstance(fold, Sum) and is_nonnegative(innermost(fold)[0]):
                plain_facts.append(plain[fold] >= 0)
            if isinstance(fold, LargestOf):
                plain_facts += [
                    plain[fold] >= _replaced(t, entries) for t in terms_of_maximum(fold, [*classes, *ranges], ranges)
                ]
        yield plain, plain_facts
        if self.op in ("==", "!="):
            return
        yield from self._split(folds, plain, plain_facts, entries, classes, ranges, known, taken)

    def _split(
        self,
        folds: Sequence[Expr],
        plain: Replaced,
        facts: list[Any],
        entries: Replaced,
        classes: Sequence[Expr],
        ranges: Any,
        known: Assumptions,
        taken: set[str],
    ) -> Iterator[tuple[Replaced, list[Any]]]:
        """Terms of nonnegative sums named apart: those at the free indices, or all measured by the largest."""
        split, more = dict(plain), list(facts)
        for fold in folds:
            if not isinstance(fold, Sum):
                continue
            term, index, low, high = innermost(fold)
            inside = [_replaced(term.xreplace({index: c}), entries) for c in classes if high in ranges.get(c, ())]
            if low != 1 or not inside or not is_nonnegative(term) or term.has(Sum, LargestOf):
                continue
            # measured by its first term where that is an exponential, so that a logarithm can be split
            unit = inside[0] if isinstance(inside[0], exp) else S.One
            rest = _fresh("r", taken)
            others = known.sign(high - len(inside)) == 1 and is_positive(term, lambda e: False)
            more.append(rest > 0 if others else rest >= 0)
            split[fold] = unit * (sum(part / unit for part in inside) + rest)
        if split != plain:
            yield split, more
        for name, units in (("t", lambda high: (1, high, 1)), ("u", lambda high: (0, 1, high))):
            scaled, more = dict(plain), list(facts)
            for fold in folds:
                largest = largest_exponent(fold, folds)
                if largest is None:
                    continue
                factor, maximum, high = largest
                # Σ exp(a*v_k) lies between exp(a*max v) and n times that
                low, up, unit = units(_replaced(high, entries))
                ratio = _fresh(name, taken)
                more += [ratio >= low if low else ratio > low, ratio <= up]
                scaled[fold] = ratio * unit * exp(factor * plain[maximum])
            if scaled != plain:
                yield scaled, more


def _merged(classes: Sequence[Sequence[Expr]]) -> Replaced:
    """Every index of a class by the first one."""
    return {at: group[0] for group in classes for at in group[1:]}


def problem_of(claim: Claim) -> Problem:
    """Return the statement of a claim with bound indices renamed; raise NotSupportedError for another statement."""
    statement = claim.statement
    if not isinstance(statement, Relation):
        raise NotSupportedError("of vectors, only relations are decided")
    left, right, *relations = (_apart(p) for p in (statement.left, statement.right, *claim.relations))
    return Problem(left, statement.op, right, tuple(relations), Names.of((left, right, *relations)))


def _apart(part: Any) -> Any:
    return part.func(*map(apart, part.args)) if isinstance(part, Relational) else apart(part)


def _has_sign(known: Assumptions, expr: Expr) -> bool:
    return known.sign(expr) == 1


def _has_entry_derivative(part: Expr) -> bool:
    return any(isinstance(variable, Indexed) for node in part.atoms(Derivative) for variable, _ in node.variable_count)


def partitions(indices: Sequence[Expr]) -> Iterator[list[list[Expr]]]:
    """Yield all ways in which indices may be equal; two numbers never are."""
    if not indices:
        yield []
        return
    *front, last = indices
    for classes in partitions(front):
        yield [*classes, [last]]
        for m, group in enumerate(classes):
            if not (last.is_Integer and group[0].is_Integer):
                yield [*classes[:m], [*group, last], *classes[m + 1 :]]


def _fresh(name: str, taken: set[str]) -> Symbol:
    number = next(m for m in range(1, 10**6) if f"{name}{m}" not in taken)
    taken.add(f"{name}{number}")
    return real(f"{name}{number}")


def _bound_in(entry: Indexed) -> bool:
    return any(str(s)[0] in "#@" for s in entry.indices[0].free_symbols)


def _replaced(expr: Any, kernels: Mapping[Expr, Expr]) -> Any:
    """Replace from the outside, so that a symbol inside a sum stays where the sum goes."""
    if expr in kernels:
        return kernels[expr]
    return expr.func(*(_replaced(part, kernels) for part in expr.args)) if expr.args else expr
