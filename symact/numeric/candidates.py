"""Every floating-point form of a smooth expression that might be the best one somewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from sympy import Dummy, Expr, Symbol, cosh, erf, erfc, exp, log, preorder_traversal, sinh, tanh

from ..errors import NotSupportedError
from .direct import Direct
from .expand import Expansion
from .forms import Form, Lowering
from .functions import HEADS
from .graph import Graph
from .kernels import Tower, rewritten
from .rewriting import conjugated, leading, shifted
from .samples import Cell, Point
from .signs import Signs, sampled_signs

__all__ = ["Candidate", "candidates", "clamped", "restated", "whole_candidates"]

#: Functions that become exponentials of one sign, which are computed otherwise for the other.
HYPERBOLIC = (tanh, sinh, cosh, erf, erfc)
SIGNED = (exp, *HYPERBOLIC)
#: For so many choices of parameters the signs must be alike; others are told apart as they come.
FEW = 3


@dataclass(frozen=True)
class Candidate:
    """A form: the node that means what the function is, and the nodes that compute it for float64, for float32 by way of
    float64, and for float32 by its own arithmetic.

    `meaning` is None for an approximation. It applies on the cells numbered `cells`; a `far` one is meant for large |x|.
    """

    meaning: int | None
    double: int
    single: int
    native: int
    cells: frozenset[int]
    far: bool = False

    @classmethod
    def constant(cls, graph: Graph, value: Expr, cell: int, far: bool = False) -> Candidate:
        """Return a value free of the variable as an approximation on one cell."""
        node = Direct(graph).node(value)
        return cls(None, node, node, node, frozenset({cell}), far)


def candidates(
    graph: Graph, variable: Symbol, cell: Cell, number: int, marks: Sequence[float], points: Sequence[Point]
) -> list[Candidate]:
    """Return the candidates for one cell; raise NotSupportedError where a function has no floating-point operation."""
    expr = cell.expr
    assert expr is not None
    sign = sampled_signs(variable, cell, marks, points[:FEW])
    side = sign(variable)
    found: dict[int, Candidate] = {}
    refusal: NotSupportedError | None = None
    builders = [
        *_forms(graph, expr, variable, sign, side),
        *_by_sign(graph, expr, variable, sampled_signs(variable, cell, marks, points), side),
    ]
    for build in builders:
        try:
            node = build()
        except NotSupportedError as reason:
            refusal = reason
            continue
        for candidate in _expanded(graph, node, frozenset({number})):
            found.setdefault(candidate.double, candidate)
    if not found:
        raise refusal or NotSupportedError(f"{expr} has no floating-point form")
    for node in _tails(graph, expr, variable, sign):
        for candidate in _expanded(graph, node, frozenset({number})):
            found.setdefault(candidate.double, replace(candidate, meaning=None, far=True))
    return list(found.values())


def restated(expr: Expr, sign: Callable[[Expr], int]) -> Expr | None:
    """Return the expression as its reduced quotient of kernels means it; it has less to cancel."""
    try:
        written, tower = rewritten(expr, sign)
    except NotSupportedError:
        return None
    return tower.meaning(tower.kernels.quotient(written).expr())


def _tails(graph: Graph, expr: Expr, variable: Symbol, sign: Callable[[Expr], int]) -> Iterator[int]:
    """Leading terms where exponentials vanish: approximations for large |x|, where other forms under- or overflow."""
    try:
        written, tower = rewritten(expr, sign, tail=True)
    except NotSupportedError:
        return
    if tower.kernels.of("exp"):
        cut = leading(written, tower.kernels)
        yield Lowering(graph, tower.kernels, variable).node(cut)
        yield Lowering(graph, tower.kernels, variable, Form(halved=True)).node(cut)


def whole_candidates(graph: Graph, expr: Expr, cells: Sequence[int]) -> list[Candidate]:
    """Return the expression as it is written, for all cells together."""
    return list(_expanded(graph, Direct(graph).node(expr), frozenset(cells)))


def clamped(
    graph: Graph,
    variable: Symbol,
    ends: Sequence[tuple[Expr, object]],
    found: Sequence[Candidate],
    cost: Sequence[float],
) -> list[Candidate]:
    """Return forms that serve several cells, without a branch, by clamping x to each of them.

    At a continuous join e with cell values L and R, f(x) = L(min(x, e)) + R(max(x, e)) - f(e). That is one of the three
    terms where L or R is constant, and two where f(e) = 0. Where a join is not continuous, measuring will tell.
    """
    x = graph.symbol(variable)
    cheap: dict[int, list[int]] = {}
    for c, _ in sorted(zip(found, cost, strict=True), key=lambda pair: pair[1]):
        if c.meaning is not None and len(c.cells) == 1:
            cheap.setdefault(min(c.cells), []).append(c.meaning)
    result: list[Candidate] = []
    for first in sorted(cheap):
        spans = [cheap[first][0]]
        for last in range(first + 1, len(ends) + 1):
            at, value = ends[last - 1]
            if not isinstance(value, Expr) or last not in cheap:
                break
            edge = Direct(graph).node(at)
            spans = [
                node
                for left in spans
                for right in cheap[last][:3]
                if (node := _joined(graph, x, edge, left, right, value)) is not None
            ][:3]
            for node in spans:
                result += _expanded(graph, node, frozenset(range(first, last + 1)))
    return result


def _joined(graph: Graph, x: int, edge: int, left: int, right: int, value: Expr) -> int | None:
    # x last: of two zeros NumPy takes the second, so that -0.0 stays -0.0
    low, high = graph.apply("min", edge, x), graph.apply("max", edge, x)
    constant = [x not in graph.needed([side]) for side in (left, right)]
    if constant[0] != constant[1]:
        return graph.replaced(right, x, high) if constant[0] else graph.replaced(left, x, low)
    if value != 0 or all(constant):
        return None
    return graph.add(graph.replaced(left, x, low), graph.replaced(right, x, high))


def _expanded(graph: Graph, node: int, cells: frozenset[int]) -> Iterator[Candidate]:
    """A form with plain arguments, and with arguments of exponentials in twofold precision where that differs."""
    short = Expansion(graph, short=True).node(node)
    plain = Expansion(graph).node(node)
    native = Expansion(graph, short=True, digits=24).node(node)
    yield Candidate(node, plain, short, native, cells)
    precise = Expansion(graph, precise=True).node(node)
    if precise != plain:
        compensated = Expansion(graph, precise=True, short=True, digits=24).node(node)
        yield Candidate(node, precise, short, compensated, cells)
    nested = Expansion(graph, precise=True, nested=True).node(node)
    if nested != precise:
        yield Candidate(node, nested, short, native, cells)


def _forms(
    graph: Graph, expr: Expr, variable: Symbol, sign: Callable[[Expr], int], side: int
) -> Iterator[Callable[[], int]]:
    yield lambda: Direct(graph).node(expr)
    if not expr.has(variable):
        return
    for expand in (True, False) if expr.has(*HYPERBOLIC) else (True,):
        yield from _lowered(graph, expr, variable, sign, side, expand)
    if side and not any(expr.has(function) for function in HEADS if function is not log):
        yield from _inverted(graph, expr, variable, sign, side)


def _lowered(
    graph: Graph, expr: Expr, variable: Symbol, sign: Callable[[Expr], int], side: int, expand: bool
) -> Iterator[Callable[[], int]]:
    try:
        written, tower = rewritten(expr, sign, expand)
    except NotSupportedError as reason:
        yield _refuse(reason)
        return
    kernels = tower.kernels
    exponentials, logarithms = kernels.of("exp"), kernels.of("log")
    forms = [Form(folded=True), Form()] if side else [Form()]
    if logarithms:
        forms += [replace(form, log1p=False) for form in forms]
    forms.append(replace(forms[0], expanded=True))
    if exponentials:
        first = forms[0]
        forms += [replace(first, halved=True), replace(first, powers_last=True)]
        forms += [replace(first, halved=True, powers_last=True), replace(first, powers_last=True, expanded=True)]
    for form in forms:
        yield _lowering(graph, tower, variable, form, side, written)
    if kernels.of("root"):
        yield _lowering(graph, tower, variable, forms[0], side, conjugated(written, kernels))
    if logarithms and kernels.of("root"):
        inside, conjugate = rewritten(expr, sign, expand, inside=conjugated)
        for form in (forms[0], replace(forms[0], log1p=False)):
            yield _lowering(graph, conjugate, variable, form, side, inside)
    if logarithms and side:
        apart, parts = rewritten(expr, sign, expand, outer=variable)
        if apart != written:
            yield _lowering(graph, parts, variable, forms[0], side, apart)
    if exponentials:
        moved = shifted(written, kernels)
        for form in forms[: 2 if logarithms else 1]:
            yield _lowering(graph, tower, variable, form, side, moved)


def _by_sign(
    graph: Graph, expr: Expr, variable: Symbol, signs: Signs, side: int, depth: int = 2
) -> list[Callable[[], int]]:
    """Forms for either sign of an argument that parameters may give both signs, and a choice between them."""
    argument = next((u for u in _arguments(expr, variable) if signs.both(u)), None)
    if argument is None or depth == 0:
        return []
    halves = [
        _by_sign(graph, expr, variable, there, side, depth - 1)
        or list(_lowered(graph, expr, variable, there, side, True))
        for there in (signs.where(argument, -1), signs.where(argument, 1))
    ]
    return [_choice(graph, argument, *pair) for pair in zip(*halves, strict=False)]


def _arguments(expr: Expr, variable: Symbol) -> Iterator[Expr]:
    """The arguments of functions that have another form for either sign."""
    for part in preorder_traversal(expr):
        if isinstance(part, SIGNED) and part.has(variable):
            yield part.exp if isinstance(part, exp) else part.args[0]


def _choice(graph: Graph, argument: Expr, below: Callable[[], int], above: Callable[[], int]) -> Callable[[], int]:
    negative = Direct(graph).node(argument), graph.number(0)
    return lambda: graph.apply("select", graph.apply("less", *negative), below(), above())


def _lowering(
    graph: Graph, tower: Tower, variable: Symbol, form: Form, side: int, written: Expr, inverse: Symbol | None = None
) -> Callable[[], int]:
    return lambda: Lowering(graph, tower.kernels, variable, form, side, inverse).node(written)


def _inverted(
    graph: Graph, expr: Expr, variable: Symbol, sign: Callable[[Expr], int], side: int
) -> Iterator[Callable[[], int]]:
    """An algebraic expression in w = 1/x, for large x."""
    w = Dummy("w", positive=side > 0, negative=side < 0)
    for inside in (None, conjugated):
        try:
            written, tower = rewritten(
                expr.xreplace({variable: 1 / w}), lambda e: sign(e.xreplace({w: 1 / variable})), outer=w, inside=inside
            )
        except NotSupportedError as reason:
            yield _refuse(reason)
            return
        forms = [written, conjugated(written, tower.kernels)] if tower.kernels.of("root") else [written]
        for form in forms:
            yield _lowering(graph, tower, variable, Form(), side, form, w)
        if not (tower.kernels.of("root") and tower.kernels.of("log")):
            return


def _refuse(reason: NotSupportedError) -> Callable[[], int]:
    def build() -> int:
        raise reason

    return build
