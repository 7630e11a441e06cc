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
#: A division takes at least so many places, though others can be taken meanwhile.
_DIVISION, _DIVIDED = 32.0, 5.0


def effort(program: Program) -> float:
    """Return how many instructions a float64 program without parameters takes for a vector with AVX-512."""
    spec = Spec((program,), 0, "double")
    writer = Writer("double", LANES, True)
    Lowering(spec.programs, 0, spec.digits).write(Elementary(writer, spec.digits), "%x", [])
    total = divisions = 0.0
    rare = False
    for line in writer.lines:
        if line.startswith(("rare", "join")):
            rare = line.startswith("rare")
        if rare or line.endswith(":"):
            continue
        operation = line.split(" = ")[-1].split()[0]
        if operation == "fdiv":
            divisions += 1
        called = next((places for name, places in _CALLED.items() if name in line), 1.0)
        total += called if operation == "call" else _PLACES.get(operation, 1.0)
    return max(total + divisions * _DIVIDED, divisions * _DIVISION)
