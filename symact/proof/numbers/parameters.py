"""Few and plain rational values of parameters inside the relations between them, to look for a counterexample at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sympy import Rational, Symbol
from sympy.core.relational import Relational

from ...errors import InputError, NotSupportedError, UndecidedError
from . import balls
from .witness import sample_points

__all__ = ["instances"]

Point = dict[Symbol, Rational]

#: Values that are easy to read, tried before the sample points.
_PLAIN = tuple(Rational(n) for n in ("2", "1/2", "-1", "1", "3", "0"))
MAX_INSTANCES = 9
#: How many sample points: the third and the fourth are at, or next to, the ends of the relations.
SAMPLES = 4


def instances(parameters: Sequence[Symbol], relations: Sequence[Relational]) -> Iterator[Point]:
    """Yield up to MAX_INSTANCES points of the parameters at which the relations hold."""
    if any(s.is_integer for s in parameters):
        return
    seen: list[Point] = []
    shifted = ({s: _PLAIN[(k + m) % len(_PLAIN)] for m, s in enumerate(parameters)} for k in range(len(_PLAIN)))
    for source in ((p for p in shifted if _fits(p, relations)), sample_points(parameters, relations, SAMPLES)):
        for point in source:
            if point not in seen and len(seen) < MAX_INSTANCES:
                seen.append(point)
                yield point


def _fits(point: Point, relations: Sequence[Relational]) -> bool:
    if any(not r.free_symbols <= set(point) for r in relations):
        return False
    try:
        return all(balls.holds(r, {s: point[s] for s in r.free_symbols}, max_bits=512) is True for r in relations)
    except (InputError, NotSupportedError, UndecidedError):
        return False
