"""Exponentials of entries relative to a reference, without their distance from it: exp(x - m) by the reductions of x and of m."""

from __future__ import annotations

from dataclasses import replace
from math import log

from ..piecewise import COUNT, MAGIC, POWERS, Floats
from ..program import Place, Step
from . import coefficients as c
from .schedule import Rows
from .target import Target
from .writer import Writer

__all__ = ["REACH", "references", "related", "relative"]

#: Numbers in a register.
PART = 16
#: Added to a number it leaves as many bits behind the point as make COUNT parts.
COUNTED = MAGIC / COUNT
#: exp of less is 0; references must be smaller than this.
LEAST, REACH = -104.0, 65536.0
#: (exp(r) - 1)/r for |r| <= w = ln(2)/32, where r**3 is nearly 3/4*w**2*r.
WIDTH = log(2) / 32
TERMS = (1.0, 1 / 2 + WIDTH**2 / 32, 1 / 6)


def related(rows: Rows, target: Target) -> Rows:
    """Return the rows with a step "relative" in place of exp(d) + exp(d)*e for a distance d and its error e.

    That is for float32 with AVX-512. The step's arguments are the entry, what is known of the reference m (k and r with
    m = k*ln(2) + r, and m - 104), and the sum itself, for where the step doesn't serve.
    """
    if rows.kind != "float" or not target.wide:
        return rows
    made = {step.out: step for step in rows.steps}
    following = rows.inputs + len(rows.steps)
    steps: list[Step] = []
    moved: dict[Place, Place] = {}
    for step in rows.steps:
        steps.append(replace(step, args=tuple(moved.get(a, a) for a in step.args)))
        distance = _distance(step, made)
        if distance is None:
            continue
        x, m = distance.args[:2]
        counted, k, near, r, least, found = (("register", following + j) for j in range(6))
        following += 6
        steps += [
            Step("fma", (m, c.LOG2_E, COUNTED), counted),
            Step("sub", (counted, COUNTED), k),
            Step("fma", (k, -c.LN2_24[0], m), near),
            Step("fma", (k, -c.LN2_24[1], near), r),
            Step("add", (m, LEAST), least),
            Step("relative", (x, k, r, least, step.out), found),
        ]
        moved[step.out] = found
    return replace(rows, steps=tuple(steps), result=moved.get(rows.result, rows.result))


def _distance(step: Step, made: dict[Place, Step]) -> Step | None:
    """The step that makes d where a step makes exp(d) + exp(d)*e; None for others."""
    if step.op != "add":
        return None
    first, second = (made.get(a) for a in step.args)
    if first is None or second is None or first.op != "exp" or second.op != "mul" or second.args[0] != first.out:
        return None
    distance, error = made.get(first.args[0]), made.get(second.args[1])
    if distance is None or distance.op != "distance" or error is None or error.op != "distance_error":
        return None
    return distance if error.args == (*distance.args[:2], distance.out) else None


def references(rows: Rows) -> list[int]:
    """Return the registers of the references, which must be smaller than REACH."""
    steps = {step.out: step for step in rows.steps}
    counted = [steps[steps[step.args[1]].args[0]] for step in rows.steps if step.op == "relative"]
    return list(dict.fromkeys(step.args[0][1] for step in counted if isinstance(step.args[0], tuple)))


def relative(w: Writer, x: str, k: str, r: str, least: str) -> str:
    """Write exp(x - m) for m = k*ln(2) + r, where k and r are made from m as here from x: exactly 1 for x = m."""
    magic = w.number(COUNTED)
    counted = w.fma(x, w.number(c.LOG2_E), magic)
    own = w.sub(counted, magic)
    rest = w.fma(own, w.number(-c.LN2_24[1]), w.fma(own, w.number(-c.LN2_24[0]), x))
    rest = w.sub(rest, r)
    # the last bits tell the part of a power of 2; the whole part is left to the scaling, which rounds downwards
    places = w.as_bits(w.sub(counted, k))
    power, missing = (_looked_up(w, row, places) for row in (POWERS[0], POWERS[1] / POWERS[0]))
    part = w.number(TERMS[-1])
    for term in TERMS[-2::-1]:
        part = w.fma(part, rest, w.number(term))
    found = w.scaled(w.fma(power, w.fma(part, rest, missing), power), w.sub(own, k))
    # such lanes are left out: scaling to little below the subnormal numbers takes hundreds of cycles
    return w.select(w.compare("oge", x, least), found, w.number(0.0))


def _looked_up(w: Writer, row: Floats, places: str) -> str:
    """The numbers of a row at places, of which the last bits count."""
    name, part = "llvm.x86.avx512.vpermi2var.ps.512", f"<{PART} x float>"
    w.declared.add(f"declare {part} @{name}({part}, <{PART} x i32>, {part})")
    halves = [", ".join(f"float {w.scalar(float(v))}" for v in row[at : at + PART]) for at in (0, PART)]
    low, high = (f"{part} <{half}>" for half in halves)
    return w.joined(
        [
            w.put(f"call {part} @{name}({low}, <{PART} x i32> {place}, {high})")
            for place in w.parts(places, PART, w.integer)
        ],
        PART,
    )
