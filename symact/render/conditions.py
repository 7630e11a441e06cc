"""The conditions of branches as they hold in effect: x > 0, else becomes x > 0 and x ≤ 0."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import And, Eq, Expr, FiniteSet, Ge, Gt, Interval, Le, Lt, Ne, Not, Or, S, Union, oo
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean
from sympy.sets.sets import Complement, Intersection, Set

from ..proof.algebra.assume import NOTHING, Assumptions, conjuncts
from .order import is_negative, is_variable

__all__ = ["Chain", "Condition", "effective", "merged"]

#: Relation class → its sign, its negation, and the relation with its sides exchanged.
SIGN: dict[type[Relational], str] = {Lt: "<", Le: "<=", Gt: ">", Ge: ">=", Eq: "=", Ne: "!="}
NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@dataclass(frozen=True)
class Chain:
    """Relations in a row: terms a, x, b with signs <=, < stand for a <= x < b."""

    terms: tuple[Expr, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Condition:
    """What to print beside a branch: "for", chains and conditions of another kind, joined by "and" or "or".

    The word may also be "always" or "otherwise", alone, or "otherwise for".
    """

    word: str
    chains: tuple[Chain, ...] = ()
    joint: str = "and"
    others: tuple[Boolean, ...] = ()


@dataclass
class _Bounds:
    """Bounds of one quantity; None where two of them can't be compared."""

    low: list[tuple[Expr, bool]] = field(default_factory=list)
    high: list[tuple[Expr, bool]] = field(default_factory=list)
    equal: list[Expr] = field(default_factory=list)
    unequal: list[Expr] = field(default_factory=list)

    def add(self, sign: str, bound: Expr) -> None:
        """Note that the quantity stands in this relation to the bound."""
        if sign == "=":
            self.equal.append(bound)
        elif sign == "!=":
            self.unequal.append(bound)
        else:
            (self.low if sign[0] == ">" else self.high).append((bound, len(sign) == 1))

    def chains(self, quantity: Expr, known: Assumptions = NOTHING) -> list[Chain] | None:
        """Return the bounds as few chains, None where it can't be seen which bound is the sharper."""
        low, high = _sharpest(self.low, 1, known), _sharpest(self.high, -1, known)
        if low is None or high is None or len(set(self.equal)) > 1:
            return None
        unequal = []
        for bound in dict.fromkeys(self.unequal):
            # x >= 0 and x != 0 is x > 0
            touched = [end for end in (low, high) if end and end[0][0] == bound]
            for end in touched:
                end[0] = (bound, True)
            if not touched:
                unequal.append(Chain((quantity, bound), ("!=",)))
        if self.equal:
            return None if low or high else [Chain((quantity, self.equal[0]), ("=",)), *unequal]
        if low and high:
            terms = (low[0][0], quantity, high[0][0])
            return [Chain(terms, ("<" if low[0][1] else "<=", "<" if high[0][1] else "<=")), *unequal]
        for ends, sign in ((low, ">"), (high, "<")):
            if ends:
                return [Chain((quantity, ends[0][0]), (sign if ends[0][1] else sign + "=",)), *unequal]
        return unequal


def _sharpest(bounds: list[tuple[Expr, bool]], side: int, known: Assumptions) -> list[tuple[Expr, bool]] | None:
    """Return the sharpest bound as a list of one, an empty list where there is none, None where it can't be decided."""
    best: tuple[Expr, bool] | None = None
    for bound, strict in bounds:
        if best is None:
            best = bound, strict
        elif bound == best[0]:
            best = bound, strict or best[1]
        else:
            signs = {side * s for s in known.signs(bound - best[0])}
            if signs == {1}:
                best = bound, strict
            elif signs == {0, 1} and strict >= best[1]:
                # where the bounds coincide, the strict one must win
                best = bound, strict
            elif not (signs == {-1} or (signs == {0, -1} and best[1] >= strict)):
                return None
    return [] if best is None else [best]


def effective(branches: Sequence[tuple[Expr, Boolean]], known: Assumptions = NOTHING) -> list[Condition | None]:
    """Return the condition under which each branch of a Piecewise is the one that counts, None where that is never.

    `known` serves to compare bounds with parameters. Where the condition can't be written shortly, a branch has the
    word "otherwise", with its own condition if it has one.
    """
    conditions = [condition for _, condition in branches]
    by_sets = _by_sets(conditions)
    if by_sets is not None:
        return by_sets
    earlier: list[Boolean] = []
    found: list[Condition | None] = []
    for condition in conditions:
        found.append(_following(earlier, condition, known))
        earlier.append(condition)
    return found


def _following(earlier: list[Boolean], condition: Boolean, known: Assumptions) -> Condition:
    """Return a condition joined with the negation of all earlier ones."""
    own = [] if condition == S.true else list(conjuncts(condition))
    if own and all(_exclude(condition, other, known) for other in earlier):
        return merged(own, known)
    if all(isinstance(c, Relational) for c in earlier):
        joined = _joined([(c, True) for c in earlier] + [(c, False) for c in own], known)
        if joined is not None and len(joined) <= 2:
            return Condition("for", joined)
    if len(earlier) == 1 and isinstance(earlier[0], And | Or) and not own:
        # not (a and b) is (not a) or (not b)
        groups = [earlier[0].args] if isinstance(earlier[0], Or) else [(part,) for part in earlier[0].args]
        parts = [_joined([(part, True) for part in group], known) for group in groups]
        if all(part is not None for part in parts):
            chains = tuple(chain for part in parts for chain in part or ())
            return Condition("for", chains, "or" if len(groups) > 1 else "and")
    return Condition("otherwise") if not own else Condition("otherwise for", *_plain(own, known))


def _exclude(a: Boolean, b: Boolean, known: Assumptions) -> bool:
    """Whether two conditions certainly never hold together: they bound one quantity from different sides."""
    parts = [*conjuncts(a), *conjuncts(b)]
    if not all(part.func in SIGN for part in parts):
        return False
    bounds: dict[Expr, tuple[list[tuple[Expr, bool]], list[tuple[Expr, bool]]]] = {}
    for quantity, sign, bound in map(_turned, parts):
        low, high = bounds.setdefault(quantity, ([], []))
        if sign in {">", ">=", "="}:
            low.append((bound, sign == ">"))
        if sign in {"<", "<=", "="}:
            high.append((bound, sign == "<"))
    return any(
        known.signs(top - bottom) <= ({-1, 0} if strict or open_ else {-1})
        for low, high in bounds.values()
        for bottom, strict in low
        for top, open_ in high
    )


def merged(conditions: Iterable[Boolean], known: Assumptions = NOTHING) -> Condition:
    """Return conditions that hold together, with the bounds of one quantity joined to one chain."""
    parts = [part for c in conditions for part in conjuncts(c) if part != S.true]
    if not parts:
        return Condition("always")
    if len(parts) == 1 and isinstance(parts[0], Or):
        options = [_joined([(part, False)], known) for part in parts[0].args]
        if all(option is not None for option in options):
            return Condition("for", tuple(chain for option in options for chain in option or ()), "or")
    return Condition("for", *_plain(parts, known))


def _plain(parts: list[Boolean], known: Assumptions) -> tuple[Any, ...]:
    """The fields of a condition after its word."""
    joined = _joined([(part, False) for part in parts], known)
    if joined is not None:
        return joined, "and"
    chains = tuple(Chain((part.lhs, part.rhs), (SIGN[part.func],)) for part in parts if part.func in SIGN)
    return chains, "and", tuple(part for part in parts if part.func not in SIGN)


def _joined(parts: list[tuple[Boolean, bool]], known: Assumptions) -> tuple[Chain, ...] | None:
    """Return relations, each as it is or negated, as chains, None where one is no relation or bounds are unclear."""
    bounds: dict[Expr, _Bounds] = {}
    for part, negated in parts:
        if isinstance(part, Not):
            part, negated = part.args[0], not negated
        if part.func not in SIGN:
            return None
        quantity, sign, bound = _turned(part)
        bounds.setdefault(quantity, _Bounds()).add(NEGATED[sign] if negated else sign, bound)
    found: list[Chain] = []
    for quantity, bound in bounds.items():
        chains = bound.chains(quantity, known)
        if chains is None:
            return None
        found += chains
    return tuple(found)


def _turned(relation: Relational) -> tuple[Expr, str, Expr]:
    """Return a relation with the variable, or else a symbol, on the left, without a minus there."""
    left, right = relation.lhs, relation.rhs

    def weight(side: Expr) -> tuple[bool, bool]:
        return any(map(is_variable, side.free_symbols)), bool(side.free_symbols)

    sign = SIGN[relation.func]
    if weight(right) > weight(left):
        left, sign, right = right, TURNED[sign], left
    if is_negative(left):
        left, sign, right = -left, TURNED[sign], -right
    return left, sign, right


def _by_sets(conditions: list[Boolean]) -> list[Condition | None] | None:
    """Effective conditions by exact arithmetic of intervals, None unless all concern one quantity and numbers."""
    quantities: set[Expr] = set()
    regions = [_region(c, quantities) for c in conditions]
    if None in regions or len(quantities) != 1:
        return None
    quantity = quantities.pop()
    rest: Set = S.Reals
    found: list[Condition | None] = []
    for region in regions:
        part = Intersection(rest, region)
        rest = Complement(rest, region)
        if part == S.EmptySet:
            found.append(None)
            continue
        chains = _of_set(part, quantity)
        if chains is None:
            return None
        found.append(Condition("for", tuple(chains), "or") if chains else Condition("always"))
    return found


def _region(condition: Boolean, quantities: set[Expr]) -> Set | None:
    """Return the values of the one quantity a condition allows; notes the quantity."""
    if condition in (S.true, S.false):
        return S.Reals if condition == S.true else S.EmptySet
    if isinstance(condition, And | Or):
        parts = [_region(c, quantities) for c in condition.args]
        if None in parts:
            return None
        return Intersection(*parts) if isinstance(condition, And) else Union(*parts)
    if condition.func not in SIGN:
        return None
    quantity, sign, bound = _turned(condition)
    quantities.add(quantity)
    if not (bound.is_number and bound.is_comparable and quantity.free_symbols):
        return None
    return {
        "<": Interval.open(-oo, bound),
        "<=": Interval(-oo, bound),
        ">": Interval.open(bound, oo),
        ">=": Interval(bound, oo),
        "=": FiniteSet(bound),
        "!=": Union(Interval.open(-oo, bound), Interval.open(bound, oo)),
    }[sign]


def _of_set(region: Set, quantity: Expr) -> list[Chain] | None:
    """Return at most two chains that describe a set of numbers."""
    parts = region.args if isinstance(region, Union) else (region,)
    chains = []
    if not all(isinstance(part, Interval | FiniteSet) for part in parts):
        return None
    ends = [(p.start, p.end, p.left_open, p.right_open) for p in parts if isinstance(p, Interval)]
    if len(parts) == len(ends) == 2 and ends[0][1] == ends[1][0] and (ends[0][0], ends[1][1]) == (-oo, oo):
        return [Chain((quantity, ends[0][1]), ("!=",))]
    for part in parts:
        if isinstance(part, FiniteSet):
            chains += [Chain((quantity, point), ("=",)) for point in part.args]
            continue
        bounds = _Bounds()
        if part.start != -oo:
            bounds.add(">" if part.left_open else ">=", part.start)
        if part.end != oo:
            bounds.add("<" if part.right_open else "<=", part.end)
        chains += bounds.chains(quantity) or []
    return chains if len(chains) <= 2 else None
