"""True identities, their mutations, and an independent judge of both: high-precision samples over the whole line."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, repeat
from typing import Any

import mpmath
import sympy as sp
from sympy import Abs, Expr, Heaviside, Max, Min, Piecewise, Rational, cosh, erf, exp, log, pi, sign, sinh, sqrt, tanh

from symact.deadline import deadline
from symact.errors import OutOfTimeError
from symact.proof.relations.relation import decide_relation
from symact.proof.text import read_expression
from symact.symbols import real

x, y, a = real("x"), real("y"), real("a")


def sigmoid(u: Expr) -> Expr:
    return 1 / (1 + exp(-u))


def softplus(u: Expr) -> Expr:
    return log(1 + exp(u))


def relu(u: Expr) -> Expr:
    return Max(0, u)


def gelu(u: Expr) -> Expr:
    return u * (1 + erf(u / sqrt(2))) / 2


#: (left, right, relations), each of them an identity.
IDENTITIES: list[tuple[Any, Any, tuple[Any, ...]]] = [
    (tanh(x), 2 * sigmoid(2 * x) - 1, ()),
    (sigmoid(-x), 1 - sigmoid(x), ()),
    (sp.diff(sigmoid(x), x), sigmoid(x) * (1 - sigmoid(x)), ()),
    (softplus(x) - softplus(-x), x, ()),
    (softplus(x), Max(x, 0) + log(1 + exp(-Abs(x))), ()),
    (sp.diff(tanh(x), x), 1 - tanh(x) ** 2, ()),
    (1 - tanh(x) ** 2, 4 * sigmoid(2 * x) * (1 - sigmoid(2 * x)), ()),
    (x * tanh(softplus(x)), x * ((1 + exp(x)) ** 2 - 1) / ((1 + exp(x)) ** 2 + 1), ()),
    (gelu(x) - gelu(-x), x, ()),
    (relu(x) - relu(-x), x, ()),
    (relu(x) + relu(-x), Abs(x), ()),
    (Max(0, Min(1, (x + 3) / 6)), (relu(x + 3) - relu(x - 3)) / 6, ()),
    (Max(-1, Min(1, x)), relu(x + 1) - relu(x - 1) - 1, ()),
    (Piecewise((x - 1, x > 1), (x + 1, x < -1), (0, True)), relu(x - 1) - relu(-x - 1), ()),
    (Piecewise((x, x > 0), (exp(x) - 1, True)), relu(x) + exp(Min(x, 0)) - 1, ()),
    (sp.diff(x / sqrt(1 + 2 * x**2), x), 1 / sqrt(1 + 2 * x**2) ** 3, ()),
    (x * Heaviside(x, 0), relu(x), ()),
    (x * sign(x), Abs(x), ()),
    (cosh(x) ** 2 - sinh(x) ** 2, sp.Integer(1), ()),
    (sp.asinh(x), log(x + sqrt(x**2 + 1)), ()),
    (relu(a * x), a * relu(x), (a >= 0,)),
    (Piecewise((a * x, x < 0), (x, True)), Max(a * x, x), (a >= 0, a <= 1)),
    (Max(x, y), (x + y + Abs(x - y)) / 2, ()),
    (log(exp(x) + exp(y)), x + softplus(y - x), ()),
    (Abs(x) * Abs(y), Abs(x * y), ()),
    (exp(x + y), exp(x) * exp(y), ()),
    ((x + y) ** 2 - (x - y) ** 2, 4 * x * y, ()),
    (sp.atan(x) + sp.atan(1 / x), pi / 2, (x > 0,)),
    (sp.diff(gelu(x), x), (1 + erf(x / sqrt(2))) / 2 + x * exp(-(x**2) / 2) / sqrt(2 * pi), ()),
    (sp.sin(x) ** 2, (1 - sp.cos(2 * x)) / 2, ()),
    (sp.cos(x) * sp.cos(3 * x), (sp.cos(2 * x) + sp.cos(4 * x)) / 2, ()),
    (tanh(x / 2), (exp(x) - 1) / (exp(x) + 1), ()),
    (Abs(tanh(x)), tanh(Abs(x)), ()),
    (log(x**2), 2 * log(Abs(x)), ()),
    (sqrt(x**2), Abs(x), ()),
    (relu(x) ** 2, x * relu(x), ()),
]

#: A variant: left, op, right, and the relations it is claimed under.
Variant = tuple[Any, str, Any, tuple[Any, ...]]

_SWAPS = {
    sp.exp: sp.cosh,
    sp.tanh: sp.erf,
    sp.erf: sp.tanh,
    sp.Max: sp.Min,
    sp.Min: sp.Max,
    sp.Abs: sp.sign,
    sp.log: sp.asinh,
}


def mutations(seed: int) -> Iterator[Variant]:
    """Yield endless variants: a number, a sign, a function, an exponent, a relation or a condition is another one."""
    chance = random.Random(seed)
    while True:
        left, right, relations = chance.choice(IDENTITIES)
        op = chance.choice(["=="] * 4 + ["<=", ">=", "<", ">", "!="])
        kind = chance.random()
        if kind < 0.12:
            pass
        elif kind < 0.22 and relations:
            relations = tuple(chance.sample(relations, len(relations) - 1))
        else:
            right = _changed(right, chance)
        yield left, op, right, relations


def _changed(expr: Expr, chance: random.Random) -> Expr:
    nodes = [n for n in sp.preorder_traversal(expr) if isinstance(n, Expr)]
    for _ in range(20):
        node = chance.choice(nodes)
        way = chance.random()
        if way < 0.4 and node.is_Rational:
            small = chance.choice([1, -1, Rational(1, 2), Rational(1, 10**6), -Rational(1, 10**12)])
            changed: Expr = node + small
        elif way < 0.5:
            changed = -node
        elif way < 0.7 and node.func in _SWAPS:
            changed = _SWAPS[node.func](*node.args)
        elif way < 0.8 and node.is_Symbol:
            changed = node * chance.choice([2, Rational(99, 100), 1 + Rational(1, 10**9)])
        elif way < 0.9 and node.is_Symbol:
            changed = node + chance.choice([1, Rational(1, 1000)])
        elif way < 1 and node == expr:
            changed = expr + chance.choice([1, -1]) * chance.choice(
                [exp(-(x**2)), Rational(1, 10**20), Max(0, x - 1000)]
            )
        else:
            continue
        found = expr.xreplace({node: changed}) if node != expr else changed
        if not found.has(sp.nan, sp.zoo, sp.I):
            return found
    return expr


_HALF = [1, 0.5, 2, 3, 1e-3, 7, 30, 1001.5, 0.1, 1.5, 1e-9]
_POINTS = [0, *_HALF, *(-p for p in _HALF), 5000, 200]
#: Points at which two sides may be seen to be exactly equal.
_EXACT = [
    sp.S.Zero,
    *(sign * v for v in (sp.S.One, sp.S.Half, sp.S(2), sp.S(3), pi / 2, pi, 2 * pi) for sign in (1, -1)),
]


class Judge:
    """Evaluates one relation with mpmath, independently of the prover."""

    def __init__(self, left: Any, op: str, right: Any, relations: tuple[Any, ...]) -> None:
        self.left, self.right = left, right
        free = left.free_symbols | right.free_symbols | {s for r in relations for s in r.free_symbols}
        self.op, self.relations = op, relations
        self.symbols = sorted(free, key=str)
        self.sides = [sp.lambdify(self.symbols, side, "mpmath") for side in (left, right)]
        self.within = [sp.lambdify(self.symbols, r.lhs - r.rhs, "mpmath") for r in relations]

    def gap(self, point: list[Any]) -> Any:
        """Return left - right at a point, 0 where they agree to all but some digits, None outside or where undefined."""
        try:
            if not all(_holds(w(*point), r.rel_op) for w, r in zip(self.within, self.relations, strict=True)):
                return None
            low, high = (mpmath.mpf(side(*point)) for side in self.sides)
        except (ZeroDivisionError, TypeError, ValueError, OverflowError):
            return None
        if not (mpmath.isfinite(low) and mpmath.isfinite(high)):
            return None
        gap, size = low - high, 1 + abs(low) + abs(high)
        return gap if abs(gap) > size * mpmath.mpf(10) ** -(mpmath.mp.dps // 4) else mpmath.mpf(0)

    def meets(self) -> bool:
        """Return whether both sides are the same closed form at some point inside the assumptions."""
        if len(self.symbols) != 1:
            return False
        (symbol,) = self.symbols
        for value in _EXACT:
            at = {symbol: value}
            if all(r.subs(at) == sp.true for r in self.relations):
                sides = [sp.expand(side.subs(at)) for side in (self.left, self.right)]
                if all(side.is_real and side.is_finite for side in sides) and sides[0] == sides[1]:
                    return True
        return False

    def fails_somewhere(self) -> bool:
        """Return whether a sample shows that the relation fails."""
        if self.op in ("<", ">", "!=") and self.meets():
            return True
        chance = random.Random(5)
        with mpmath.workdps(200):
            for p in _POINTS:
                for _ in range(1 if len(self.symbols) == 1 else 6):
                    point = [mpmath.mpf(v) for v in (p, *chance.choices(_POINTS, k=2))][: len(self.symbols)]
                    chance.shuffle(point)
                    gap = self.gap(point)
                    if gap and not _holds(gap, self.op):
                        with mpmath.workdps(12000):
                            exact = self.gap(point)
                        if exact is not None and not _holds(exact, self.op):
                            return True
        return False

    def fails_at(self, point: dict[str, str]) -> bool:
        """Return whether the relation fails at a point given as texts of exact numbers."""
        with mpmath.workdps(3000):
            values = [mpmath.mpf(sp.N(read_expression(point[s.name]), 3000)) for s in self.symbols]
            gap = self.gap(values)
            return gap is not None and not _holds(gap, self.op)


@dataclass(frozen=True)
class Outcome:
    """The verdict on a variant as its name, whether the judge contradicts it, and the seconds it took."""

    variant: str
    verdict: str
    false: bool
    seconds: float


def judged(variant: Variant, limit: float = 20.0) -> Outcome:
    """Decide one variant within `limit` seconds and let the judge look for the opposite."""
    left, op, right, relations = variant
    start = time.perf_counter()
    try:
        with deadline(limit):
            verdict = decide_relation(left, op, right, relations)
            name, point = verdict.name, dict(getattr(verdict, "counterexample", {}))
    except OutOfTimeError:
        name, point = "undecided", {}
    seconds = time.perf_counter() - start
    judge = Judge(left, op, right, relations)
    false = (name == "proved" and judge.fails_somewhere()) or (name == "refuted" and not judge.fails_at(point))
    under = f" under {', '.join(map(str, relations))}" if relations else ""
    return Outcome(f"{left} {op} {right}{under}", name, false, seconds)


def campaign(seed: int, count: int, executor: Any = None) -> Iterator[Outcome]:
    """Yield the outcomes of the first `count` mutations of a seed, judged here or by an executor's processes."""
    variants = islice(mutations(seed), count)
    return map(judged, variants) if executor is None else executor.map(judged, variants, repeat(20.0), chunksize=8)


def _holds(gap: Any, op: str) -> bool:
    return bool({"==": gap == 0, "!=": gap != 0, "<": gap < 0, "<=": gap <= 0, ">": gap > 0, ">=": gap >= 0}[op])
