"""Piecewise polynomials that kernels look up, where that takes less time than the program."""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr

from . import runtime
from .binding import bind
from .llvm.effort import effort
from .lookup_double import COUNT as DOUBLE_COUNT
from .lookup_double import REACH as DOUBLE_REACH
from .lookup_fit import fitted_double
from .operations import LIBRARY, VECTOR_COSTS
from .piecewise import COUNT, REACH
from .piecewise_fit import fitted
from .program import Program, Steps
from .rounding import nearest
from .study import Report, Study
from .subject import Subject

__all__ = ["sooner_in_single", "time_of", "with_double_pieces", "with_single_pieces"]

#: The largest error of piecewise polynomials, in units in the last place.
GOAL, GOAL_FAST = 1.0, 3.0
#: The time of piecewise polynomials in ns an instruction; of a program in float32, in parts of what its steps cost, and around;
#: around one in float64.
LOOKED_UP, NATIVE, AROUND, WIDENED = 0.0085, 0.29, 0.08, 0.1
#: What conversion to float64 and back costs, as a float32 step does, and how many times as much a step costs in float64.
CONVERTED, DOUBLED = 0.45, 2.0
#: The largest error in float64, where it is looked for; the time of an instruction, against one of a program.
DOUBLE_AIM, DOUBLE_LOOKED_UP = 1.0, 0.98


def time_of(program: Program) -> float:
    """Return the time a program takes in a kernel, in ns per element."""
    return sum(map(_cost, program.common)) + max(map(_cost, program.regions))


def sooner_in_single(program: Program, wide: Program) -> bool:
    """Return whether a float32 program takes less time than one in float64, or its polynomials, for the same float32 results."""
    other = CONVERTED + DOUBLED * time_of(wide)
    if wide.pieces is not None:
        other = VECTOR_COSTS["add"] * wide.pieces.operations
    return time_of(program) < other


def _cost(steps: Steps) -> float:
    return sum(VECTOR_COSTS.get(step.op, LIBRARY) for step in steps.steps if step.op != "copy")


def with_single_pieces(
    subject: Subject, truth: Program, program: Program, report: Report, fast: bool
) -> tuple[Program, Report]:
    """Return the program with piecewise polynomials for float32 where there are some that take less time.

    `truth` is the float64 program.
    """
    kernel = bind(truth, 0)
    joins = [nearest(at) for at, _ in subject.ends if abs(at) < REACH]
    pieces = fitted(lambda x: runtime.apply({"float64": kernel}, x, None, ()), joins, GOAL_FAST if fast else GOAL)
    taken = WIDENED + time_of(program) if program.dtype == "float64" else AROUND + NATIVE * time_of(program)
    if pieces is None or LOOKED_UP * pieces.operations >= taken:
        return program, report
    form = f"polynomials on {COUNT} intervals where |x| < {REACH:g}"
    return replace(program, pieces=pieces), _with_form(report, form, pieces.error)


def with_double_pieces(study: Study, near: Program, program: Program, report: Report) -> tuple[Program, Report]:
    """Return the program with piecewise polynomials for float64 where there are some that take less time, and are near enough."""
    kernel = bind(near, 0)
    rows = [row for row in study.grids if row]
    ends = study.subject.ends
    if len(rows) < len(study.grids) or any(v is None for _, v in ends):
        return program, report
    joins = {nearest(at): nearest(v) for at, v in ends if isinstance(v, Expr)}
    pieces = fitted_double(
        lambda x: runtime.apply({"float64": kernel}, x, None, ()), study.subject.variable, study.subject.cells,
        [row[0] for row in rows], joins, DOUBLE_AIM, report.error,
    )  # fmt: skip
    if pieces is None or DOUBLE_LOOKED_UP * pieces.operations > effort(program):
        return program, report
    form = f"polynomials on {DOUBLE_COUNT} intervals of |x| where |x| < {DOUBLE_REACH:g}"
    return replace(program, double_pieces=pieces), _with_form(report, form, pieces.error)


def _with_form(report: Report, form: str, error: float) -> Report:
    """The report on a program that serves where the polynomials don't reach, with theirs."""
    return replace(report, error=max(report.error, error), forms=(*report.forms, (form, "approximation")))
