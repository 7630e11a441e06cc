"""Everything about a callable but the running of it, as plain data: programs() derives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from sympy import S, oo

from ..definition import Definition
from .parameters import NumericParameter, parameter_data
from .program import Program
from .rounding import exactly, nearest
from .samples import parameter_points
from .stable import Stable, stabilise
from .study import Report
from .subject import subject

__all__ = ["ORDERS", "Source", "programs"]

_NOTHING = Stable({}, {}, {}, {}, {})
ORDERS = {0: "", 1: "_derivative", 2: "_second_derivative"}


@dataclass(frozen=True)
class Source:
    """Programs by dtype for NumPy (`general`, `default`) and for compiled kernels (`vectors`, `default_vectors`).

    Those for the defaults apart; `portable` for vectors elsewhere; the measured errors with the defaults, of kernels apart;
    what each region computes, and whether it was proved equal to the definition.
    """

    definition: Definition
    name: str
    order: int
    doc: str
    parameters: tuple[NumericParameter, ...]
    general: Mapping[str, Program]
    default: Mapping[str, Program]
    vectors: Mapping[str, Program]
    default_vectors: Mapping[str, Program]
    portable: Mapping[str, Program]
    bound: Mapping[str, float]
    kernel_bound: Mapping[str, float]
    forms: tuple[tuple[str, str], ...]


def programs(definition: Definition, order: int, fast: bool = False) -> Source:
    """Return the data of a callable."""
    parameters = parameter_data(definition)
    found = [p for p in definition.parameters if p.default is not None]
    special = None
    if definition.parameters and len(found) == len(definition.parameters):
        defaults = {p.symbol: p.default for p in found}
        slopes = tuple((at.subs(defaults), slope.subs(defaults)) for at, slope in definition.slopes)
        special = replace(definition, expr=definition.expr.subs(defaults), parameters=(), slopes=slopes)
    with np.errstate(all="ignore"):
        general = _stable(definition, order, fast)
        default = _stable(special, order, fast) if special is not None else _NOTHING
    # at an infinite default a piece is missing that the general program has
    finite = all(p.default not in (oo, -oo) for p in found)
    exact = finite and all(p.default == exactly(nearest(p.default)) for p in found)
    kept = default
    if default.blocks and exact and not _needed(default.blocks, general.blocks, general.reports):
        kept = replace(_NOTHING, vectors=default.vectors, kernel_reports=default.kernel_reports)
    bound, kernel_bound = (
        {dtype: max(report.error, 0.5) for dtype, report in reports.items()}
        for reports in (kept.reports or general.reports, kept.kernel_reports or general.kernel_reports)
    )
    used = general.kernel_reports, kept.kernel_reports, general.reports, kept.reports
    reports = [report for part in used for report in part.values()]
    forms = tuple(dict.fromkeys(form for report in reports for form in report.forms))
    doc = _doc(definition, order, {dtype: max(error, kernel_bound[dtype]) for dtype, error in bound.items()})
    return Source(
        definition, definition.name + ORDERS[order], order, doc, parameters, general.blocks, kept.blocks, general.vectors,
        kept.vectors, general.portable, bound, kernel_bound, forms,
    )  # fmt: skip


def _stable(definition: Definition, order: int, fast: bool) -> Stable:
    found = subject(definition, order)
    return stabilise(found, parameter_points(definition.parameters, found.known), fast)


def _needed(special: Mapping[str, Program], general: Mapping[str, Program], reports: Mapping[str, Report]) -> bool:
    """Whether programs for the defaults are worth having: unless the general ones are as cheap and rounded correctly."""
    cost, other = (
        {dtype: max(s.cost for s in p.regions) + sum(s.cost for s in p.common) for dtype, p in found.items()}
        for found in (special, general)
    )
    return any(cost[d] < 0.85 * other[d] or reports[d].error > 0.5 for d in special)


def _doc(definition: Definition, order: int, bound: Mapping[str, float]) -> str:
    x = definition.variable
    what = {0: "", 1: "the derivative of ", 2: "the second derivative of "}[order]
    lines = [f"{definition.title}: {what}{definition.name}({x}) = {definition.expr}, elementwise.", ""]
    for p in definition.parameters:
        default = "required" if p.default is None else f"default {p.default}"
        domain = "" if p.assume == S.true else f", {p.assume}"
        lines.append(
            f"{p.symbol}: {p.meaning or 'a parameter'} ({default}{domain}); a number or an array that broadcasts."
        )
    lines.append(f"{x}: a number, a list or an array; float16, float32 and float64 are kept, integers become float64.")
    lines.append("out: an array for the result. NaN gives NaN, ±inf the limit; no warnings.")
    errors = ", ".join(f"{error:.2g} in {dtype}" for dtype, error in sorted(bound.items()))
    lines.append(f"Largest measured error in units in the last place: {errors}.")
    if definition.source:
        lines.append(f"Source: {definition.source}.")
    return "\n".join(lines)
