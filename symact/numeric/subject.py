"""What is to be computed: a definition's n-th derivative as cells with smooth expressions, values at their ends, limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import sympy as sp
from sympy import Expr, S, Symbol, oo

from ..definition import Definition, Parameter
from ..errors import NotSupportedError, UndecidedError
from ..named import unfold
from ..proof.algebra.assume import Assumptions, assuming
from ..proof.algebra.zeros import real_zeros, sort_points
from ..proof.functions.pieces import Piece, Pieces, split
from ..proof.functions.sign_cases import by_cases
from .samples import Cell

__all__ = ["Subject", "subject"]

#: Functions whose stable form depends on the sign of their argument.
_SIGNED = (sp.exp, sp.tanh, sp.sinh, sp.cosh, sp.erf, sp.erfc, sp.atan, sp.asinh, sp.log)
#: More parts than this a piece is not cut into.
MAX_CUTS = 4
#: So many expressions are told apart by their signs for a limit.
CASES = 2


@dataclass(frozen=True)
class Subject:
    """A function of `variable`: cells in increasing order without gaps, and the values at the ends between them.

    An end's value is None where the function is undefined, and "inner" where the end is only a cut through one smooth
    expression. A limit is None where there is none or it is nan, "form" where it wasn't found exactly; it may depend on the
    parameters. `whole` is the expression for all cells at once, as it was written, if the order is 0.
    """

    variable: Symbol
    parameters: tuple[Parameter, ...]
    known: Assumptions
    cells: tuple[Cell, ...]
    ends: tuple[tuple[Expr, Expr | str | None], ...]
    limits: tuple[Expr | str | None, Expr | str | None]
    whole: Expr | None


def subject(definition: Definition, order: int) -> Subject:
    """Return the n-th derivative of a definition; where its pieces can't be found exactly, with its switches in place."""
    x = definition.variable
    known = assuming(*(p.assume for p in definition.parameters))
    definition = replace(definition, expr=unfold(definition.expr))
    try:
        pieces = split(definition.expr, x, known)
        for n in range(order):
            pieces = pieces.derivative(definition.slopes if n == 0 else ())
    except (NotSupportedError, UndecidedError):
        return _unsplit(definition, order, known)
    cells, ends = _cells(pieces)
    limits = (_limit(pieces, -1), _limit(pieces, 1))
    whole = definition.expr if order == 0 else pieces.pieces[0].expr if len(pieces.pieces) == 1 else None
    return Subject(x, definition.parameters, known, tuple(cells), tuple(ends), limits, whole)


def _unsplit(definition: Definition, order: int, known: Assumptions) -> Subject:
    """The derivative branch by branch; where branches meet, which slope it has is left to the conditions."""
    x = definition.variable
    expr = definition.expr if order == 0 else sp.diff(definition.expr.rewrite(sp.Piecewise), x, order)
    cells = Cell(-oo, S.Zero, expr), Cell(S.Zero, oo, expr)
    return Subject(x, definition.parameters, known, cells, ((S.Zero, "inner"),), ("form", "form"), expr)


def _limit(pieces: Pieces, side: int) -> Expr | str | None:
    """The limit at ±infinity; a choice where it depends on the signs of the parameters."""
    outer = pieces.pieces[0 if side < 0 else -1]
    if (outer.left if side < 0 else outer.right) not in (oo, -oo):
        return None

    def limit(expr: Expr, known: Assumptions) -> Expr | None:
        return replace(pieces, pieces=(replace(outer, expr=expr),), values=(), known=known).limit(side)

    try:
        cases = by_cases(limit, outer.expr, pieces.variable, pieces.known, CASES)
    except (UndecidedError, NotSupportedError):
        return "form"
    if all(value is None for _, value in cases):
        return None
    # a value such as 1/a isn't there where a = 0
    nowhere = None, S.NaN, S.ComplexInfinity
    *others, (_, last) = [(sp.And(*holds), S.NaN if value in nowhere else value) for holds, value in cases]
    return sp.Piecewise(*((value, condition) for condition, value in others), (last, True))


def _cells(pieces: Pieces) -> tuple[list[Cell], list[tuple[Expr, Expr | str | None]]]:
    """Cells that cover the line, undefined ones too."""
    values = pieces.value_at
    cells: list[Cell] = []
    ends: list[tuple[Expr, Expr | str | None]] = []
    position: Expr = -oo
    for piece in pieces.pieces:
        if piece.left != position:
            if cells:
                ends.append((position, values[position]))
            cells.append(Cell(position, piece.left, None))
        if cells:
            ends.append((piece.left, values[piece.left]))
        cuts = _cuts(piece, pieces)
        edges = [piece.left, *cuts, piece.right]
        for low, high in pairwise(edges):
            if low in cuts:
                ends.append((low, "inner"))
            cells.append(Cell(low, high, piece.expr))
        position = piece.right
    if position != oo:
        ends.append((position, values[position]))
        cells.append(Cell(position, oo, None))
    return cells, ends


def _cuts(piece: Piece, pieces: Pieces) -> list[Expr]:
    """Points inside a smooth piece where arguments of exponentials and the like change their sign, and 0."""
    x, known = pieces.variable, pieces.known
    if piece.expr.is_polynomial(x):
        return []
    changes = list(dict.fromkeys(_sign_changes(piece.expr, x, known)))[:MAX_CUTS]
    for candidates in ([*changes, S.Zero], changes, [S.Zero]):
        cuts = [cut for z in candidates if (cut := _clipped(piece, z, known)) is not None]
        try:
            return sort_points(list(dict.fromkeys(cuts)), known)
        except (NotSupportedError, UndecidedError):
            continue
    return []


def _sign_changes(expr: Expr, x: Symbol, known: Assumptions) -> Iterator[Expr]:
    for node in sp.preorder_traversal(expr):
        if isinstance(node, _SIGNED) and node.has(x):
            argument = node.exp if isinstance(node, sp.exp) else node.args[0]
            try:
                yield from real_zeros(argument - 1 if isinstance(node, sp.log) else argument, x, known)
            except (NotSupportedError, UndecidedError):
                continue


def _clipped(piece: Piece, point: Expr, known: Assumptions) -> Expr | None:
    """The point if it lies inside the piece, the nearer end where only the parameters tell, None if it lies outside."""
    below = known.signs(point - piece.left) if piece.left != -oo else {1}
    above = known.signs(piece.right - point) if piece.right != oo else {1}
    if 1 not in below or 1 not in above:
        return None
    if below != {1}:
        point = sp.Max(point, piece.left)
    return sp.Min(point, piece.right) if above != {1} else point
