"""How many instructions a vector takes where nothing rare happens, counted in what is written."""

from __future__ import annotations

from ..program import Program
from .elementary import Elementary
from .lowering import Lowering
from .spec import Spec
from .writer import Writer

__all__ = ["effort"]

#: Doubles in a register of AVX-512.
LANES = 8
#: What is done in a place of two instructions at a time takes so many of them; most take one. A comparison counts for what
#: chooses by it; signs change within other instructions.
_PLACES = {"bitcast": 0.0, "shufflevector": 0.0, "insertelement": 0.0, "fneg": 0.0, "fcmp": 0.0, "phi": 0.0, "br": 0.0}
_CALLED = {"rcp14": 4.0, "vpermi2var": 1.0, "prefetch": 0.0}
#: Divisions and roots take so many places, and keep a unit of their own busy for as long as so many.
_TAKEN, _BUSY = 5.0, {"fdiv": 32.0, "sqrt": 40.0}


def effort(program: Program) -> float:
    """Return how many instructions a float64 program without parameters takes for a vector with AVX-512."""
    spec = Spec((program,), 0, "double")
    writer = Writer("double", LANES, True)
    Lowering(spec.programs, 0, spec.digits).write(Elementary(writer, spec.digits), "%x", [])
    total = busy = 0.0
    rare = 0
    for line in writer.lines:
        if line.endswith(":"):
            rare += 1 if line.startswith("rare") else -1
            continue
        if rare:
            continue
        operation = line.split(" = ")[-1].split()[0]
        long = sum(places for name, places in _BUSY.items() if name in line)
        called = next((places for name, places in _CALLED.items() if name in line), 1.0)
        busy += long
        total += _TAKEN if long else called if operation == "call" else _PLACES.get(operation, 1.0)
    return max(total, busy)
